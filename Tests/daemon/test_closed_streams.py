"""Started with its standard streams closed, in any combination, a program opens nothing else under their numbers: no byte
of a complaint lands in a file, and the exit status stays what it is."""

import itertools
import os
import signal
import subprocess

from support import doe, made_up, processes, tool
from support.case import DaemonCase
from support.record import check_whole

COMPLAINT = b"leads back"
CLOSED = [set(which) for count in range(4) for which in itertools.combinations((0, 1, 2), count)]


def closing(descriptors):
    """For `preexec_fn`."""
    def close():
        processes.dies_with_us()
        for descriptor in descriptors:
            os.close(descriptor)
    return close


class ClosedStreams(DaemonCase):
    def broken_tree(self):
        """A mailbox, and a function of which the daemon complains: its chain of capabilities leads back."""
        root = made_up.make_tree(self.new_directory() / "sys")
        made_up.make_tree(root, "0000:02:00.0")
        config = bytearray(made_up.config_space())
        config[0x190:0x194] = (0x002E | 1 << 16 | 0x100 << 20).to_bytes(4, "little")
        (root / "bus/pci/devices/0000:02:00.0/config").write_bytes(config)
        return root

    def files_of(self, *directories):
        return [path for directory in directories for path in directory.rglob("*") if path.is_file()]

    def test_the_daemon(self):
        root = self.broken_tree()
        self.assertEqual(len(CLOSED), 8)
        for closed in CLOSED:
            with self.subTest(closed=closed):
                journal = self.new_journal().start()
                daemon = self.new_daemon(
                    simulate=None, journal=journal,
                    options=("--sysfs-root", str(root), "--witness", "off", "--ring-slots", "64"))
                output = daemon.directory / "output"
                with open(output, "wb") as file:
                    daemon.process = subprocess.Popen(
                        daemon.arguments, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
                        preexec_fn=closing(closed))
                processes.eventually(lambda: os.path.exists(daemon.control_socket), "the daemon serves")
                processes.eventually(lambda: daemon.status()["mailboxes"] >= 1, "it answers")
                for descriptor in closed:
                    self.assertEqual(os.readlink(f"/proc/{daemon.pid}/fd/{descriptor}"), "/dev/null")
                self.assertEqual(self.ask_once(daemon, doe.discovery(0), made_up.MAILBOX)[1]["status"], "timeout")
                records = daemon.all_records()
                check_whole(records)
                for file in self.files_of(daemon.state, daemon.runtime):
                    self.assertNotIn(COMPLAINT, file.read_bytes(), file)
                self.assertFalse([record for record in records.values() if COMPLAINT.decode() in record["MESSAGE"]])
                ring = (daemon.state / "ring").stat()
                self.assertEqual(ring.st_size % 4096, 0)
                daemon.process.send_signal(signal.SIGTERM)
                self.assertEqual(daemon.process.wait(20), 0)
                self.assertEqual(COMPLAINT in output.read_bytes(), 2 not in closed)
                verify = tool.run(
                    "report", "--verify", "--directory", journal.log, "--state-directory", daemon.state)
                self.assertEqual(verify.status, 0, verify)
                journal.stop()

    def test_the_daemons_exit_status_when_it_does_not_start(self):
        for closed in CLOSED:
            for words, status in ((["--rate", "0"], 2), (["--nosuch"], 2), (["--sysfs-root", "/nowhere"], 3), (["--help"], 0)):
                with self.subTest(closed=closed, words=words):
                    daemon = self.new_daemon(simulate=None)
                    run = subprocess.run(
                        [*daemon.arguments, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL, preexec_fn=closing(closed), check=False, timeout=30)
                    self.assertEqual(run.returncode, status)
                    for file in self.files_of(daemon.directory):
                        self.assertNotIn(b"doe-auditd", file.read_bytes(), file)

    def test_the_tool(self):
        # Its own journal: what other tests' daemons have lost is in the shared one, and in its report's exit status.
        daemon = self.new_daemon(journal=self.new_journal().start(), options=("--ring-slots", "64")).start()
        rules = self.rules("allow object=0001:00\n")
        table = self.directory / "table"
        commands = (
            (("status", "--runtime-directory", daemon.runtime), 0),
            (("status", "--runtime-directory", "/nowhere"), 3),
            (("cdat", "sim:cxl", "-o", table, "--runtime-directory", daemon.runtime), 0),
            (("cdat", "sim:vendor", "-o", table, "--runtime-directory", daemon.runtime), 1),
            (("exchange", "sim:cxl", "1e98:00", "--runtime-directory", daemon.runtime), 1),
            (("report", "--directory", daemon.journal.log), 0),
            (("report", "--directory", "/nowhere"), 3),
            (("policy", "explain", "0001:00", "--rules", rules), 0),
            (("policy", "check", "--nosuch"), 2))
        daemon.all_records()
        for closed in CLOSED:
            table.unlink(missing_ok=True)
            for words, status in commands:
                with self.subTest(closed=closed, words=words):
                    run = subprocess.run(
                        tool.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE, preexec_fn=closing(closed), check=False, timeout=60)
                    # An answer that nobody can have had is no success.
                    self.assertEqual(run.returncode, 3 if 1 in closed and status == 0 else status, run)
                    for descriptor, text in ((1, run.stdout), (2, run.stderr)):
                        if descriptor in closed:
                            self.assertEqual(text, b"")
                    for file in self.files_of(self.directory, daemon.state, daemon.runtime, rules):
                        # Records have the program's path, and nothing of what it says.
                        self.assertNotRegex(file.read_bytes(), rb"(?<!/)doe-audit: ", file)
