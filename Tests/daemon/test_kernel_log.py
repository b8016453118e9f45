"""The kernel log has a line before each risky exchange of a new kind, and a count of those that follow. Each mailbox here is
made up and never answers, so that an exchange takes a second."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

from support import doe, kernel_log, made_up, places, processes, tool
from support.case import DaemonCase

MAILBOXES = 12
PROGRAM = os.path.realpath(sys.executable)
MADE_UP_SWITCH = 'mount --bind "$0" /proc/sys/kernel/printk_devkmsg && exec "$@"'
NO_LOG = 'mount --bind "$0" /dev/kmsg && exec "$@"'
# Asks as the program that it is called.
ASK = """
import sys
sys.path.insert(0, sys.argv[1])
from support import doe, spdm
with spdm.Connection(sys.argv[2]) as connection:
    connection.exchange(doe.named("10de:60", bytes(4)))
"""
NAME = r'"(?:[^"\\]|\\.)*"(?:\.\.\."(?:[^"\\]|\\.)*")?|[\w/.+:@~%-]+'
LINE = re.compile(
    rf"doe-audit: sending ({NAME}) \(([^)]*)\) to (\S+) for uid (\d+)(?: ({NAME}))?\[(\d+)\](?: of ({NAME}))?, ({NAME})$")


def told(lines):
    """How many exchanges lines tell of."""
    counts = [re.search(r"doe-audit: sending (\d+) more within \d+ s: ", line) for line in lines]
    return sum(int(count[1]) if count else 1 for count in counts)


class KernelLog(DaemonCase):
    def setUp(self):
        super().setUp()
        # Of this test alone: others write lines about their own mailboxes at the same time.
        self.bus = f"{int.from_bytes(self.directory.name.encode()[-2:], 'big') % 0xF000 + 0x1000:04x}"
        self.root = self.new_directory() / "sys"
        self.addresses = [f"{self.bus}:{number:02x}:00.0" for number in range(1, MAILBOXES + 1)]
        for address in self.addresses:
            made_up.make_tree(self.root, address)
        self.mailboxes = [f"{address}@190" for address in self.addresses]

    def made_up_daemon(self):
        return self.new_daemon(simulate=None, options=("--sysfs-root", str(self.root), "--witness", "off"))

    def ask_each(self, daemon, mailboxes, objects):
        """Each mailbox is asked for each object, one after the other, all mailboxes at a time; how many exchanges."""
        failures = []

        def ask(mailbox):
            try:
                with daemon.connect(mailbox) as connection:
                    for name in objects:
                        connection.exchange(doe.named(name, bytes(4)))
                        if connection.explain()["status"] != "timeout":
                            failures.append((mailbox, name, connection.explain()))
            except Exception as error:  # pylint: disable=broad-except
                failures.append((mailbox, error))
        threads = [threading.Thread(target=ask, args=(mailbox,)) for mailbox in mailboxes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        return len(mailboxes) * len(objects)

    def require_the_log(self):
        why = kernel_log.missing()
        if why:
            self.skipTest(why)
        if kernel_log.SWITCH.read_text().strip() == "off":
            self.skipTest("kernel.printk_devkmsg is off here: no program's line is taken")

    def test_every_first_line_is_there_and_the_counts_add_up_whatever_the_rate(self):
        self.require_the_log()
        daemon = self.made_up_daemon().start()
        mark = kernel_log.mark()
        stop = threading.Event()

        def another_program():
            number = 0
            while not stop.wait(0.01):
                kernel_log.say(f"another program's line {number}")
                number += 1
        other = threading.Thread(target=another_program)
        other.start()
        try:
            sent = self.ask_each(daemon, self.mailboxes, ("10de:60", "10de:61", "10de:60", "10de:60"))
        finally:
            stop.set()
            other.join()
        lines = kernel_log.lines(mark, f" to {self.bus}:")
        for mailbox in self.mailboxes:
            for name in ("10de:60", "10de:61"):
                found = [line for line in lines if f"({name}) to {mailbox} for uid 0 " in line and " more " not in line]
                self.assertEqual(len(found), 1, (mailbox, name, lines))
                # The client as it was: with its process, and the rule that let it pass.
                self.assertRegex(found[0], r"\[\d+\].*, \S+\.rules:\d+$")
        self.assertFalse(any("kernel log" in sentence for sentence in daemon.status()["attention"]))
        # The end tells what was counted and not told yet.
        self.assertEqual(daemon.terminate(), 0)
        lines = kernel_log.lines(mark, f" to {self.bus}:")
        sending = [line for line in lines if "doe-audit: sending" in line]
        self.assertEqual(told(sending), sent, sending)
        # One letter of each mailbox for the object, and one for the abort.
        self.assertGreaterEqual(len(kernel_log.lines(mark, f"{self.bus}:")) - len(lines), MAILBOXES)

    def test_a_count_follows_within_ten_seconds_or_so_without_another_exchange(self):
        self.require_the_log()
        daemon = self.made_up_daemon().start()
        mark = kernel_log.mark()
        self.ask_each(daemon, self.mailboxes[:1], ["10de:60"] * 3)
        text = f'sending 2 more within 3 s: "vendor-specific object" (10de:60) to {self.mailboxes[0]}'
        processes.eventually(
            lambda: any(re.search(r"sending 2 more within \d s: .*\(10de:60\)", line)
                        for line in kernel_log.lines(mark, self.mailboxes[0])), text, seconds=30)

    def in_a_mount_namespace(self, script, first, *arguments):
        command = ["unshare", "--mount", "sh", "-c", script, str(first), *map(str, arguments)]
        probe = subprocess.run([*command[:6], "true"], capture_output=True, text=True, check=False)
        if probe.returncode != 0:
            self.skipTest(f"no mount namespace of its own here: {probe.stderr.strip()}")
        return command

    def kernel_log_troubles(self, daemon):
        status = daemon.status()
        sentences = [sentence for sentence in status["attention"] if "kernel log" in sentence]
        self.assertEqual(sentences, [status["kernel_log"]] if "kernel_log" in status else [])
        return sentences

    def test_a_kernel_that_takes_no_lines_is_told_by_status_and_doctor_also_when_it_begins_to_while_the_daemon_runs(self):
        self.require_the_log()
        switch = self.directory / "printk_devkmsg"
        switch.write_text("off\n")
        daemon = self.made_up_daemon()
        daemon.arguments = self.in_a_mount_namespace(MADE_UP_SWITCH, switch, *daemon.arguments)
        daemon.start()
        trouble = "the kernel log takes no line of ours: kernel.printk_devkmsg is off; run: sysctl kernel.printk_devkmsg=ratelimit"
        self.assertIn(trouble, "".join(self.kernel_log_troubles(daemon)))
        answer = tool.run("doctor", "--json", daemon=daemon)
        self.assertEqual(answer.status, 1, answer)
        self.assertIn(trouble, "".join(answer.json["wrong"]))
        # On again: nothing was lost yet.
        switch.write_text("ratelimit\n")
        self.assertEqual(self.kernel_log_troubles(daemon), [])
        self.ask_each(daemon, self.mailboxes[:1], ["10de:60"])
        self.assertEqual(self.kernel_log_troubles(daemon), [])
        # Off, and a line is lost.
        switch.write_text("off\n")
        self.ask_each(daemon, self.mailboxes[1:2], ["10de:60"])
        self.assertRegex("".join(self.kernel_log_troubles(daemon)), r"lines lost so far: \d")
        switch.write_text("on\n")
        self.assertRegex(
            "".join(self.kernel_log_troubles(daemon)),
            r"^lines that the kernel log did not take since the start: \d, the last since kernel.printk_devkmsg is off")
        self.assertIn("did not take", tool.run("status", daemon=daemon).output)
        self.assertIn("did not take", tool.run("doctor", daemon=daemon).output)

    def test_doctor_sees_the_switch_without_the_daemon_too(self):
        switch = self.directory / "printk_devkmsg"
        switch.write_text("off\n")
        command = self.in_a_mount_namespace(
            MADE_UP_SWITCH, switch, places.TOOL, "doctor", "--runtime-directory", self.directory)
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 3, run)
        self.assertIn("! the kernel log takes no line: kernel.printk_devkmsg is off", run.stdout)
        self.assertRegex(run.stdout, r"kernel log +takes no line of a program")

    def test_what_stands_in_the_kernel_logs_place_is_not_taken_for_it_and_doctor_does_not_contradict_that(self):
        fifo, file = self.directory / "fifo", self.directory / "file"
        os.mkfifo(fifo)
        file.write_text("")
        for number, (place, what) in enumerate((("/dev/null", "another device"), (fifo, "a FIFO"), (file, "a file"))):
            with self.subTest(place=place):
                daemon = self.made_up_daemon()
                daemon.arguments = self.in_a_mount_namespace(NO_LOG, place, *daemon.arguments)
                daemon.start()
                self.ask_each(daemon, self.mailboxes[number:number + 1], ["10de:60"])
                trouble = "".join(self.kernel_log_troubles(daemon))
                self.assertIn(f"/dev/kmsg: No such device or address; something else stands there, {what}; give", trouble)
                self.assertIn("lines lost so far: ", trouble)
                answer = tool.run("doctor", daemon=daemon)
                self.assertEqual((answer.status, answer.output.count("lines lost so far")), (1, 1), answer)
                self.assertRegex(answer.output, r"(?m)^kernel log +see above")
                self.assertNotIn("takes", answer.output.replace("takes no line", ""))
                # Without the daemon it looks for itself.
                command = self.in_a_mount_namespace(
                    NO_LOG, place, places.TOOL, "doctor", "--runtime-directory", self.directory)
                run = subprocess.run(command, capture_output=True, text=True, check=False)
                self.assertEqual(run.returncode, 3, run)
                self.assertIn("! the kernel log takes no line: cannot write the kernel's log at /dev/kmsg", run.stdout)
                self.assertRegex(run.stdout, r"(?m)^kernel log +see above")
                self.assertEqual(file.read_text(), "")

    def test_no_programs_name_forges_a_line_or_pushes_anything_out_of_it(self):
        self.require_the_log()
        daemon = self.made_up_daemon().start()
        here = os.path.dirname(os.path.abspath(__file__))
        long = self.directory
        for _ in range(14):
            long = long / ("d" * 200)
        long.mkdir(parents=True)
        names = [
            self.directory / "x[1], 90-doe-audit.rules:1", self.directory / 'a" of sshd.service, b.rules:2',
            pathlib.Path(os.fsdecode(os.fsencode(self.directory) + b"/no text\xff")), long / ("n" * 255),
            self.directory / "two\nlines",
        ]
        for name, mailbox in zip(names, self.mailboxes):
            with self.subTest(name=name):
                mark = kernel_log.mark()
                shutil.copy(PROGRAM, name)
                run = subprocess.run(
                    [name, "-c", ASK, here, daemon.mailbox_socket(mailbox)], capture_output=True, check=False,
                    env={**os.environ, "PYTHONHOME": sys.base_prefix})
                self.assertEqual(run.returncode, 0, run)
                line, = [line for line in kernel_log.lines(mark, f" to {mailbox} ") if "sending" in line]
                # What is read there has bytes beyond ASCII, and backslashes, as \\x5c.
                line = re.sub(r"\\x([0-9a-f]{2})", lambda byte: chr(int(byte[1], 16)), line)
                parsed = LINE.search(line)
                self.assertIsNotNone(parsed, line)
                what, identifier, to, uid, exe, pid, _, rule = parsed.groups()
                self.assertEqual((what, identifier, to, uid), ('"vendor-specific object"', "10de:60", mailbox, "0"))
                self.assertGreater(int(pid), 1)
                self.assertRegex(rule, r"^[\w.-]+\.rules:\d+$")
                self.assertTrue(self.is_name(exe, os.fsencode(name)), line)

    def is_name(self, text, name):
        """Whether that is how a line shows this name; of a long one all of the file's own name is there."""
        def meant(quoted):
            escapes = re.compile(rb"\\(?:x([0-9a-f]{2})|u\{([0-9a-f]+)\}|(.))")
            return escapes.sub(lambda found: bytes([int(found[1] or found[2], 16)]) if found[1] or found[2] else found[3],
                               quoted.encode("latin-1"))
        if not text.startswith('"'):
            return text.encode() == name
        parts = [meant(part) for part in text[1:-1].split('"..."')]
        if len(parts) == 1:
            return parts[0] == name
        return name.startswith(parts[0]) and name.endswith(parts[1]) and os.path.basename(name) in parts[1]
