"""What the ring gives up is on a disk; where there is none, that is said."""

import shutil
import tempfile

from support import disk, processes, tool
from support.journal import PrivateJournal
from support.verify import VerifyCase


class OnDisk(VerifyCase):
    def test_a_ring_in_memory_is_told(self):
        daemon = self.new_daemon(journal=self.journal, options=("--ring-slots", "256"))
        # Not a place of this test's own mounts: the daemon resolves it.
        daemon.arguments[daemon.arguments.index(str(daemon.state))] = tempfile.mkdtemp(prefix="doe-", dir="/dev/shm")
        self.addCleanup(shutil.rmtree, daemon.arguments[daemon.arguments.index("--state-directory") + 1])
        daemon.start()
        self.assertTrue(any("the ring lies in memory" in line for line in daemon.status()["attention"]))

    def put(self, place):
        """The journal of the next daemon lies there."""
        self.addCleanup(place.remove)
        self.journal.stop()
        self.journal = PrivateJournal(self.new_directory())
        self.journal.log.symlink_to(place.path)
        # Before the disk goes.
        self.addCleanup(self.journal.stop)
        self.journal.start()
        daemon = self.new_daemon(journal=self.journal)
        # Its user gets to no other's root by procfs.
        daemon.arguments[daemon.arguments.index("--journal-directory") + 1] = str(place.directory)
        daemon.arguments[:0] = place.inside
        return daemon.start()

    def given_up(self, daemon):
        return processes.eventually(
            lambda: (trail := daemon.status()["trail"])["unconfirmed"] == 0 and trail, "the ring was emptied", 60)

    def test_a_machine_that_dies_has_every_record_that_the_ring_gave_up(self):
        place = disk.ImageDisk(self.directory / "disk")
        daemon = self.put(place)
        for turn in range(3):
            self.exchanges(daemon, 4)
            trail = self.given_up(daemon)
            copy = place.as_it_is(self.directory / f"dead{turn}")
            self.addCleanup(copy.remove)
            answer = tool.run(
                "report", "--verify", "--directory", copy.path, "--state-directory", daemon.state, "--expect",
                trail["anchor"], "--json")
            found = answer.json
            self.assertEqual((answer.status, found["outcome"], found["unexplainedGaps"]), (0, "whole", []), answer)
            self.assertEqual(found["instances"][0]["last"], trail["sequence"])
            self.assertFalse(found["isVolatile"])
        self.assertNotIn("volatile_file", trail)

    def test_a_journal_in_memory_is_told_wherever_somebody_asks_how_the_trail_fares(self):
        daemon = self.put(disk.in_memory(self.directory / "memory"))
        self.exchanges(daemon, 2)
        trail = self.given_up(daemon)
        self.assertIn("system.journal", trail["volatile_file"])
        self.assertTrue(any("the journal lies in memory" in line for line in daemon.status()["attention"]))
        status = tool.run("status", daemon=daemon)
        self.assertIn("Storage=persistent", status.output)
        self.assertIn("wait for the journal, which lies in memory", status.output)
        doctor = tool.run("doctor", daemon=daemon)
        self.assertEqual(doctor.status, 1, doctor)
        self.assertIn("! the journal lies in memory", doctor.output)
        answer = self.verify(daemon)
        self.assertEqual(answer.status, 0, answer)
        self.assertIn("The journal lies in memory, or a part of it", answer.output)
        self.assertTrue(self.verify(daemon, "--json").json["isVolatile"])
