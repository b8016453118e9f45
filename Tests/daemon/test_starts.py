"""Starts on a state directory that is not the one which was left: put back, copied, or without its ring."""

import os
import pathlib
import shutil
import subprocess

from support import doe, processes, procfs, tool
from support.case import DaemonCase


class Starts(DaemonCase):
    def setUp(self):
        super().setUp()
        self.journal = self.new_journal().start()
        self.daemon = self.new_daemon(journal=self.journal).start()

    def exchange(self, count):
        with self.daemon.connect("sim:vendor") as connection:
            for number in range(count):
                self.assertTrue(connection.exchange(doe.named(doe.ECHO, number.to_bytes(4, "little"))))

    def verify(self, daemon=None):
        daemon = daemon or self.daemon
        return tool.run(
            "report", "--verify", "--json", "--directory", daemon.journal.log, "--state-directory", daemon.state)

    def records(self, event):
        """Of every instance that the journal has."""
        lines = subprocess.run(
            ["journalctl", "--quiet", "--output=export", f"--directory={self.journal.log}", f"DOE_EVENT={event}"],
            capture_output=True, check=True).stdout.decode(errors="replace").split("\n\n")
        entries = [dict(line.split("=", 1) for line in entry.splitlines() if "=" in line) for entry in lines]
        return [entry for entry in entries if entry]

    def lost(self):
        """The words of the losses on record, once there is one."""
        processes.eventually(lambda: self.records("records-lost"), "a loss is on record", 20)
        return [record["DOE_STATUS"] for record in self.records("records-lost")]

    def boot(self):
        """As far as a daemon can tell: /run is empty after it."""
        shutil.rmtree(self.daemon.runtime)

    def test_a_state_directory_that_was_put_back_is_told_and_gives_no_number_twice(self):
        self.exchange(2)
        self.daemon.all_records()
        self.assertEqual(self.daemon.terminate(), 0)
        backup = self.new_directory() / "state"
        shutil.copytree(self.daemon.state, backup)
        self.daemon.start()
        self.exchange(3)
        self.daemon.all_records()
        self.assertEqual(self.daemon.terminate(), 0)
        shutil.rmtree(self.daemon.state)
        shutil.copytree(backup, self.daemon.state)
        self.boot()
        self.daemon.start()
        self.exchange(8)
        self.daemon.all_records()
        self.assertEqual(self.lost(), ["ring-rolled-back"])
        status = self.daemon.status()
        self.assertIn("L", status["taint"])
        self.assertTrue(any("older state directory" in sentence for sentence in status["attention"]), status["attention"])
        answer = self.verify()
        self.assertEqual((answer.json["conflicts"], answer.status), (0, 1))
        self.assertNotEqual(answer.json["outcome"], "whole")

    def test_an_older_ring_that_was_put_back_after_an_orderly_end_is_told_by_the_next_start(self):
        self.exchange(2)
        self.daemon.all_records()
        self.assertEqual(self.daemon.terminate(), 0)
        ring = self.daemon.state / "ring"
        older = ring.read_bytes()
        self.daemon.start()
        first = self.daemon.instance
        self.exchange(3)
        self.daemon.all_records()
        self.assertEqual(self.daemon.terminate(), 0)
        ring.write_bytes(older)
        self.daemon.start()
        self.daemon.all_records()
        self.assertNotEqual(self.daemon.instance, first)
        self.assertEqual(self.lost(), ["ring-rolled-back"])
        (loss,) = self.records("records-lost")
        self.assertIn("An older ring was put in the place of the one", loss["MESSAGE"])
        self.assertIn("L", self.daemon.status()["taint"])
        answer = self.verify()
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["conflicts"]), (1, "accounted", 0))
        # Once, and not again by the start after that.
        self.assertEqual(self.daemon.terminate(), 0)
        self.daemon.start()
        self.daemon.all_records()
        self.assertEqual(self.lost(), ["ring-rolled-back"])

    def test_ring_and_shadow_that_were_put_back_together_give_no_number_twice(self):
        self.exchange(2)
        self.daemon.all_records()
        self.daemon.kill()
        places = [self.daemon.state / "ring", self.daemon.runtime / "ring-shadow"]
        before = [place.read_bytes() for place in places]
        self.daemon.start()
        first = self.daemon.instance
        self.exchange(3)
        self.daemon.all_records()
        self.daemon.kill()
        for place, content in zip(places, before):
            place.write_bytes(content)
        self.daemon.start()
        self.exchange(8)
        self.daemon.all_records()
        self.assertEqual(self.lost(), ["ring-rolled-back"])
        self.assertNotEqual(self.daemon.instance, first)
        status = self.daemon.status()
        self.assertIn("L", status["taint"])
        self.assertTrue(any("older state directory" in sentence for sentence in status["attention"]), status["attention"])
        self.assertEqual((self.verify().json["conflicts"], self.verify().status), (0, 1))

    def test_a_ring_that_was_removed_in_the_same_boot_is_absent(self):
        self.exchange(1)
        self.daemon.all_records()
        self.journal.stop()
        self.exchange(4)
        self.daemon.kill()
        (self.daemon.state / "ring").unlink()
        self.journal.start()
        self.daemon.start()
        self.daemon.all_records()
        self.assertEqual(self.lost(), ["ring-absent"])
        (loss,) = self.records("records-lost")
        # That the journal has what came before may not be on its disk yet.
        self.assertGreaterEqual(int(loss["DOE_COUNT"]), 4)
        self.assertIn("last number given", loss["MESSAGE"])

    def test_a_state_that_was_wiped_is_told_by_whatever_command_line(self):
        self.exchange(1)
        self.daemon.all_records()
        self.daemon.kill()
        shutil.rmtree(self.daemon.state)
        self.boot()
        place = self.daemon.arguments.index("--runtime-directory") + 1
        self.daemon.runtime = self.daemon.directory / "run2"
        self.daemon.arguments[place] = str(self.daemon.runtime)
        self.daemon.arguments += ["--ring-slots", "64"]
        self.daemon.start()
        self.daemon.all_records()
        self.assertEqual(self.lost(), ["ring-absent"])

    def test_a_ring_one_byte_short_or_long_is_damaged(self):
        for change in (-1, 1):
            self.daemon.all_records()
            self.assertEqual(self.daemon.terminate(), 0)
            ring = self.daemon.state / "ring"
            size = ring.stat().st_size
            os.truncate(ring, size + change)
            answer = self.verify()
            self.assertEqual((answer.status, answer.json["outcome"]), (1, "broken"), answer.output)
            self.daemon.start()
            self.daemon.all_records()
            self.assertEqual(ring.stat().st_size, size)
        processes.eventually(lambda: len(self.records("records-lost")) == 2, "both are on record", 20)
        self.assertEqual(self.lost(), ["ring-damaged"] * 2)

    def test_what_is_no_ring_is_told_by_what_it_is(self):
        self.assertEqual(self.daemon.terminate(), 0)
        ring = self.daemon.state / "ring"
        kept = self.daemon.directory / "kept"
        ring.rename(kept)
        odd = {
            "a pipe": lambda: os.mkfifo(ring), "a directory": ring.mkdir, "a symbolic link": lambda: ring.symlink_to(kept),
            "belongs to uid 12345": lambda: (shutil.copyfile(kept, ring), os.chown(ring, 12345, -1))}
        for words, put in odd.items():
            put()
            self.daemon.output.unlink()
            self.daemon.start(wait=False)
            self.assertEqual(self.daemon.process.wait(20), 3, words)
            self.assertIn(words, self.daemon.said())
            self.assertRegex(self.daemon.said(), "move it away|place of the link|chown")
            ring.rmdir() if ring.is_dir() else ring.unlink()
        kept.rename(ring)
        self.daemon.start()
        self.daemon.all_records()
        self.assertEqual(self.records("records-lost"), [])

    def test_a_ring_that_was_removed_before_a_boot_is_a_loss(self):
        self.exchange(1)
        self.daemon.all_records()
        self.journal.stop()
        self.exchange(4)
        self.daemon.kill()
        (self.daemon.state / "ring").unlink()
        self.boot()
        self.journal.start()
        self.daemon.start()
        self.daemon.all_records()
        self.assertEqual(self.lost(), ["ring-absent"])
        self.assertIn("L", self.daemon.status()["taint"])
        self.assertEqual(self.verify().status, 1)
        # Without the ledger the journal alone shows it.
        self.daemon.kill()
        shutil.rmtree(self.daemon.state)
        self.boot()
        self.daemon.start()
        self.daemon.all_records()
        processes.eventually(lambda: len(self.records("records-lost")) == 2, "the second one is on record", 20)
        self.assertEqual(self.lost(), ["ring-absent", "ring-absent"])

    def test_a_journal_that_lost_its_end_after_an_orderly_end_is_told_with_its_count(self):
        self.exchange(1)
        self.daemon.all_records()
        # What the disk has at this moment; all that comes later is in the page cache when the machine goes down.
        earlier = self.new_directory() / "log"
        shutil.copytree(self.journal.log, earlier)
        self.exchange(5)
        self.daemon.all_records()
        self.assertEqual(self.daemon.terminate(), 0)
        self.journal.stop()
        for file in pathlib.Path(self.journal.log).rglob("*.journal"):
            shutil.copyfile(earlier / file.relative_to(self.journal.log), file)
        self.boot()
        self.journal.start()
        self.daemon.start()
        self.daemon.all_records()
        self.assertEqual(self.lost(), ["journal-behind"])
        (loss,) = self.records("records-lost")
        self.assertGreaterEqual(int(loss["DOE_COUNT"]), 5)
        self.assertIn("L", self.daemon.status()["taint"])
        answer = self.verify()
        self.assertEqual((answer.status, answer.json["outcome"]), (1, "accounted"), answer.output)

    @procfs.needed
    def test_a_boot_after_an_orderly_end_is_an_instance_of_its_own_and_nothing_is_told(self):
        self.exchange(2)
        before = self.daemon.instance
        self.assertEqual(self.daemon.terminate(), 0)
        self.boot()
        self.daemon.start()
        records = self.daemon.all_records()
        self.assertNotEqual(self.daemon.instance, before)
        self.assertEqual(records[1]["DOE_BEFORE"].split(":")[0], before)
        status = self.daemon.status()
        self.assertEqual((status["attention"], status["taint"]), (
            [sentence for sentence in status["attention"] if "simulat" in sentence], status["taint"].replace("L", "")))
        self.assertEqual(self.verify().json["outcome"], "whole")
