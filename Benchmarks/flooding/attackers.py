"""What is done to the daemon while a neighbour is measured: one context each, which goes on until it is left. The idle
connections are root's; everything else is what this one user does.

Attackers run when nobody else wants the processor (SCHED_IDLE): so what they take from the neighbour they take through the
daemon, and not as any program does that shares two processors with him."""

import contextlib
import os

from support import attacks, doe, places, spdm

ENDED = "an attack ended by itself: what was measured beside it counts for nothing"
scheduler = os.SCHED_IDLE


@contextlib.contextmanager
def child(uid, body):
    """An attack in a child that must not end before it is ended: else nothing was measured."""
    def yielding(ready):
        os.sched_setscheduler(0, scheduler, os.sched_param(0))
        body(ready)

    with attacks.Attack(uid, yielding) as attack:
        yield
        if attack.has_ended:
            raise SystemExit(ENDED)


def calls(data):
    """A call again and again on the control socket."""
    return lambda daemon, uid: child(
        uid, attacks.send_again_and_again(daemon.control_socket, data, attacks.CONNECTIONS))


def frames(daemon, uid):
    """Every connection that he may have, glued requests on each, as fast as they are taken."""
    path = daemon.mailbox_socket("sim:cxl")
    return child(uid, attacks.send_again_and_again(path, attacks.FRAMES_IN_A_ROW, attacks.CONNECTIONS))


def connects(daemon, uid):
    """Connects to a mailbox and goes."""
    return child(uid, attacks.connect_again_and_again(daemon.mailbox_socket("sim:cxl")))


@contextlib.contextmanager
def stalled_program(daemon, uid):
    frame = spdm.frame(spdm.NORMAL, doe.discovery(0))
    client = attacks.ComesAgain(
        places.new_directory() / "fuse", uid, daemon.mailbox_socket("sim:cxl"), attacks.CONNECTIONS, frame)
    try:
        os.sched_setscheduler(client.pid, scheduler, os.sched_param(0))
        client.connect()
        yield
        if client.has_ended:
            raise SystemExit(ENDED)
    finally:
        client.close()


def idle_connections_of_root(daemon, _):
    return attacks.idle_connections(daemon.mailbox_socket("sim:cxl"), daemon.control_socket)


def busy_loops(count):
    """No attack: what so many programs that never ask the daemon do to everybody who shares the processors with them."""
    def body(ready):
        ready()
        while True:
            pass

    @contextlib.contextmanager
    def loops(_, uid):
        with contextlib.ExitStack() as stack:
            for _ in range(count):
                stack.enter_context(child(uid, body))
            yield
    return loops


ATTACKS = {
    "200 KB of nested JSON": calls(attacks.nested_json(200)),
    "combining characters": calls(attacks.combining_characters(320)),
    "32 x GetStatus in a row": calls(attacks.CALLS_IN_A_ROW),
    "a program on a stalled FUSE mount": stalled_program,
    "1,000 connects a second": connects,
    "300 idle connections of root": idle_connections_of_root,
    "a flood of frames": frames,
}


@contextlib.contextmanager
def all_at_once(daemon, uid):
    with contextlib.ExitStack() as stack:
        for attack in ATTACKS.values():
            stack.enter_context(attack(daemon, uid))
        yield


def at_equal_priority(attack):
    """The same by programs that have as good a claim to the processors as the neighbour has."""
    @contextlib.contextmanager
    def equal(daemon, uid):
        global scheduler
        scheduler = os.SCHED_OTHER
        try:
            with attack(daemon, uid):
                yield
        finally:
            scheduler = os.SCHED_IDLE
    return equal
