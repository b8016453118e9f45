"""`report --verify` where the ring is cut, gone back, damaged or without its shadow."""

import os
import signal

from support import processes
from support.verify import VerifyCase, digest


def ring_headers(path):
    """The first word of each slot's two halves."""
    content = path.read_bytes()
    for slot in range(16384, len(content), 16384):
        yield int.from_bytes(content[slot:slot + 4], "little")
        yield int.from_bytes(content[slot + 64:slot + 68], "little")


class Rings(VerifyCase):
    def test_of_records_lost_with_the_ring_the_end_is_accounted_for_after_the_next_start(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 3)
        daemon.all_records()
        self.journal.suspend()
        requests = self.exchanges(daemon, 20)
        daemon.kill()
        # With journald goes what its socket held, so that only the ring knows these records; then the ring is cut.
        os.kill(self.journal.pid, signal.SIGKILL)
        self.journal.stop()
        with open(daemon.state / "ring", "r+b") as ring:
            ring.truncate(16384 * 8)
        log = self.device_log(*map(digest, requests))
        answer = self.verify(daemon, "--device-log", log, "--json")
        self.assertEqual((answer.status, answer.json["outcome"]), (1, "broken"))
        self.assertTrue(answer.json["ring"]["lost"])
        self.journal.start()
        daemon.start()
        (loss,) = [record for record in daemon.all_records().values() if record["DOE_EVENT"] == "records-lost"]
        instance, last, _ = loss["DOE_BEFORE"].split(":")
        answer = self.verify(daemon, "--device-log", log, "--json")
        self.assertEqual(answer.status, 1)
        self.assertEqual(answer.json["device"]["lost"], 0)
        self.assertGreater(answer.json["device"]["accounted"], 0)
        self.assertTrue(answer.json["losses"])
        # Slots that were cut away held whatever numbers they did. What is missing behind the last record that is left is
        # the loss's; a hole before it is nobody's.
        (seen,) = [row["last"] for row in answer.json["instances"] if row["instance"] == instance]
        self.assertTrue(all(gap["first"] > seen for gap in answer.json["accountedGaps"]), answer.json)
        self.assertTrue(all(gap["last"] < seen for gap in answer.json["unexplainedGaps"]), answer.json)
        self.assertEqual(sum(gap["last"] - gap["first"] + 1 for gap in answer.json["accountedGaps"]), max(int(last) - seen, 0))
        self.assertEqual(answer.json["outcome"], "broken" if answer.json["unexplainedGaps"] else "accounted")

    def test_a_ring_that_has_gone_back_in_the_same_boot_is_told_and_no_number_comes_twice(self):
        daemon = self.new_daemon(journal=self.journal).start()
        requests = self.exchanges(daemon, 3)
        before = daemon.instance
        daemon.all_records()
        # As a file system does that fails and is mounted anew: the ring is whole, and is what it was.
        earlier = (daemon.state / "ring").read_bytes()
        self.journal.suspend()
        requests += self.exchanges(daemon, 20)
        daemon.kill()
        os.kill(self.journal.pid, signal.SIGKILL)
        self.journal.stop()
        (daemon.state / "ring").write_bytes(earlier)
        log = self.device_log(*map(digest, requests))
        self.journal.start()
        daemon.start()
        self.assertNotEqual(daemon.instance, before)
        lost = [record for record in daemon.all_records().values() if record["DOE_EVENT"] == "records-lost"]
        self.assertEqual(
            [(record["DOE_STATUS"], record["DOE_COUNT"], record["PRIORITY"]) for record in lost],
            [("ring-rolled-back", "20", "1")])
        self.assertIn("L", daemon.status()["taint"])
        answer = self.verify(daemon, "--device-log", log, "--json")
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["conflicts"]), (1, "accounted", 0))
        self.assertEqual((answer.json["device"]["lost"], answer.json["device"]["accounted"]), (0, 20))

    def test_a_ring_that_has_gone_back_to_what_the_journal_holds_has_lost_nothing(self):
        daemon = self.new_daemon(journal=self.journal).start()
        earlier = (daemon.state / "ring").read_bytes()
        before = daemon.instance
        requests = self.exchanges(daemon, 20)
        daemon.all_records()
        # Until the slots are given up: they are then free in the ring too.
        processes.eventually(
            lambda: all(header == 0 for header in ring_headers(daemon.state / "ring")), "every slot is free", 20)
        daemon.kill()
        (daemon.state / "ring").write_bytes(earlier)
        daemon.start()
        self.assertNotEqual(daemon.instance, before)
        events = [record["DOE_EVENT"] for record in daemon.all_records().values()]
        self.assertNotIn("records-lost", events)
        self.assertNotIn("exchange-interrupted", events)
        answer = self.verify(daemon, "--device-log", self.device_log(*map(digest, requests)), "--json")
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["device"]["recorded"]), (0, "whole", 20))

    def test_a_ring_that_is_damaged_now_is_said_whatever_is_accepted(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 3)
        daemon.all_records()
        self.assertEqual(daemon.terminate(), 0)
        self.assertEqual(self.verify(daemon).status, 0)
        ring = daemon.state / "ring"
        whole = ring.read_bytes()
        blank = lambda size: bytes(size) + whole[size:]
        for content in (
                *map(blank, (16384, 32768, 131_072)), b"", os.urandom(9000), whole[:8192] + bytes(8192) + whole[16384:]):
            ring.write_bytes(content)
            answer = self.verify(daemon, "--accept-unanchored")
            self.assertEqual(answer.status, 1, answer)
            self.assertIn("the ring is damaged", answer.output)
        # What is no file, and what is larger than any ring: at once.
        ring.unlink()
        os.mkfifo(ring)
        answer = self.verify(daemon)
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("a pipe", answer.complaint)
        ring.unlink()
        ring.touch()
        os.truncate(ring, 100 << 30)
        answer = self.verify(daemon)
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("larger than any ring", answer.complaint)

    def test_a_shadow_that_was_removed_from_a_killed_daemon_is_told(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 3)
        daemon.kill()
        (daemon.runtime / "ring-shadow").unlink()
        daemon.start()
        lost = [record for record in daemon.all_records().values() if record["DOE_EVENT"] == "records-lost"]
        self.assertEqual([(record["DOE_STATUS"], record["PRIORITY"]) for record in lost], [("ring-unproven", "4")])
        self.assertIn("ring-shadow", lost[0]["MESSAGE"])
