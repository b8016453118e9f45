"""The broker against a daemon that was taken over: whatever that sends costs it alone, and it gets nothing that is not on
the list."""

import fcntl
import os
import pathlib
import random
import select
import signal
import socket
import stat
import struct
import subprocess
import sys

from support import broker as wire
from support import made_up, places, processes, slow_file
from support.broker import Broker
from support.case import DaemonCase

STARTS_AND_PASSES = """
import os, socket, subprocess, sys, time
own, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
broker = subprocess.Popen(
    [sys.argv[1]], stdin=subprocess.DEVNULL, preexec_fn=lambda: os.dup2(its.fileno(), 3, inheritable=True), close_fds=False)
its.close()
socket.send_fds(socket.socket(fileno=int(sys.argv[2])), [b"x"], [own.fileno(), os.pidfd_open(broker.pid)])
time.sleep(600)
"""
"""A daemon that has started its broker, and gives its connection to somebody else."""


class BrokerCase(DaemonCase):
    def new_broker(self, *options):
        broker = Broker(self.directory, *options)
        self.addCleanup(broker.close)
        return broker

    def assert_answers(self, broker):
        """It is there, and does what it is asked."""
        self.assertIsNone(broker.process.poll(), broker.said())
        answer = broker.ask(wire.USER, wire.name("root"))
        self.assertEqual((answer.status, answer.body), (wire.DONE, b"\1\0\0\0\0"), broker.said())

    def child(self, *arguments):
        child = subprocess.Popen(arguments or ["/bin/cat"], stdin=subprocess.PIPE)

        def end():
            child.kill()
            child.stdin.close()
            child.wait()
        self.addCleanup(end)
        return child


class WhatItGives(BrokerCase):
    def test_config_of_a_function_with_a_mailbox_and_of_no_other(self):
        tree = made_up.make_tree(self.directory / "sys")
        # Without a mailbox: of another device, and the first of a device whose second function has one.
        plain = bytearray(made_up.config_space())
        plain[0x190:0x194] = bytes(4)
        for address in ("0000:02:00.0", "0000:03:00.0"):
            made_up.make_tree(tree, address)
            (tree / "bus/pci/devices" / address / "config").write_bytes(plain)
        made_up.make_tree(tree, "0000:03:00.1")
        broker = self.new_broker("--sysfs-root", str(tree))

        answer = broker.ask(wire.CONFIG, wire.config("0000:01:00.0"))
        self.assertEqual((answer.status, len(answer.descriptors)), (wire.DONE, 1))
        file = answer.descriptors[0]
        self.assertEqual(fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE, os.O_RDWR)
        self.assertEqual(os.pread(file, 4, 0x190), (tree / "bus/pci/devices/0000:01:00.0/config").read_bytes()[0x190:0x194])
        answer.close()
        answer = broker.ask(wire.CONFIG, wire.config("0000:01:00.0", for_reading_alone=True))
        self.assertEqual(fcntl.fcntl(answer.descriptors[0], fcntl.F_GETFL) & os.O_ACCMODE, os.O_RDONLY)
        answer.close()

        for address in ("0000:02:00.0", "0000:03:00.0"):
            answer = broker.ask(wire.CONFIG, wire.config(address))
            self.assertEqual((answer.status, answer.descriptors), (wire.MAILBOXLESS, []), answer.problem)
        answer = broker.ask(wire.CONFIG, wire.config("0000:02:00.0", for_reading_alone=True))
        self.assertEqual(answer.status, wire.MAILBOXLESS)
        # What tells whether its device has memory in use, for reading alone.
        answer = broker.ask(wire.CONFIG, wire.config("0000:03:00.0", for_reading_alone=True))
        self.assertEqual(fcntl.fcntl(answer.descriptors[0], fcntl.F_GETFL) & os.O_ACCMODE, os.O_RDONLY)
        answer.close()
        answer = broker.ask(wire.CONFIG, wire.config("0000:7f:00.0"))
        self.assertEqual((answer.status, answer.descriptors), (wire.GONE, []))
        self.assert_answers(broker)
        # A daemon that means well meets these.
        self.assertEqual(broker.said(), "")

    def test_a_config_file_that_cannot_be_written_is_given_for_reading_with_the_reason(self):
        tree = made_up.make_tree(self.directory / "sys")
        config = tree / "bus/pci/devices/0000:01:00.0/config"
        config.chmod(0o444)
        broker = self.new_broker("--sysfs-root", str(tree))
        answer = broker.ask(wire.CONFIG, wire.config("0000:01:00.0"))
        self.assertEqual((answer.status, answer.body[0]), (wire.DONE, 0))
        self.assertIn(f"cannot open {config} for writing: Permission denied", wire.text(answer.body, 1))
        self.assertEqual(fcntl.fcntl(answer.descriptors[0], fcntl.F_GETFL) & os.O_ACCMODE, os.O_RDONLY)
        answer.close()

    def test_who_a_process_is_and_whether_it_goes_on(self):
        broker = self.new_broker()
        child = self.child()
        held = os.pidfd_open(child.pid)
        self.addCleanup(os.close, held)
        answer = broker.ask(wire.IDENTITY, descriptors=[held])
        self.assertEqual((answer.status, len(answer.descriptors)), (wire.DONE, 2), broker.said())
        self.assertEqual(struct.unpack_from("<i", answer.body)[0], child.pid)
        program, memory = answer.descriptors
        self.assertEqual(os.readlink(f"/proc/self/fd/{program}"), os.readlink(f"/proc/{child.pid}/exe"))
        # By name alone: it cannot be read.
        with self.assertRaises(OSError):
            os.read(program, 1)
        self.assertEqual(os.readlink(f"/proc/self/fd/{memory}"), f"/proc/{child.pid}/pagemap")
        with self.assertRaises(OSError):
            os.pread(memory, 1, 0)
        # A page that is there, as whoever has no rights sees it: not where it lies.
        start = int(pathlib.Path(f"/proc/{child.pid}/maps").read_text().split("-")[0], 16)
        entry = struct.unpack("<Q", os.pread(memory, 8, start // 4096 * 8))[0]
        self.assertEqual(entry & ((1 << 55) - 1), 0)
        child.kill()
        child.wait()
        self.assertEqual(os.pread(memory, 1, 0), b"")
        answer.close()
        answer = broker.ask(wire.IDENTITY, descriptors=[held])
        self.assertEqual((answer.status, answer.descriptors), (wire.NO_PROCESS, []))

    def test_of_which_version_it_is(self):
        broker = self.new_broker()
        version = subprocess.run([places.BROKER, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        answer = broker.ask(wire.OF_VERSION)
        self.assertEqual((answer.status, wire.text(answer.body, 0), answer.descriptors), (wire.DONE, version, []))

    def test_a_broker_of_ones_own_ends_with_whoever_has_started_it_whoever_holds_the_connection(self):
        ours, its = socket.socketpair()
        self.addCleanup(ours.close)
        starter = subprocess.Popen(
            [sys.executable, "-c", STARTS_AND_PASSES, places.BROKER, str(its.fileno())], pass_fds=[its.fileno()],
            preexec_fn=processes.dies_with_us, start_new_session=True)
        self.addCleanup(processes.end_group, starter)
        its.close()
        ours.settimeout(20)
        _, (held, process), _, _ = socket.recv_fds(ours, 1, 2)
        self.addCleanup(os.close, process)
        broker = Broker.over(socket.socket(fileno=held))
        self.addCleanup(broker.socket.close)
        self.assertEqual(broker.ask(wire.USER, wire.name("root")).status, wire.DONE)
        starter.kill()
        starter.wait()
        broker.socket.settimeout(20)
        self.assertIsNone(broker.receive())
        self.assertTrue(select.select([process], [], [], 20)[0])

    def test_names_the_kernel_log_and_two_files_of_the_kernel(self):
        broker = self.new_broker()
        self.assert_answers(broker)
        self.assertEqual(broker.ask(wire.GROUP, wire.name("root")).body, b"\1\0\0\0\0")
        self.assertEqual(broker.ask(wire.USER, wire.name("nobody-of-that-name")).body, b"\0\0\0\0\0")
        for file, name in ((1, "iomem"), (2, "kallsyms")):
            answer = broker.ask(wire.KERNEL_FILE, struct.pack("<I", file))
            self.assertEqual(answer.status, wire.DONE, answer.problem if answer.status else "")
            self.assertEqual(os.readlink(f"/proc/self/fd/{answer.descriptors[0]}"), f"/proc/{name}")
            self.assertEqual(fcntl.fcntl(answer.descriptors[0], fcntl.F_GETFL) & os.O_ACCMODE, os.O_RDONLY)
            answer.close()
        answer = broker.ask(wire.KERNEL_LOG)
        if answer.status == wire.DONE:
            status = os.fstat(answer.descriptors[0])
            self.assertEqual((stat.S_ISCHR(status.st_mode), status.st_rdev), (True, os.makedev(1, 11)))
        else:
            # A container without one.
            self.assertEqual(answer.status, wire.FAILED, answer.problem)
        answer.close()

    def test_it_has_the_rights_that_it_needs_and_no_others(self):
        broker = self.new_broker()
        self.assert_answers(broker)
        status = dict(
            line.split(":\t", 1) for line in pathlib.Path(f"/proc/{broker.pid}/status").read_text().splitlines()
            if ":\t" in line)
        allowed = 1 << 21 | 1 << 19 | 1 << 2  # CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH
        for field in ("CapPrm", "CapEff", "CapBnd"):
            self.assertEqual(int(status[field], 16) & ~allowed, 0, field)
        self.assertEqual((int(status["CapInh"], 16), int(status["CapAmb"], 16), status["NoNewPrivs"]), (0, 0, "1"))
        # 2: what it may call is a list.
        for thread in pathlib.Path(f"/proc/{broker.pid}/task").iterdir():
            self.assertRegex((thread / "status").read_text(), r"\nSeccomp:\t2\n", thread)
        limits = pathlib.Path(f"/proc/{broker.pid}/limits").read_text()
        self.assertRegex(limits, r"Max open files +256 +256 ")
        self.assertRegex(limits, r"Max core file size +0 +0 ")

    def test_it_ends_with_its_daemon_and_for_no_signal_that_a_service_gets(self):
        broker = self.new_broker()
        self.assert_answers(broker)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            broker.process.send_signal(number)
        self.assert_answers(broker)
        broker.socket.close()
        self.assertEqual(broker.process.wait(10), 0)
        self.assertEqual(broker.said(), "")

    def test_by_hand_it_says_what_it_is_for(self):
        for arguments, status in ((["--help"], 0), (["--version"], 0), (["--nonsense"], 2), ([], 3)):
            done = subprocess.run([places.BROKER, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode, status, done)
        self.assertIn("doe-auditd", done.stderr)


class WhatItRefuses(BrokerCase):
    ATTEMPTS = 10_000

    def refused(self, broker, kind, body=b"", descriptors=()):
        answer = broker.ask(kind, body, descriptors)
        self.assertEqual(answer.descriptors, [])
        return answer.status

    def test_garbage(self):
        chance = random.Random(1)
        broker = self.new_broker()
        self.assert_answers(broker)
        files, counts = broker.open_files(), {}
        for attempt in range(self.ATTEMPTS):
            content = chance.randbytes(chance.choice((0, 1, 15, 17, 24, 528, 529, 821, 4096, 65536)))
            if len(content) >= 16 and attempt % 2:
                # As close to a request as can be.
                content = wire.HEADER.pack(1, chance.randrange(21), chance.choice((0, 0, 0, 1)), attempt) + content[16:]
            broker.send(content)
            answer = broker.receive()
            counts[answer.status] = counts.get(answer.status, 0) + 1
            self.assertIn(answer.status, (wire.MALFORMED, wire.WRONG_DESCRIPTOR, wire.NOT_ALLOWED, wire.DONE, wire.TOO_MANY,
                                          wire.FAILED, wire.GONE))
            answer.close()
        self.assertGreater(counts[wire.MALFORMED], self.ATTEMPTS * 0.8, counts)
        self.assert_answers(broker)
        self.assertEqual(broker.open_files(), files)
        # The first ten, and then counts.
        self.assertLess(len(broker.said().splitlines()), 60, broker.said())
        self.assertIn("doe-audit-broker: the daemon was refused: ", broker.said())

    def test_requests_that_are_cut_or_too_long(self):
        broker = self.new_broker()
        requests = [
            broker.request(wire.CONFIG, wire.config("0000:01:00.0")), broker.request(wire.USER, wire.name("root")),
            broker.request(wire.KERNEL_LOG), broker.request(wire.KERNEL_FILE, b"\1\0\0\0")]
        for content in requests:
            for count in [*range(len(content)), len(content) + 1, len(content) + 1000, 100_000]:
                broker.send(content[:count].ljust(count, b"\0") if count > len(content) else content[:count])
                self.assertEqual(broker.receive().status, wire.MALFORMED, (content[:4], count))
        self.assert_answers(broker)

    def test_what_is_on_no_list(self):
        broker = self.new_broker()
        for kind in (0, *range(20, 300), 65535):
            self.assertEqual(self.refused(broker, kind), wire.MALFORMED)
        for file in (0, 3, 255, 2**32 - 1):
            self.assertEqual(self.refused(broker, wire.KERNEL_FILE, struct.pack("<I", file)), wire.MALFORMED)
        for body in (b"/etc/shadow", b"\1\0\0\0/etc/shadow"):
            self.assertEqual(self.refused(broker, wire.KERNEL_FILE, body), wire.MALFORMED)
        # No function has such a number, and none has a name.
        self.assertEqual(self.refused(broker, wire.CONFIG, struct.pack("<IBBBB", 0, 0, 32, 0, 0)), wire.MALFORMED)
        self.assertEqual(self.refused(broker, wire.CONFIG, struct.pack("<IBBBB", 0, 0, 0, 8, 0)), wire.MALFORMED)
        self.assertEqual(self.refused(broker, wire.CONFIG, struct.pack("<IBBBB", 0, 0, 0, 0, 2)), wire.MALFORMED)
        for name in (b"", b"root\0", b"\xff"):
            body = struct.pack("<H", len(name)) + name.ljust(wire.NAME_ROOM, b"\0")
            self.assertEqual(self.refused(broker, wire.USER, body), wire.MALFORMED)
        torn = struct.pack("<H", 1) + b"rx".ljust(wire.NAME_ROOM, b"\0")
        self.assertEqual(self.refused(broker, wire.USER, torn), wire.MALFORMED)
        self.assert_answers(broker)

    def test_every_function_of_this_host_that_has_no_mailbox(self):
        broker = self.new_broker()
        tried = 0
        for bus in range(256):
            for device in range(32):
                answer = broker.ask(wire.CONFIG, struct.pack("<IBBBB", 0, bus, device, 0, 0))
                self.assertTrue(answer.status != wire.DONE or self.has_mailbox(answer.descriptors[0]), (bus, device))
                answer.close()
                tried += 1
        self.assertEqual(tried, 8192)
        self.assert_answers(broker)

    def has_mailbox(self, file):
        return struct.pack("<H", 0x2E) in os.pread(file, 4096, 0)

    def test_the_kernels_taint_without_leave(self):
        before = pathlib.Path("/proc/sys/kernel/tainted").read_text()
        broker = self.new_broker()
        for _ in range(100):
            self.assertEqual(self.refused(broker, wire.KERNEL_TAINT), wire.NOT_ALLOWED)
        self.assertEqual(pathlib.Path("/proc/sys/kernel/tainted").read_text(), before)
        self.assertIn("without leave to set the kernel's taint", broker.said())

    def test_descriptors_that_are_no_process_or_not_one_to_ask_about(self):
        broker = self.new_broker()
        ends = os.pipe()
        others = [
            os.open("/etc/passwd", os.O_RDONLY), os.open("/proc/self", os.O_RDONLY | os.O_DIRECTORY),
            os.open("/proc/self/mem", os.O_RDONLY), *ends, os.dup(broker.socket.fileno())]
        for descriptor in others:
            self.addCleanup(os.close, descriptor)
            self.assertEqual(self.refused(broker, wire.IDENTITY, descriptors=[descriptor]), wire.WRONG_DESCRIPTOR)
        for number, status in ((broker.pid, wire.NO_PROCESS), *((pid, wire.NO_PROCESS) for pid in self.kernel_threads())):
            held = os.pidfd_open(number)
            self.addCleanup(os.close, held)
            self.assertEqual(self.refused(broker, wire.IDENTITY, descriptors=[held]), status, number)
        self.assert_answers(broker)

    def kernel_threads(self):
        """kthreadd, where this is no container."""
        return [2] if os.path.exists("/proc/2/comm") and pathlib.Path("/proc/2/comm").read_text() == "kthreadd\n" else []

    def test_too_many_descriptors_and_too_few(self):
        broker = self.new_broker()
        self.assert_answers(broker)
        held = os.pidfd_open(os.getpid())
        self.addCleanup(os.close, held)
        files = broker.open_files()
        for _ in range(100):
            for count in (0, 2, 3, 253):
                self.assertEqual(self.refused(broker, wire.IDENTITY, descriptors=[held] * count), wire.WRONG_DESCRIPTOR)
            self.assertEqual(self.refused(broker, wire.KERNEL_LOG, descriptors=[held] * 253), wire.WRONG_DESCRIPTOR)
            broker.send(b"", [held] * 253)
            self.assertEqual(broker.receive().status, wire.MALFORMED)
        self.assert_answers(broker)
        self.assertEqual(broker.open_files(), files)


class TheWitnessArms(BrokerCase):
    """A daemon that was taken over says which functions, and when; never what is probed."""

    def test_nothing_is_to_be_had_of_what_is_not_armed(self):
        broker = self.new_broker("--sysfs-root", str(self.directory / "nothing"))
        requests = (
            (wire.WATCH, b""), (wire.CHECK, b""), (wire.BEGIN_CANARY, wire.config("0000:00:00.0") + b"\1\0\0\0"),
            (wire.ARMS_FILES, bytes(4)), (wire.ARMS_FILES, b"\xff" * 4))
        for kind, body in requests:
            answer = broker.ask(kind, body)
            self.assertEqual((answer.status, answer.descriptors), (wire.FAILED, []), kind)
            self.assertEqual(answer.problem, "nothing is armed")
        for kind in (wire.END_CANARY, wire.DISARM, wire.LEAVE):
            self.assertEqual(broker.ask(kind).status, wire.DONE)
        self.assert_answers(broker)

    def test_functions_that_cannot_be_and_more_of_them_than_a_host_has(self):
        broker = self.new_broker()
        whole = wire.functions(["0000:01:00.0"] * 64)
        torn = (
            bytes([2]) + whole[1:], whole[:1] + b"\x41" + whole[2:], whole[:1] + b"\x3f" + whole[2:],
            whole[:2] + b"\0\0\0\0\0\x20\0\0" + whole[10:], whole[:2] + b"\0\0\0\0\0\0\x08\0" + whole[10:],
            whole[:2] + b"\0\0\0\0\0\0\0\1" + whole[10:])
        for body in torn:
            self.assertEqual(broker.ask(wire.FUNCTIONS, body).status, wire.MALFORMED, body[:10])
        statuses = [broker.ask(wire.FUNCTIONS, wire.functions(["0000:01:00.0"] * 64, are_first=False)).status
                    for _ in range(300)]
        self.assertEqual(statuses, [wire.DONE] * 250 + [wire.FAILED] * 50)
        self.assertEqual(broker.ask(wire.FUNCTIONS, wire.functions([])).status, wire.DONE)
        self.assert_answers(broker)

    def test_a_thread_and_a_function_that_cannot_be(self):
        broker = self.new_broker()
        for body in (wire.config("0000:00:00.0") + bytes(4), wire.config("0000:00:00.0") + b"\xff" * 4,
                     struct.pack("<IBBBBi", 0, 0, 32, 0, 0, 1), struct.pack("<IBBBBi", 0, 0, 0, 0, 1, 1)):
            self.assertEqual(broker.ask(wire.BEGIN_CANARY, body).status, wire.MALFORMED, body)
        self.assert_answers(broker)

    def test_ten_thousand_times_armed(self):
        broker = self.new_broker("--sysfs-root", str(self.directory / "nothing"))
        self.assert_answers(broker)
        memory, threads = broker.memory(), broker.threads()
        counts = {}
        try:
            for _ in range(10_000):
                answer = broker.ask(wire.ARM)
                counts[answer.status] = counts.get(answer.status, 0) + 1
                answer.close()
        finally:
            broker.ask(wire.DISARM).close()
        # One in ten seconds beside the first eight.
        self.assertGreater(counts[wire.TOO_MANY], 9_900, counts)
        self.assertLessEqual(sum(counts.values()) - counts[wire.TOO_MANY], 30)
        self.assertEqual(broker.threads(), threads)
        # What it has read of the kernel's types and names is given back.
        self.assertLess(broker.memory() - memory, 64 << 10)
        self.assert_answers(broker)

    def test_where_a_writer_stands_is_asked_by_numbers_and_never_by_a_path(self):
        broker = self.new_broker()
        for step in (b"", b".", b"..", b"etc/shadow", b"/", b"a\0b", b"\xff"):
            body = wire.writer(1, [b"etc", step], 1, 2)
            self.assertEqual(broker.ask(wire.WRITER, body).status, wire.MALFORMED, step)
        self.assertEqual(broker.ask(wire.WRITER, wire.writer(1, [], 1, 2)).status, wire.MALFORMED)
        # Another file than the one that runs: whoever does not know its number learns nothing.
        for path in (b"/etc/passwd", b"/etc/shadow"):
            status = os.stat(path)
            device = os.major(status.st_dev) << 20 | os.minor(status.st_dev)
            body = wire.writer(2**64 - 1, path.strip(b"/").split(b"/"), device, status.st_ino + 1)
            answer = broker.ask(wire.WRITER, body)
            self.assertEqual((answer.status, answer.descriptors, answer.body.strip(b"\0")), (wire.DONE, [], b""))
        self.assert_answers(broker)

    def test_a_writers_file_system_that_does_not_answer_keeps_nobody_waiting(self):
        program = slow_file.SlowProgram(self.new_directory(), places.BROKER)
        self.addCleanup(program.close)
        status = os.stat(program.path)
        device = os.major(status.st_dev) << 20 | os.minor(status.st_dev)
        broker = self.new_broker()
        # First of all: a broker that waits for it cannot be ended.
        self.addCleanup(program.let_go)
        program.hold()
        body = wire.writer(2**64 - 1, [pathlib.Path(program.path).name.encode()], device, status.st_ino)
        for _ in range(4):
            answer = broker.ask(wire.WRITER, body)
            self.assertEqual((answer.status, answer.body.strip(b"\0")), (wire.DONE, b""))
        self.assertFalse(program.held.is_set())
        self.assert_answers(broker)


class WhatItBears(BrokerCase):
    def flood(self, broker, content, descriptors=(), count=10_000):
        """Sends as fast as the broker takes it, and reads nothing meanwhile; how many it took."""
        broker.socket.setblocking(False)
        sent = 0
        while sent < count:
            try:
                broker.send(content, descriptors)
            except (BlockingIOError, OSError):
                if not select.select([], [broker.socket], [], 0.5)[1]:
                    break
                continue
            sent += 1
        broker.socket.settimeout(20)
        return sent

    def test_a_daemon_that_never_reads_its_answers_waits_and_gets_them_all(self):
        broker = self.new_broker()
        self.assert_answers(broker)
        memory, threads = broker.memory(), broker.threads()
        sent = self.flood(broker, broker.request(wire.USER, wire.name("root"), number=1))
        self.assertLess(sent, 10_000)
        self.assertLess(broker.memory() - memory, 8 << 10)
        self.assertEqual(broker.threads(), threads)
        self.assertEqual(sum(broker.drain().values()), sent)
        self.assert_answers(broker)

    def test_ten_thousand_questions_as_fast_as_they_go(self):
        broker = self.new_broker()
        child = self.child()
        held = os.pidfd_open(child.pid)
        self.addCleanup(os.close, held)
        self.assert_answers(broker)
        memory, files, threads = broker.memory(), broker.open_files(), broker.threads()
        kinds = (
            (wire.USER, wire.name("root"), ()), (wire.IDENTITY, b"", [held]), (wire.KERNEL_LOG, b"", ()),
            (wire.KERNEL_FILE, b"\2\0\0\0", ()), (wire.KERNEL_TAINT, b"", ()),
            (wire.CONFIG, wire.config("0000:7f:1f.0"), ()))
        for kind, body, descriptors in kinds:
            counts, sent = {}, 0
            while sent < 10_000 or sum(counts.values()) < sent:
                if sent < 10_000 and sent - sum(counts.values()) < 20:
                    broker.send(broker.request(kind, body), descriptors)
                    sent += 1
                    if not broker.has_answer():
                        continue
                answer = broker.receive()
                counts[answer.status] = counts.get(answer.status, 0) + 1
                answer.close()
            self.assertEqual(sum(counts.values()), 10_000)
            if kind in (wire.KERNEL_LOG, wire.KERNEL_FILE):
                self.assertGreater(counts.get(wire.TOO_MANY, 0), 8_000, counts)
            if kind == wire.KERNEL_TAINT:
                self.assertEqual(counts, {wire.NOT_ALLOWED: 10_000})
        self.assert_answers(broker)
        self.assertLess(broker.memory() - memory, 16 << 10)
        self.assertEqual(broker.threads(), threads)
        processes.eventually(lambda: broker.open_files() == files, "all that was opened for answers is closed")


class TheDaemonsOwn(BrokerCase):
    """What the daemon does with it."""

    def broker_of(self, daemon):
        def find():
            children = pathlib.Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children").read_text().split()
            found = [pid for pid in children if "doe-audit-broker" in os.readlink(f"/proc/{pid}/exe")]
            return int(found[0]) if found else None
        return processes.eventually(find, "the broker is there")

    def test_it_has_one_beside_it_which_ends_with_it(self):
        daemon = self.new_daemon().start()
        broker = self.broker_of(daemon)
        # Of the daemon's it has the socket and the standard streams.
        first = sorted(int(number) for number in os.listdir(f"/proc/{broker}/fd"))[:4]
        self.assertEqual(first, [0, 1, 2, 3])
        self.assert_serves(daemon)
        self.assertEqual(daemon.terminate(), 0)
        self.assertFalse(os.path.exists(f"/proc/{broker}"))
        self.assertEqual(daemon.said(), "")

    def test_a_daemon_that_is_killed_leaves_none_behind(self):
        daemon = self.new_daemon().start()
        broker = self.broker_of(daemon)
        os.kill(daemon.pid, signal.SIGKILL)
        processes.eventually(lambda: not os.path.exists(f"/proc/{broker}"), "the broker ends")

    def test_a_broker_that_has_gone_ends_the_daemon_in_order_and_says_so(self):
        daemon = self.new_daemon().start()
        os.kill(self.broker_of(daemon), signal.SIGKILL)
        self.assertEqual(daemon.process.wait(20), 3)
        self.assertIn("doe-auditd: the broker, which opens what takes rights, has gone; restart doe-auditd", daemon.said())
        daemon.start()
        self.assert_serves(daemon)

    def test_a_broker_that_does_not_answer_names_nobody_and_is_told_of(self):
        daemon = self.new_daemon().start()
        broker = self.broker_of(daemon)
        os.kill(broker, signal.SIGSTOP)
        try:
            with daemon.connect("sim:cxl"):
                attention = processes.eventually(
                    lambda: [line for line in daemon.status()["attention"] if "broker" in line], "it is told of")
            self.assertIn("does not answer in time", attention[0])
        finally:
            os.kill(broker, signal.SIGCONT)
        self.assert_serves(daemon)
        processes.eventually(
            lambda: not [line for line in daemon.status()["attention"] if "broker" in line], "it is over")

    def test_without_its_broker_beside_it_the_daemon_does_not_start(self):
        alone = self.directory / "alone"
        alone.mkdir()
        subprocess.run(["cp", places.DAEMON, alone], check=True)
        daemon = self.new_daemon()
        daemon.arguments[0] = str(alone / "doe-auditd")
        daemon.start(wait=False)
        self.assertEqual(daemon.process.wait(20), 3)
        self.assertRegex(daemon.said(), f"cannot start {alone}/doe-audit-broker: No such file or directory")
        self.assertIn("install both programs into the same folder", daemon.said())

    def test_beside_a_broker_that_never_answers_the_daemon_does_not_start(self):
        alone = self.directory / "alone"
        alone.mkdir()
        subprocess.run(["cp", places.DAEMON, alone], check=True)
        (alone / "doe-audit-broker").write_text("#!/bin/sh\nexec sleep 98765\n")
        (alone / "doe-audit-broker").chmod(0o755)
        daemon = self.new_daemon()
        daemon.arguments[0] = str(alone / "doe-auditd")
        daemon.start(wait=False)
        self.assertEqual(daemon.process.wait(60), 3)
        self.assertIn("the broker did not answer in time", daemon.said())
        self.assertEqual(subprocess.run(["pgrep", "--full", "sleep 98765"], check=False).returncode, 1, "it is left over")

    def test_an_ordinary_user_needs_none(self):
        daemon = self.new_daemon()
        subprocess.run(["chown", "-R", str(processes.NOBODY), daemon.directory], check=True)
        daemon.arguments = ["setpriv", f"--reuid={processes.NOBODY}", f"--regid={processes.NOBODY}", "--clear-groups",
                            *daemon.arguments]
        # Its service manager is root's here, so it cannot say that it is ready.
        daemon.start(wait=False)
        processes.eventually(lambda: os.path.exists(daemon.control_socket), "it serves")
        children = pathlib.Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children")
        self.assertEqual(children.read_text(), "")
