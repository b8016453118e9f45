"""What somebody may do who wants the daemon to serve nobody else. Each is started in a child of its own that belongs to
another user, and goes on until it is ended."""

import contextlib
import mmap
import os
import selectors
import shutil
import signal
import socket
import subprocess
import time

from . import doe, processes, slow_file, spdm, varlink

CONTROL = "org.doeaudit.Control1"
CONNECTIONS = 32
"""As many as a user may have at the mailboxes; at the control socket it is half of that, and he tries for more."""
CALLS_IN_A_ROW = varlink.message(f"{CONTROL}.GetStatus") * 32
FRAMES_IN_A_ROW = spdm.frame(spdm.NORMAL, doe.discovery(0)) * 64
CONNECTS_A_SECOND = 1000
IDLE = 300
"""Connections of root's that say nothing."""


class Attack:
    """A child that runs `body` as a user. As a context it ends the child."""

    def __init__(self, uid, body):
        ready, self._ready = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                processes.dies_with_us()
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                os.close(ready)
                if uid != 0:
                    os.setgroups([])
                    os.setgid(uid)
                    os.setuid(uid)
                body(lambda: os.write(self._ready, b"."))
            finally:
                os._exit(1)
        os.close(self._ready)
        os.read(ready, 1)  # until it says so, or has ended
        os.close(ready)

    @property
    def has_ended(self):
        """By itself: then nothing was attacked any more."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def open_control_socket(daemon, group):
    """Lets a group ask, as the group doe-audit does on a host that has it."""
    os.chown(daemon.control_socket, 0, group)


def nested_json(kibibytes):
    """A call whose parameters stand in one another."""
    value = "[" * 500 + "0," * 300 + "0" + "]" * 500
    values = ",".join([value] * (kibibytes * 1024 // len(value) + 1))
    return f'{{"method":"{CONTROL}.GetStatus","parameters":{{"a":[{values}]}}}}'.encode() + b"\0"


def combining_characters(kibibytes):
    """A call whose method's name costs the square of its length where it is brought into a normal form."""
    marks = "\u0300\u0316" * (kibibytes * 256)
    return f'{{"method":"{CONTROL}.{marks}"}}'.encode() + b"\0"


def send_again_and_again(path, data, connections):
    """Sends this on every connection it may have, again on a new one where that was ended, and reads what comes."""
    def body(ready):
        def connect():
            client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            client.setblocking(False)
            try:
                client.connect(path)
            except OSError:
                client.close()
                return
            selector.register(client, selectors.EVENT_READ | selectors.EVENT_WRITE, [0])

        selector = selectors.DefaultSelector()
        for _ in range(connections):
            connect()
        ready()
        while True:
            for key, what in selector.select(0.01):
                client, sent = key.fileobj, key.data
                try:
                    if what & selectors.EVENT_WRITE:
                        sent[0] = (sent[0] + client.send(data[sent[0]:])) % len(data)
                    if what & selectors.EVENT_READ and not client.recv(1 << 16):
                        raise ConnectionResetError
                except BlockingIOError:
                    pass
                except OSError:
                    selector.unregister(client)
                    client.close()
            while len(selector.get_map()) < connections:
                before = len(selector.get_map())
                connect()
                if len(selector.get_map()) == before:
                    break
    return body


class Count:
    """A number that an attack counts up in its child, and that is read here."""

    def __init__(self):
        self._memory = mmap.mmap(-1, 8)

    def add(self):
        self._memory[:] = (self.value + 1).to_bytes(8, "little")

    @property
    def value(self):
        return int.from_bytes(self._memory[:], "little")


def connect_again_and_again(path, made=None):
    """Connects and goes, so many times a second by the clock: what was missed is made up for."""
    made = made or Count()

    def body(ready):
        begin = time.monotonic()
        ready()
        while True:
            while made.value < (time.monotonic() - begin) * CONNECTS_A_SECOND:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                    client.setblocking(False)
                    with contextlib.suppress(OSError):
                        client.connect(path)
                made.add()
            time.sleep(0.005)
    return body


@contextlib.contextmanager
def idle_connections(*paths):
    """So many at each socket, of whoever calls this."""
    with contextlib.ExitStack() as held:
        for path in paths:
            for _ in range(IDLE):
                held.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)).connect(path)
        yield


class ClientOnAStalledFileSystem:
    """A process of a user's whose program lies on a FUSE mount that has stopped answering. It connects when it is told to,
    to one socket so many times, asks with `frame`, and keeps its connections; `answers` is how many bytes came back."""

    # Perl: every Debian has it, and one file of it is enough.
    SCRIPT = """
        use Socket; $| = 1; print "ready\\n"; <STDIN>; my @kept;
        for (1..$ARGV[1]) {
            my $s; socket($s, PF_UNIX, SOCK_STREAM, 0) && connect($s, sockaddr_un($ARGV[0])) or next;
            syswrite($s, pack("H*", $ARGV[2])); push @kept, $s;
        }
        print scalar(@kept), " connected\\n";
        for my $s (@kept) { sysread($s, my $answer, 4096); print length($answer), "\\n"; }
        <STDIN>;
    """

    def __init__(self, directory, uid, path, count, frame):
        directory.mkdir()
        directory.chmod(0o755)
        self._file = slow_file.SlowProgram(directory, shutil.which("perl"))
        self._process = subprocess.Popen(
            [self._file.path, "-e", self.SCRIPT, path, str(count), frame.hex()], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, user=uid, group=uid, extra_groups=[], preexec_fn=processes.dies_with_us)
        assert self._process.stdout.readline() == "ready\n"
        self._file.hold()

    @property
    def program(self):
        return self._file.path

    def connect(self):
        """How many connections were made."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline().split()[0])

    def answer(self):
        """How many bytes the next connection got."""
        return int(self._process.stdout.readline())

    @property
    def pid(self):
        return self._process.pid

    @property
    def has_ended(self):
        return self._process.poll() is not None

    def close(self):
        self._file.let_go()
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        self._file.close()


class ComesAgain(ClientOnAStalledFileSystem):
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
