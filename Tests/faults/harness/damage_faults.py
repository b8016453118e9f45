"""The daemon's files, damaged between its end and its next start."""

import random

from . import device
from .load import one
from .scenario import scenario


def ring_full_of_records(house, load):
    """A ring with records that nobody else has: journald is killed with what was in its socket, then the daemon.

    What waits in the ring is waited for, and not the clients: where they are faster than we are the ring is full by
    now, and the daemon rightly refuses them."""
    load.more(30)
    house.journald.suspend()
    house.see_waiting("unconfirmed", 150)
    house.journald.kill()
    house.see_waiting("pending", 30)
    house.daemon.kill()
    return house.daemon.state / "ring"


@scenario("ring cut at a random byte, {damages} times, with undelivered records in it", may_lose=True)
def cut(house, options):
    place = random.Random(options.seed)

    def damage(ring):
        size = ring.stat().st_size
        # Half of them among the slots that are in use, which are the first.
        with open(ring, "r+b") as file:
            file.truncate(place.randrange(size if place.random() < 0.5 else min(size, 4 << 20)))
    damaged(house, options, damage)


@scenario("random bytes of the ring changed, {damages} times, with undelivered records in it", may_lose=True)
def flipped(house, options):
    place = random.Random(options.seed)

    def damage(ring):
        size = min(ring.stat().st_size, 4 << 20)
        with open(ring, "r+b") as file:
            for _ in range(place.choice([1, 5, 50])):
                file.seek(place.randrange(size))
                file.write(place.randbytes(place.choice([1, 8, 600])))
    damaged(house, options, damage)


@scenario("ring overwritten with zeros, with undelivered records in it", may_lose=True)
def zeroed(house, options):
    def damage(ring):
        ring.write_bytes(bytes(ring.stat().st_size))
    damaged(house, options, damage, times=1)


def damaged(house, options, damage, times=None):
    house.journald.start()
    house.daemon.start()
    load = house.load()
    for _ in range(times or options.damages):
        damage(ring_full_of_records(house, load))
        house.journald.start()
        house.daemon.start()
        house.hear()
        house.see_delivery()
    load.more(50)


@scenario("taint ledger torn or changed, {damages} times", quick=True)
def ledger(house, options):
    place = random.Random(options.seed)
    house.journald.start()
    house.daemon.start()
    load = house.load()
    one(house.daemon, house.device, device.WARNED)
    for _ in range(options.damages):
        load.more(20)
        house.daemon.kill()
        file = house.daemon.state / "taint"
        content = bytearray(file.read_bytes())
        if place.random() < 0.5:
            # As a crash in the middle of an append leaves it: what stands before that line counts.
            line = content.splitlines()[-1]
            content += line[:place.randrange(1, len(line))]
            file.write_bytes(content)
            house.start_and_note()
            continue
        content[place.randrange(len(content) - 1)] ^= place.randrange(1, 256)
        file.write_bytes(content)
        # What is left of it cannot be believed, so nothing is served until somebody has looked at it.
        house.fails_to_start()
        file.unlink()
        house.daemon.start()
    load.more(20)
