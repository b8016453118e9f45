"""The daemon's end, in order and not."""

import random
import time

from .scenario import scenario


@scenario("kill -9 at random moments, {kills} times, with a restart at once", quick=True)
def killed(house, options):
    moments = random.Random(options.seed)
    house.closes_answers = True
    house.journald.start()
    house.daemon.start()
    before = house.daemon.instance
    house.load(8)
    for kill in range(options.kills):
        # From before the sockets are there to the middle of the load: the moment itself is the test.
        time.sleep(moments.uniform(0, 0.12))
        house.daemon.kill()
        house.daemon.start(wait=moments.random() < 0.7)
        if options.kills >= 100 and (kill + 1) % 100 == 0:
            print(f"    {kill + 1} kills, {len(house.device.executed())} exchanges", flush=True)
    house.daemon.wait_for_notice("READY=1", 60)
    # A kill takes nothing from the ring, so the numbers go on.
    assert house.daemon.instance == before, "a new instance began, though nothing was lost"


@scenario("kill -9 with journald away, 20 times: the ring alone has the records")
def killed_without_journald(house, options):
    house.closes_answers = True
    house.journald.start()
    house.daemon.start()
    load = house.load()
    load.more(50)
    house.journald.stop()
    for _ in range(20):
        load.more(20)
        house.restart()
    house.hear()
    house.journald.start()


@scenario("SIGTERM under load, {ends} times", quick=True)
def terminated(house, options):
    house.closes_answers = True
    house.journald.start()
    house.daemon.start()
    load = house.load(8)
    for _ in range(options.ends):
        load.more(20)
        status = house.daemon.terminate(60)
        assert status == 0, f"exit {status}: {house.daemon.said()}"
        house.daemon.start()


@scenario("SIGTERM with journald stopped (SIGSTOP)")
def terminated_without_journald(house, options):
    house.closes_answers = True
    house.journald.start()
    house.daemon.start()
    load = house.load()
    load.more(50)
    house.journald.suspend()
    load.more(200)
    status = house.daemon.terminate(60)
    assert status == 0, f"exit {status}: {house.daemon.said()}"
    house.daemon.start()
    load.more(100)
    house.hear()
    house.journald.resume()
