"""The machine dies at a moment under load; what its disk was left with is all that is there at the next boot."""

import ctypes
import os
import random

from . import disk
from .aftermath import Aftermath
from .machine import ROOM, SMALL_FILES, Machine, Seen
from .mailbox import MadeUpDevice
from .device import WARNED, SimulatedDevice
from .load import one
from .scenario import scenario

LIVES_OF_A_DISK = 4
# So many writes after its start a daemon has hardly given anything up yet.
EARLY = 30
WAIT_BEFORE_WRITE_WAIT_AFTER = 7
_libc = ctypes.CDLL(None, use_errno=True)


def with_a_synced_device(directory):
    return {"new_device": MadeUpDevice}


def with_a_simulated_device(directory):
    return {"new_device": SimulatedDevice}


@scenario(
    "the machine dies under load, {deaths} times; a mailbox of this host", quick=True, house=Machine,
    arguments=with_a_synced_device)
def own_mailbox(machine, options):
    deaths(machine, options)


@scenario(
    "the machine dies under load, {deaths} times; a simulated mailbox, for which nothing is synced", quick=True,
    may_lose=True, house=Machine, arguments=with_a_simulated_device)
def simulated_mailbox(machine, options):
    deaths(machine, options)


def deaths(machine, options):
    chance = machine.chance = random.Random(options.seed)
    left, expected, is_tainted, life = machine.fresh, [], False, 0
    while len(machine.aftermaths) < options.deaths:
        dead, seen, warned, chosen = live(machine, left, chance)
        life += 1
        count = min(5 if options.quick else 10, options.deaths - len(machine.aftermaths))
        for number in range(count):
            moment = chosen(chance)
            keep = chance.choice([disk.keep_none, disk.keep_all, disk.keep_some(chance), disk.keep_some(chance)])
            left = dead.as_left(moment, keep)
            by_then = [*expected, *(exchange for exchange in seen if exchange.moment <= moment)]
            was_warned = is_tainted or warned is not None and warned <= moment
            after = Aftermath(machine, left, by_then, delivers=number == count - 1, is_tainted=was_warned)
            machine.note_aftermath(after, f"life {life}, moment {moment} of {len(dead.log)}, {keep.__name__}")
        if life % LIVES_OF_A_DISK == 0 or after.complaints:
            left, expected, is_tainted = machine.fresh, [], False
        else:
            # What was found on this disk is on it.
            is_tainted = was_warned
            expected = [
                Seen(exchange.digest, 0, True) for exchange in by_then if exchange.digest in after.on_record]


def live(machine, left, chance):
    """One boot under load, with something that happens; (the disk, what was seen, the moment at which a warned exchange
    had been answered, which moments to choose from)."""
    machine.boot(left, *chance.choice([ROOM, SMALL_FILES]))
    machine.daemon.start()
    started = machine.disk.moment()
    load = machine.loads()
    load.more(chance.randrange(10, 60))
    is_warned = chance.random() < 0.5 and one(machine.daemon, machine.device, WARNED)[0]
    warned = machine.disk.moment() if is_warned else None
    incident = chance.choice(INCIDENTS)
    begin = incident(machine, load) or 0
    dead, seen = machine.die()

    def chosen(chance):
        # A machine that dies again and again dies early, and the next daemon finds what the one before that has left.
        last = min(len(dead.log), started + EARLY) if not begin and chance.random() < 0.3 else len(dead.log)
        return chance.randint(begin, last)
    return dead, seen, warned, chosen


def nothing(machine, load):
    pass


def daemon_killed(machine, load):
    machine.restart()
    load.more(20)


def daemon_ended(machine, load):
    """An orderly end proves nothing of the disk: the machine dies during it, and after it."""
    load.stop()
    begin = machine.disk.moment()
    machine.daemon.terminate()
    return begin


def daemon_ended_and_started(machine, load):
    machine.daemon.terminate()
    machine.daemon.start()
    load.more(20)


def journald_killed(machine, load):
    machine.journald.kill()
    load.more(20)
    machine.journald.start(*ROOM)
    load.more(20)


def journald_stopped(machine, load):
    machine.journald.suspend()
    load.more(40)


def written_back(machine, load):
    """The kernel writes pages whenever it likes, in any order and without a flush."""
    for _ in range(5):
        load.more(5)
        for file in [machine.daemon.state / "ring", *machine.journald.log.glob("*/*.journal")]:
            if machine.chance.random() < 0.4:
                write_back(file)


def write_back(path):
    file = os.open(path, os.O_RDWR)
    try:
        _libc.sync_file_range(file, ctypes.c_int64(0), ctypes.c_int64(0), WAIT_BEFORE_WRITE_WAIT_AFTER)
    finally:
        os.close(file)


INCIDENTS = [
    nothing, daemon_killed, daemon_ended, daemon_ended_and_started, journald_killed, journald_stopped, written_back]
