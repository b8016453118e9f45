"""What is done to the daemon while a neighbour is measured: one context each, which goes on until it is left. The idle
connections are root's; everything else is what this one user does.

Attackers run when nobody else wants the processor (SCHED_IDLE): so what they take from the neighbour they take through the
daemon, and not as any program does that shares two processors with him."""

import contextlib
import os
import socket
import time

from support import attacks, doe, places, spdm, varlink

CONNECTIONS = 32
"""As many as a user may have at the mailboxes; at the control socket it is half of that, and he tries for more."""
IDLE = 300
CONNECTS_A_SECOND = 1000
ENDED = "an attack ended by itself: what was measured beside it counts for nothing"
scheduler = os.SCHED_IDLE
STATUS = varlink.message(f"{attacks.CONTROL}.GetStatus")


@contextlib.contextmanager
def child(uid, body):
    """An attack in a child that must not end before it is ended: else nothing was measured."""
    def yielding(ready):
        os.sched_setscheduler(0, scheduler, os.sched_param(0))
        body(ready)

    with attacks.Attack(uid, yielding) as attack:
        yield
        if os.waitid(os.P_PID, attack.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            raise SystemExit(ENDED)


def calls(data):
    """A call again and again on the control socket."""
    return lambda daemon, uid: child(uid, attacks.send_again_and_again(daemon.control_socket, data, CONNECTIONS))


def frames(daemon, uid):
    """Every connection that he may have, glued requests on each, as fast as they are taken."""
    batch = spdm.frame(spdm.NORMAL, doe.discovery(0)) * 64
    return child(uid, attacks.send_again_and_again(daemon.mailbox_socket("sim:cxl"), batch, CONNECTIONS))


def connects(daemon, uid):
    """Connects to a mailbox and goes, by the clock: what was missed is made up for."""
    def body(ready):
        begin, made = time.monotonic(), 0
        ready()
        while True:
            while made < (time.monotonic() - begin) * CONNECTS_A_SECOND:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                    client.setblocking(False)
                    with contextlib.suppress(OSError):
                        client.connect(daemon.mailbox_socket("sim:cxl"))
                made += 1
            time.sleep(0.005)
    return child(uid, body)


class ComesAgain(attacks.ClientOnAStalledFileSystem):
    """Connects anew twenty times a second, so that its program is asked for all the time."""

    SCRIPT = """
        use Socket; $SIG{PIPE} = "IGNORE"; $| = 1;
        print "ready\\n"; <STDIN>; print "0 connected\\n"; my @kept;
        while (1) {
            for (1..$ARGV[1]) {
                my $s; socket($s, PF_UNIX, SOCK_STREAM, 0) && connect($s, sockaddr_un($ARGV[0])) or next;
                syswrite($s, pack("H*", $ARGV[2])); push @kept, $s;
            }
            select(undef, undef, undef, 0.05); @kept = ();
        }
    """

    def schedule(self, policy):
        os.sched_setscheduler(self._process.pid, policy, os.sched_param(0))

    @property
    def has_ended(self):
        return self._process.poll() is not None


@contextlib.contextmanager
def stalled_program(daemon, uid):
    frame = spdm.frame(spdm.NORMAL, doe.discovery(0))
    client = ComesAgain(
        places.new_directory() / "fuse", uid, daemon.mailbox_socket("sim:cxl"), CONNECTIONS, frame)
    try:
        client.schedule(scheduler)
        client.connect()
        yield
        if client.has_ended:
            raise SystemExit(ENDED)
    finally:
        client.close()


@contextlib.contextmanager
def idle_connections_of_root(daemon, _):
    with contextlib.ExitStack() as held:
        for path in (daemon.mailbox_socket("sim:cxl"), daemon.control_socket):
            for _ in range(IDLE):
                held.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)).connect(path)
        yield


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
    "32 x GetStatus in a row": calls(STATUS * 32),
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
