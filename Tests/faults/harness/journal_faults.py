"""journald at its worst."""

from . import device
from .house import UNLIMITED, fill
from .load import one
from .scenario import scenario


@scenario("no fault")
def nothing(house, options):
    house.journald.start()
    house.daemon.start()
    house.load().more(2000)


@scenario("journald killed with records in its socket, started again", quick=True)
def killed_with_records(house, options):
    house.journald.start()
    house.daemon.start()
    load = house.load()
    for _ in range(1 if options.quick else 5):
        load.more(200)
        # Stopped it takes nothing out of its socket: what is accepted now is lost with it.
        house.journald.suspend()
        house.see_waiting("unconfirmed", 300)
        house.hear()
        house.journald.kill()
        load.more(50)
        house.hear()
        house.journald.start()
        house.see_delivery()


@scenario("journald killed under load, 10 times")
def killed(house, options):
    house.journald.start()
    house.daemon.start()
    load = house.load()
    for _ in range(10):
        load.more(100)
        house.journald.kill()
        load.more(20)
        house.journald.start()
        house.see_delivery()
    house.hear()


@scenario("journald stopped (SIGSTOP) and continued")
def suspended(house, options):
    house.journald.start()
    house.daemon.start()
    load = house.load()
    for _ in range(5):
        load.more(100)
        house.journald.suspend()
        # Less than the clients' shares of the ring, which may be half full by then.
        house.see_waiting("unconfirmed", 350)
        house.hear()
        house.journald.resume()
        house.see_delivery()


@scenario("journald restarted in order, 5 times")
def restarted(house, options):
    house.journald.start()
    house.daemon.start()
    load = house.load()
    for _ in range(5):
        load.more(200)
        answered = load.answered
        house.journald.stop()
        # From before it was told to end: the daemon serves on meanwhile, and may have filled its clients' shares by then.
        load.wait_for(lambda load: load.answered >= answered + 100, "100 answers since journald was told to end")
        house.hear()
        house.journald.start()
    load.more(200)


@scenario("journald absent at the start, comes later")
def absent(house, options):
    house.daemon.start()
    load = house.load()
    load.more(300)
    house.hear_eventually("journald")
    house.journald.start()
    load.more(300)


@scenario("journald drops by rate (RateLimitBurst=50 in 30 s), then does not")
def rate_limited(house, options):
    house.journald.start("RateLimitIntervalSec=30s", "RateLimitBurst=50")
    house.daemon.start()
    house.become_unit()
    load = house.load()
    load.more(800)
    load.wait_for(lambda load: load.refused > 0, "the ring is full")
    load.stop()
    house.hear()
    house.note(load.reason)
    house.journald.stop()
    house.journald.start()


@scenario("journald drops by level (MaxLevelStore=warning), then does not")
def level(house, options):
    drops(house, "MaxLevelStore=warning", UNLIMITED)


@scenario("journald stores nothing (Storage=none), then does")
def storage_none(house, options):
    drops(house, "Storage=none", UNLIMITED)


def drops(house, *settings):
    house.journald.start(*settings)
    house.daemon.start()
    load = house.load()
    load.more(500)
    # The ring holds what the journal does not, until it is full; then nothing passes any more.
    load.wait_for(lambda load: load.refused > 0, "the ring is full")
    load.stop()
    house.hear()
    house.note(load.reason)
    house.journald.stop()
    house.journald.start()


@scenario("the journal's disk full, then freed")
def journal_disk_full(house, options):
    house.mount_tmpfs(house.journald.log, "24M")
    house.journald.start(UNLIMITED, "SystemKeepFree=0", "SystemMaxUse=1G")
    house.daemon.start()
    load = house.load()
    load.more(200)
    filler = fill(house.journald.log)
    load.wait_for(lambda load: load.refused > 0, "the ring is full", 120)
    house.hear()
    house.note(load.reason)
    filler.unlink()
    # journald does not look for room by itself: an operator restarts it.
    house.journald.stop()
    house.journald.start(UNLIMITED, "SystemKeepFree=0", "SystemMaxUse=1G")
    load.more(100)


def serves_root(house):
    response, notice = one(house.daemon, house.device, device.ALLOWED)
    assert response, f"root is refused, too: {notice['reason']}"


@scenario("the ring full, journald away")
def ring_full(house, options):
    house.daemon.start()
    load = house.load()
    load.wait_for(lambda load: load.refused > 20, "exchanges are refused")
    house.hear()
    house.note(load.reason)
    # A share of the ring is root's, whoever else asks.
    serves_root(house)
    house.journald.start()
    load.more(500)
