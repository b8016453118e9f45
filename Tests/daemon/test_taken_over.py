"""The daemon, taken over: the real process, in its sandbox, calls the kernel and its broker with whatever it likes."""

import os
import pathlib
import struct
import unittest

from support import broker as wire
from support import made_up, procfs
from support.broker import Broker
from support.case import DaemonCase
from support.taken_over import POSSIBLE, TakenOver

READ_WRITE, WRITE, CREATE, HERE = 2, 1, 0o100, -100
REFUSED = ("EACCES", "EPERM")
REFUSED_OR_HIDDEN = (*REFUSED, "ENOENT") if procfs.HIDDEN else REFUSED


@unittest.skipUnless(POSSIBLE, "this machine's calls are not known to the tests")
class TakenOverDaemon(DaemonCase):
    def setUp(self):
        super().setUp()
        self.tree = made_up.make_tree(self.directory / "sys")
        plain = bytearray(made_up.config_space())
        plain[0x190:0x194] = bytes(4)
        made_up.make_tree(self.tree, "0000:02:00.0")
        (self.tree / "bus/pci/devices/0000:02:00.0/config").write_bytes(plain)
        self.daemon = self.new_daemon(simulate=None, options=("--sysfs-root", self.tree, "--witness", "off")).start()
        children = pathlib.Path(f"/proc/{self.daemon.pid}/task/{self.daemon.pid}/children").read_text().split()
        self.broker_pid = int(children[0])

    def test_what_it_calls_is_refused(self):
        anyones = self.directory / "anyones"
        anyones.write_text("")
        anyones.chmod(0o666)
        (self.directory / "open").mkdir()
        (self.directory / "open").chmod(0o777)
        config = self.tree / "bus/pci/devices/0000:01:00.0/config"
        rules = self.daemon.arguments[self.daemon.arguments.index("--rules") + 1]
        tables = bytes(120)
        with TakenOver(self.daemon.pid) as taken:
            def opened(path, flags, mode=0):
                return taken.call("openat", HERE, os.fsencode(path), flags, mode)

            # What it may, so that the rest is refused for a reason.
            self.assertGreater(opened("/proc/self/status", 0), 0)
            for name, result, refusals in (
                    ("config space", opened(config, READ_WRITE), REFUSED),
                    ("memory of the broker", opened(f"/proc/{self.broker_pid}/mem", READ_WRITE), REFUSED_OR_HIDDEN),
                    ("memory of its own", opened("/proc/self/mem", READ_WRITE), REFUSED),
                    ("memory of init", opened("/proc/1/mem", READ_WRITE), REFUSED_OR_HIDDEN),
                    ("the kernel's log", opened("/dev/kmsg", WRITE), (*REFUSED, "ENOENT")),
                    ("physical memory", opened("/dev/mem", READ_WRITE), (*REFUSED, "ENOENT")),
                    ("probes", opened("/sys/kernel/tracing/kprobe_events", WRITE), (*REFUSED, "ENOENT")),
                    ("passwords", opened("/etc/shadow", 0), REFUSED),
                    ("a file for everybody", opened(anyones, WRITE), ("EACCES",)),
                    ("a new file", opened(self.directory / "open" / "new", WRITE | CREATE, 0o600), ("EACCES",)),
                    ("a new rule", opened(f"{rules}/00.rules", WRITE | CREATE, 0o600), ("EACCES",)),
                    ("a file that runs as its owner", taken.call(
                        "chmod", os.fsencode(self.daemon.state / "ring"), 0o4755), ("EPERM",)),
                    ("a new one", opened(self.daemon.runtime / "made", WRITE | CREATE, 0o2755), ("EPERM",)),
                    ("to load a program", taken.call("bpf", 5, tables, 120), ("EPERM",)),
                    ("to attach one", taken.call("bpf", 17, tables, 120), ("EPERM",)),
                    ("to link one", taken.call("bpf", 28, tables, 120), ("EPERM",)),
                    ("to make a table", taken.call("bpf", 0, tables, 120), ("EPERM",)),
                    ("to freeze one", taken.call("bpf", 22, tables, 120), ("EPERM",)),
                    ("an event on a probe", taken.call("perf_event_open", tables, 0, -1, -1, 0), ("EPERM",)),
                    ("to be told of opens", taken.call("fanotify_init", 0, 0), ("EPERM",)),
                    ("a program", taken.call("execve", b"/bin/true", 0, 0), ("EPERM",)),
                    ("a process", taken.call("clone", 17, 0, 0, 0, 0), ("EPERM",)),
                    ("root", taken.call("setuid", 0), ("EPERM",)),
                    ("rights", taken.call("capset", struct.pack("=Ii", 0x20080522, 0), struct.pack("=6I", *[0xff] * 6)),
                     ("EPERM",)),
                    ("to be traced", taken.call("prctl", 4, 1), ("EPERM",)),
                    ("the broker's end", taken.call("kill", self.broker_pid, 9), ("EPERM",)),
                    ("a descriptor of the broker's", taken.call("pidfd_getfd", 3, 3, 0), ("EPERM",)),
                    ("a network", taken.call("socket", 2, 1, 0), ("EAFNOSUPPORT",)),
                    ("a raw one", taken.call("socket", 17, 3, 0), ("EAFNOSUPPORT",)),
                    ("namespaces", taken.call("unshare", 0x10000000), ("EPERM",)),
                    ("a mount", taken.call("mount", b"none", b"/", b"tmpfs", 0, 0), ("EPERM",)),
                    ("keys", taken.call("keyctl", 0, -3, 1), ("EPERM",)),
                    ("a ring of calls", taken.call("io_uring_setup", 8, tables), ("EPERM",)),
                    ("to hold the kernel up", taken.call("userfaultfd", 0), ("EPERM",))):
                with self.subTest(name):
                    self.assertIn(result, refusals)
        self.assert_still_serves()

    def assert_still_serves(self):
        self.assertIsNone(self.daemon.process.poll(), self.daemon.said())
        self.assertEqual(self.daemon.status()["trail"]["instance"], self.daemon.instance)

    def test_what_no_honest_code_calls_ends_it_and_is_on_record_at_the_next_start(self):
        for name, arguments in (
                ("ptrace", (16, self.broker_pid, 0, 0)), ("process_vm_writev", (self.broker_pid, 0, 0, 0, 0, 0)),
                ("init_module", (b"", 0, b"")),
                # After this status systemd would leave it down.
                ("exit_group", (2,)), ("exit", (0x102,))):
            with self.subTest(name):
                with TakenOver(self.daemon.pid) as taken:
                    self.assertEqual(taken.call(name, *arguments), "SIGSYS")
                self.daemon.process.wait(20)
                self.daemon.start()
                started = [record for record in self.daemon.all_records().values()
                           if record["DOE_EVENT"] == "daemon-started"]
                self.assertTrue(started)

    def test_the_broker_gives_it_nothing_and_lives(self):
        with TakenOver(self.daemon.pid) as taken:
            broker = Broker.over(taken.broker_socket())
            self.addCleanup(broker.socket.close)
            # What it may.
            answer = broker.ask(wire.CONFIG, wire.config("0000:01:00.0"))
            self.assertEqual(answer.status, wire.DONE)
            answer.close()
            for kind, body, status in (
                    (wire.CONFIG, wire.config("0000:02:00.0"), wire.MAILBOXLESS),
                    (wire.CONFIG, wire.config("0000:7f:00.0"), wire.GONE),
                    (wire.KERNEL_FILE, struct.pack("<I", 77), wire.MALFORMED),
                    (wire.KERNEL_FILE, b"/etc/shadow", wire.MALFORMED),
                    (wire.KERNEL_TAINT, b"", wire.NOT_ALLOWED), (999, b"", wire.MALFORMED)):
                answer = broker.ask(kind, body)
                self.assertEqual((answer.status, answer.descriptors), (status, []), (kind, body))
            broker.send(os.urandom(500))
            self.assertEqual(broker.receive().status, wire.MALFORMED)
            counts = {}
            for _ in range(10_000):
                answer = broker.ask(wire.KERNEL_FILE, struct.pack("<I", 1))
                counts[answer.status] = counts.get(answer.status, 0) + 1
                answer.close()
            self.assertGreater(counts[wire.TOO_MANY], 9_000, counts)
            answer = broker.ask(wire.USER, wire.name("root"))
            self.assertEqual((answer.status, answer.body), (wire.DONE, b"\1\0\0\0\0"))
        for words in ("the daemon was refused: ", "without leave to set the kernel's taint"):
            self.assertIn(words, self.daemon.said())
        self.assert_still_serves()
