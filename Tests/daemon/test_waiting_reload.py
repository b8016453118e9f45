"""Who waits for `policy reload` is told for what."""

import os
import select
import signal
import subprocess
import unittest

from support import places, processes, slow_file, tool
from support.case import DaemonCase

OPEN = "allow object={0001:00,1e98:02} ask-device\n"


class Waiting(DaemonCase):
    """Who waits for a reload is told for what, on stderr; the answer is the same as without."""

    def setUp(self):
        super().setUp()
        self.directory = self.rules(OPEN)
        self.daemon = self.new_daemon(rules=self.directory).start()

    def begin(self):
        """`policy reload`, left waiting; it is ended with the test."""
        process = subprocess.Popen(
            [str(places.TOOL), "policy", "reload", "--runtime-directory", str(self.daemon.runtime)], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=processes.dies_with_us)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def line(self, process):
        """The next line on its stderr."""
        readable, _, _ = select.select([process.stderr], [], [], 60)
        self.assertTrue(readable, "it says nothing of what it waits for")
        return process.stderr.readline().rstrip("\n")

    def assert_in_force(self, process, generation):
        output, complaint = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, complaint)
        self.assertIn(f"generation {generation} is in force", output)

    def test_a_daemon_that_does_not_run_is_said_to_be_silent_and_answers_when_it_goes_on(self):
        os.kill(self.daemon.pid, signal.SIGSTOP)
        try:
            reload = self.begin()
            self.assertRegex(
                self.line(reload), r"^doe-audit: still waiting after \d+ s: the daemon does not tell its status either: "
                rf"the daemon does not answer on {self.daemon.control_socket}; look at it with: systemctl status")
        finally:
            os.kill(self.daemon.pid, signal.SIGCONT)
        self.assert_in_force(reload, 2)

    @unittest.skipIf(slow_file.missing(), f"NOT RUN: rules that are read slowly need /dev/fuse: {slow_file.missing()}")
    def test_a_reload_whose_rules_are_read_slowly_says_so_and_the_next_one_that_it_waits_for_that(self):
        mount = self.new_directory()
        slow = slow_file.SlowFile(mount, OPEN.encode())
        self.addCleanup(slow.close)
        # The daemon believes no link: the file itself is there.
        place = self.directory / "60-slow.rules"
        place.touch()
        subprocess.run(["mount", "--bind", slow.path, place], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", place], check=True)
        self.addCleanup(slow.let_go)
        slow.hold()
        first = self.begin()
        self.assertTrue(slow.held.wait(60))
        second = self.begin()
        reads = "it reads the rules and looks up the users and groups in them"
        self.assertRegex(self.line(first), rf"still waiting after \d+ s: the daemon is at it: {reads}")
        self.assertRegex(
            self.line(second), r"still waiting after \d+ s: the daemon is at another reload, for uid 0, process "
            rf"{first.pid}: {reads}; reloads that wait for its end: 1$")
        status = self.daemon.status()["reload"]
        self.assertEqual((status["step"], status["pid"], status["waiting"]), ("reading", first.pid, 1))
        self.assertRegex(tool.run("status", daemon=self.daemon).output, r"\n *reload +reading since .*; 1 more wait")
        slow.let_go()
        self.assert_in_force(first, 2)
        self.assert_in_force(second, 3)
        self.assertNotIn("reload", self.daemon.status())
