"""The broker as a service: it takes the daemons of one user, one at a time, and goes on over their restarts."""

import os
import pathlib
import resource
import select
import signal
import socket
import struct
import subprocess
import sys

from support import broker as wire
from support import doe, places, processes
from support.broker import Broker
from support.case import DaemonCase
from support.processes import DAEMON_USER, NOBODY

CONNECTS_AND_PASSES = """
import os, socket, sys, time
os.seteuid(int(sys.argv[3]))
connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
connection.connect(sys.argv[1])
socket.send_fds(socket.socket(fileno=int(sys.argv[2])), [b"x"], [connection.fileno()])
time.sleep(600)
"""
"""A daemon that gives its connection to somebody else."""


class BrokerService(DaemonCase):
    def setUp(self):
        super().setUp()
        self.path = self.directory / "broker"
        self.said_to = self.directory / "broker-output"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(listener.close)
        listener.bind(str(self.path))
        self.path.chmod(0o666)
        listener.listen(5)

        def prepare():
            processes.dies_with_us()
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
        with open(self.said_to, "wb") as output:
            self.process = subprocess.Popen(
                [places.BROKER, "--user", str(DAEMON_USER)], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                preexec_fn=prepare, close_fds=False, start_new_session=True)
        self.addCleanup(processes.end_group, self.process)

    def said(self):
        return self.said_to.read_text()

    def connect(self, user=DAEMON_USER):
        """A connection of that user's: the kernel notes who connects."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.settimeout(20)
        self.addCleanup(connection.close)
        own = os.geteuid()
        os.seteuid(user)
        try:
            connection.connect(str(self.path))
        finally:
            os.seteuid(own)
        return Broker.over(connection)

    def assert_serves(self, broker):  # pylint: disable=arguments-differ
        answer = broker.ask(wire.USER, wire.name("root"))
        self.assertEqual((answer.status, answer.body), (wire.DONE, b"\1\0\0\0\0"), self.said())

    def assert_refused(self, broker, words):
        try:
            self.assertIsNone(broker.receive())
        except ConnectionResetError:
            pass
        self.assertIn(words, processes.eventually(self.said, "it is told"))

    def test_one_daemon_of_its_user_and_no_second_beside_it(self):
        first = self.connect()
        self.assert_serves(first)
        self.assert_refused(self.connect(), "another daemon is served")
        self.assert_serves(first)
        first.socket.close()
        self.assert_serves(self.connect())

    def test_a_daemon_that_ends_leaves_its_connection_to_nobody(self):
        ours, its = socket.socketpair()
        self.addCleanup(ours.close)
        daemon = subprocess.Popen(
            [sys.executable, "-c", CONNECTS_AND_PASSES, str(self.path), str(its.fileno()), str(DAEMON_USER)],
            pass_fds=[its.fileno()], preexec_fn=processes.dies_with_us, start_new_session=True)
        self.addCleanup(processes.end_group, daemon)
        its.close()
        ours.settimeout(20)
        _, held, _, _ = socket.recv_fds(ours, 1, 1)
        holder = Broker.over(socket.socket(fileno=held[0]))
        self.addCleanup(holder.socket.close)
        self.assert_serves(holder)
        self.assert_refused(self.connect(), "another daemon is served")
        # It has more to say than anybody reads: whoever serves it waits.
        holder.socket.setblocking(False)
        while select.select([], [holder.socket], [], 0.5)[1]:
            try:
                holder.send(b"garbage")
            except BlockingIOError:
                pass
        daemon.kill()
        daemon.wait()
        processes.eventually(self.is_served, "the next one is served")
        holder.socket.settimeout(20)
        try:
            while holder.receive():
                pass
        except ConnectionResetError:
            pass

    def test_one_that_cannot_be_served_for_want_of_threads_leaves_none_behind_and_is_told_of_in_measure(self):
        self.assert_refused(self.connect(NOBODY), "the daemon is uid")

        def threads():
            return len(os.listdir(f"/proc/{self.process.pid}/task"))
        before = threads()
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        # Room for the stacks of a few.
        room = int(status.split("VmSize:")[1].split()[0]) * 1024 + 3 * resource.getrlimit(resource.RLIMIT_STACK)[0]
        resource.prlimit(self.process.pid, resource.RLIMIT_AS, (room, resource.RLIM_INFINITY))
        for _ in range(12):
            self.assertIsNone(self.is_served())
        self.assertEqual(self.said().count("a daemon could not be taken: cannot pthread_create"), 9, self.said())
        processes.eventually(lambda: threads() == before, "the threads that were made end")
        resource.prlimit(self.process.pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.assert_serves(self.connect())

    def test_nobody_else_is_served_be_it_root(self):
        for user in (0, NOBODY):
            self.assert_refused(self.connect(user), f"uid {user}, pid {os.getpid()}: the daemon is uid {DAEMON_USER}")
        self.assert_serves(self.connect())

    def test_who_connects_anew_has_no_more_of_what_is_bounded(self):
        done = 0
        for _ in range(4):
            broker = self.connect()
            for _ in range(100):
                answer = broker.ask(wire.KERNEL_FILE, struct.pack("<I", 1))
                done += answer.status == wire.DONE
                answer.close()
            broker.socket.close()
        # 64 at once, and four a second.
        self.assertLess(done, 120)

    def test_who_connects_again_and_again_is_refused_and_a_daemon_later_is_not(self):
        refused = 0
        for _ in range(200):
            broker = self.connect()
            try:
                broker.send(broker.request(wire.USER, wire.name("root")))
                refused += broker.receive() is None
            except OSError:
                refused += 1
            broker.socket.close()
        self.assertGreater(refused, 150)
        self.assertIn("connects more often than a daemon is started", self.said())
        processes.eventually(self.is_served, "it is served again")
        self.assertLess(len(os.listdir(f"/proc/{self.process.pid}/task")), 64)

    def is_served(self):
        broker = self.connect()
        try:
            broker.send(broker.request(wire.USER, wire.name("root")))
            return broker.receive()
        except OSError:
            return None
        finally:
            broker.socket.close()

    def test_garbage_costs_the_daemon_alone(self):
        first = self.connect()
        for _ in range(1000):
            first.send(os.urandom(64))
            self.assertEqual(first.receive().status, wire.MALFORMED)
        first.socket.close()
        self.assert_serves(self.connect())

    def test_it_ends_in_order_when_it_is_told_to(self):
        broker = self.connect()
        self.assert_serves(broker)
        self.process.send_signal(signal.SIGTERM)
        farewell = broker.receive()
        self.assertEqual((farewell.kind, farewell.number, farewell.status), (0, 0, wire.DONE))
        # Its daemon ends first.
        broker.socket.close()
        self.assertEqual(self.process.wait(20), 0)
        self.assertEqual(self.said(), "")

    def new_service(self, path=None):
        """A daemon as its unit starts it: its user's from the beginning."""
        daemon = self.new_daemon(options=("--broker-socket", str(path or self.path)))
        for place, mode in ((daemon.state, 0o700), (daemon.runtime, 0o755)):
            place.mkdir()
            place.chmod(mode)
            os.chown(place, DAEMON_USER, DAEMON_USER)
        groups = subprocess.run(["getent", "group", "systemd-journal"], capture_output=True, text=True, check=False)
        group = groups.stdout.split(":")[2] if groups.stdout else str(DAEMON_USER)
        daemon.arguments[:0] = ["setpriv", f"--reuid={DAEMON_USER}", f"--regid={DAEMON_USER}", f"--groups={group}"]
        return daemon

    def test_a_broker_that_an_upgrade_has_left_over_is_told_of_and_not_believed(self):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(listener.close)
        listener.settimeout(20)
        listener.bind(str(self.directory / "old-broker"))
        (self.directory / "old-broker").chmod(0o666)
        listener.listen(1)
        version = b"0.0.1"
        of_version = struct.pack("<H", len(version)) + version.ljust(64, b"\0")
        not_known = struct.pack("<i", 0) + (struct.pack("<H", 0) + bytes(1000)) * 2
        for kind, status, body, words in (
                (wire.OF_VERSION, wire.DONE, of_version, "the broker is of version 0.0.1, and the daemon of "),
                (0, wire.MALFORMED, not_known, "the broker's answer is none")):
            daemon = self.new_service(self.directory / "old-broker")
            daemon.start(wait=False)
            connection, _ = listener.accept()
            with connection:
                asked = wire.HEADER.unpack_from(connection.recv(100))
                self.assertEqual(asked, (wire.VERSION, wire.OF_VERSION, 0, 0))
                connection.send(wire.HEADER.pack(wire.VERSION, kind, status, 0) + body)
                self.assertEqual(daemon.process.wait(20), 3)
            self.assertIn(words, daemon.said())
            self.assertIn("systemctl restart doe-audit-broker", daemon.said())

    def test_a_daemon_that_its_manager_made_nobody_is_served_and_so_is_the_next_by_the_same_broker(self):
        daemon = self.new_service()
        for _ in range(2):
            daemon.start()
            response, notice = self.ask_once(daemon, doe.discovery(0))
            self.assertEqual(doe.discovered(response)[0], (0x0001, 0x00))
            record = self.record_of(daemon, notice)
            self.assertNotEqual(record["DOE_CLIENT_EXE"], "unknown")
            status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
            self.assertRegex(status, r"NoNewPrivs:\t1")
            self.assertRegex(status, r"Seccomp:\t2")
            # Not dumpable: what procfs has of it is root's.
            self.assertEqual(os.stat(f"/proc/{daemon.pid}/environ").st_uid, 0)
            self.assertEqual(daemon.terminate(), 0)
        self.assertIsNone(self.process.poll())
        self.assertEqual((daemon.said(), self.said()), ("", ""))

    def test_a_broker_that_is_not_there_ends_the_start_with_what_to_do(self):
        daemon = self.new_service()
        daemon.arguments[daemon.arguments.index("--broker-socket") + 1] = str(self.directory / "nowhere")
        daemon.start(wait=False)
        self.assertEqual(daemon.process.wait(20), 3)
        self.assertIn("systemctl status doe-audit-broker.socket", daemon.said())

    def test_a_broker_that_is_told_to_end_has_its_daemon_end_first_in_order(self):
        daemon = self.new_service().start()
        instance = daemon.instance
        self.process.terminate()
        self.assertEqual(daemon.process.wait(20), 3)
        self.assertEqual(self.process.wait(20), 0)
        self.assertIn("the broker, which opens what takes rights, was told to end", daemon.said())
        self.assertEqual(self.said(), "")
        records = processes.eventually(
            lambda: [entry["DOE_EVENT"] for entry in daemon.journal.entries(f"DOE_INSTANCE={instance}")][2:], "it is on record")
        self.assertEqual(records[-1], "daemon-stopped")

    def test_a_daemon_that_does_not_end_is_not_waited_for_for_ever(self):
        daemon = self.new_service().start()
        os.kill(daemon.pid, signal.SIGSTOP)
        self.process.terminate()
        try:
            self.assertEqual(self.process.wait(30), 0)
        finally:
            os.kill(daemon.pid, signal.SIGCONT)
        self.assertEqual(daemon.process.wait(20), 3)

    def test_a_broker_that_ends_ends_the_daemon_with_the_status_that_has_it_started_again(self):
        daemon = self.new_service().start()
        self.process.kill()
        self.assertEqual(daemon.process.wait(20), 3)
        self.assertIn("the broker, which opens what takes rights, has gone", daemon.said())
