"""A sysfs, or a place for the daemon's own files, that is mounted for reading alone, as in a container."""

import subprocess
import unittest

from support import made_up, tool
from support.case import DaemonCase


class ReadOnly(DaemonCase):
    def freeze(self, directory):
        """From now on nobody can write below it, be it root."""
        directory.mkdir(exist_ok=True)
        mounted = subprocess.run(["mount", "--bind", directory, directory], capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            raise unittest.SkipTest(f"a bind mount is refused here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", directory], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", directory], check=True)

    def test_a_mailbox_that_cannot_be_written_to_is_told_in_the_status_and_root_is_not_sent_to_root(self):
        root = made_up.make_tree(self.directory / "sys")
        self.freeze(root)
        daemon = self.new_daemon(simulate=None, options=("--sysfs-root", root, "--witness", "off")).start()
        [sentence] = [line for line in daemon.status()["attention"] if "cannot be asked" in line]
        answer = tool.run("exchange", made_up.MAILBOX, "0001:00", "--data", "00000000", daemon=daemon)
        self.assertEqual(answer.status, 3)
        for text in (sentence, answer.complaint):
            self.assertIn("Read-only file system", text)
            self.assertIn("mounted for reading alone", text)
            self.assertNotIn("as root", text)
        # What only reads works as ever.
        scanned = tool.run("mailboxes", "--scan", "--sysfs-root", root)
        self.assertEqual((scanned.status, scanned.complaint), (0, ""))
        self.assertIn(made_up.MAILBOX, scanned.output)

    def test_a_mailbox_that_can_be_written_to_needs_no_attention(self):
        root = made_up.make_tree(self.directory / "sys")
        daemon = self.new_daemon(simulate=None, options=("--sysfs-root", root, "--witness", "off")).start()
        self.assertEqual([line for line in daemon.status()["attention"] if "cannot be asked" in line], [])

    def test_the_daemons_own_places_are_told_alike(self):
        place = self.directory / "frozen"
        self.freeze(place)
        for option in ("--runtime-directory", "--state-directory"):
            daemon = self.new_daemon(options=(option, str(place / "own")))
            daemon.start(wait=False)
            self.assertNotEqual(daemon.process.wait(20), 0)
            self.assertIn("mount the file system", daemon.said())
            self.assertNotIn("run as root", daemon.said())
