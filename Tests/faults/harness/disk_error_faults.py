"""The disk fails: at its k-th write or flush, for every k. Whose write that is, the ring's, journald's or the file
system's own, is left to chance. Then the machine dies, since an error that nobody asks about again shows only there.

What the ring had given up by the end was on the journal's disk, and that disk has failed since: a page that is not
written can cost journald the whole file, what was read back from it long ago, too. That may be lost, and has to be told.
What the ring still had may not."""

import dataclasses
import itertools
import random

from . import disk
from .aftermath import Aftermath
from .device import ALLOWED
from .load import one
from .machine import Machine
from .mailbox import MadeUpDevice
from .scenario import scenario

EXCHANGES = 6
# No life has more operations than this; the quick run takes some of them.
MOST_OPERATIONS = 80
WITHHELD = "the mailbox was asked, and the outcome is withheld"


def arguments(directory):
    return {"new_device": MadeUpDevice}


@scenario(
    "the disk fails once, at its k-th write or flush, {errors}; after that the machine ends", quick=True, may_lose=True,
    house=Machine, arguments=arguments)
def once(machine, options):
    fail(machine, options, lambda k: lambda operation: operation == k)


@scenario(
    "the disk fails from its k-th write or flush on, {errors}; after that the machine ends", may_lose=True,
    house=Machine, arguments=arguments)
def from_then_on(machine, options):
    fail(machine, options, lambda k: lambda operation: operation >= k)


def fail(machine, options, failing):
    chance = random.Random(options.seed)
    which = range(0, MOST_OPERATIONS, MOST_OPERATIONS // options.errors) if options.errors else itertools.count()
    for k in which:
        dead, seen, complaints = live(machine, failing, k)
        if not dead.failed:
            return
        moment, keep = len(dead.log), chance.choice([disk.keep_none, disk.keep_all, disk.keep_some(chance)])
        after = Aftermath(machine, dead.as_left(moment, keep), seen, disk_failed=True)
        after.complaints += complaints
        machine.note_aftermath(after, f"k = {k}, {keep.__name__}")


def live(machine, failing, k):
    machine.boot(machine.fresh)
    machine.disk.fail(failing(k))
    complaints, held = [], None
    try:
        machine.daemon.start()
    except AssertionError:
        if machine.daemon.process.returncode != 3 or not machine.daemon.said().strip():
            complaints.append(
                f"the daemon ended with {machine.daemon.process.returncode}: {machine.daemon.said()[-300:]}")
        # As an operator does, once the disk works again.
        machine.disk.fail(lambda operation: False)
    else:
        complaints += exchanges(machine)
        # Frozen first: what it gives up later the disk still has.
        machine.disk.freeze()
        machine.daemon.kill()
        held = {exchange.digest for exchange in machine.seen if machine.ring_holds(exchange.digest)}
    dead, seen = machine.die()
    if held is None:
        return dead, seen, complaints
    return dead, [dataclasses.replace(exchange, is_durable=exchange.digest in held) for exchange in seen], complaints


def exchanges(machine):
    """What is wrong with how exchanges fare: they are answered, or they are refused before the device has seen them, or
    it is said that it has."""
    refused = []
    for _ in range(EXCHANGES):
        before = len(machine.device.executed())
        response, notice = one(machine.daemon, machine.device, ALLOWED)
        executed = len(machine.device.executed()) - before
        if response and not executed or executed and not response and WITHHELD not in notice["reason"]:
            yield f"an answer of {len(response)} bytes, and the device has executed {executed}: {notice['reason']}"
        if not response:
            refused.append(notice["reason"])
    machine.hear()
    if not all(refused):
        yield "an exchange is refused without a reason"
    if refused:
        machine.note(refused[-1])
        if not machine.daemon.status()["attention"] and not one(machine.daemon, machine.device, ALLOWED)[0]:
            yield f"exchanges are refused, and the status has nothing to say: {refused[-1]}"
