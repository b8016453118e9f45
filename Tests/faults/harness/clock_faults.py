"""The wall clock steps, for the daemon and for journald, and for nothing else on this machine (libfaketime)."""

import glob

from .scenario import Impossible, scenario


def stepping_clock(directory):
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not found:
        raise Impossible("needs libfaketime: apt-get install libfaketime")
    (directory / "clock").write_text("+0\n")
    # Only the wall clock is set on a machine: the monotonic clock goes on.
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
    # libfaketime 0.9.10 takes the offset off every timer's time, of the monotonic clock too: where the clock is ahead by
    # more than the machine is up, that is before its start, and journald ends. So all of this happens three days ago.
    walk(house, *(f"{hours - 72:+}h" for hours in (0, 3, -2, 1, -24, -3, 0)))


@scenario("the daemon's clock alone steps by days, journald's does not", arguments=of_the_daemon_alone)
def apart(house, options):
    walk(house, "+0", "+10d", "-10d", "+1d", "+0")


def walk(house, *offsets):
    step(house, offsets[0])
    house.journald.start()
    house.daemon.start()
    load = house.load()
    for offset in offsets:
        step(house, offset)
        load.more(150)
        house.see_delivery()
        house.hear()
    # Whoever waits for it waits by a clock that nobody sets.
    house.hear_nothing_of("broker")


@scenario("the clock steps while journald is away, and the daemon is killed", arguments=stepping_clock)
def steps_without_journald(house, options):
    house.journald.start()
    house.daemon.start()
    load = house.load()
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
