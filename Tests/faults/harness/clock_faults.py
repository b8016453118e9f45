"""The wall clock steps, for the daemon and for journald, and for nothing else on this machine (libfaketime)."""

import glob


from .scenario import Impossible, scenario


def stepping_clock(directory):
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not found:
        raise Impossible("needs libfaketime: apt-get install libfaketime")
    (directory / "clock").write_text("+0\n")
    # Only the wall clock is set on a machine: the monotonic clock goes on.
    # journald under libfaketime 0.9.10 ends with an error where it is ten days ahead all at once: its event loop's timer.
    # Steps that journald itself has to follow stay below that.
    environment = {
        "LD_PRELOAD": found[0], "FAKETIME_TIMESTAMP_FILE": str(directory / "clock"), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return {"environment": environment, "journald_environment": environment}


def step(house, offset):
    clock = house.directory / "clock"
    # In one piece: both processes read it all the time.
    (house.directory / "clock.new").write_text(f"{offset}\n")
    (house.directory / "clock.new").rename(clock)


def of_the_daemon_alone(directory):
    return {"environment": stepping_clock(directory)["environment"]}


@scenario("the clock steps by hours and a day, back and forth, under load", arguments=stepping_clock)
def steps(house, options):
    walk(house, "+0", "+3h", "-2h", "+1h", "-1d", "-3h", "+0")


@scenario("the daemon's clock alone steps by days, journald's does not", arguments=of_the_daemon_alone)
def apart(house, options):
    walk(house, "+0", "+10d", "-10d", "+1d", "+0")


def walk(house, *offsets):
    house.journald.start()
    house.daemon.start()
    load = house.load()
    for offset in offsets:
        step(house, offset)
        # libfaketime 0.9.10 makes the event loop of journald end with an error at some steps.
        house.journald.revive()
        load.more(150)
        house.see_delivery(meanwhile=house.journald.revive)
        house.hear()
    # Whoever waits for it waits by a clock that nobody sets.
    house.hear_nothing_of("broker")


@scenario("the clock steps while journald is away, and the daemon is killed", arguments=stepping_clock)
def steps_without_journald(house, options):
    house.journald.start()
    house.daemon.start()
    load = house.load()
    # Not further ahead at once: under libfaketime journald ends when its clock leaps by weeks.
    for offset in ("-30d", "-29d", "-31d"):
        load.more(50)
        house.journald.stop()
        step(house, offset)
        load.more(100)
        house.restart()
        house.journald.start()
        load.more(50)
        house.see_delivery()
    house.hear()
    house.hear_nothing_of("broker")
