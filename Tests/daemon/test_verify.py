"""`report --verify`: journal, ring and a device's log against each other, beside a daemon that lives, died, or is gone."""

import json
import os
import signal
import subprocess
import threading
import time

from support import doe, journal, made_up, processes, spdm, tool
from support.verify import VerifyCase, digest


class Verify(VerifyCase):
    def test_a_trail_beside_its_living_daemon_is_whole_in_both_forms(self):
        daemon = self.new_daemon(journal=self.journal).start()
        requests = self.exchanges(daemon, 5)
        daemon.all_records()
        log = self.device_log(*map(digest, requests))
        answer = self.verify(daemon, "--device-log", log, "--json")
        self.assertEqual((answer.status, answer.complaint), (0, ""))
        self.assertEqual(answer.json["outcome"], "whole")
        self.assertEqual(answer.json["records"], daemon.status()["trail"]["sequence"])
        self.assertEqual(answer.json["device"], {"executed": 5, "recorded": 5, "accounted": 0, "lost": 0})
        self.assertEqual([row["instance"] for row in answer.json["instances"]], [daemon.instance])
        text = self.verify(daemon)
        self.assertEqual(text.status, 0)
        self.assertTrue(text.output.startswith("The trail is whole: every number has its record.\n"), text)
        self.assertNotIn("\x1b", text.output)

    def test_while_the_daemon_works_the_trail_is_whole_at_every_moment(self):
        daemon = self.new_daemon(journal=self.journal).start()
        stop = threading.Event()

        def ask():
            with daemon.connect() as connection:
                while not stop.is_set():
                    connection.exchange(doe.discovery(0))
        client = threading.Thread(target=ask)
        client.start()
        self.addCleanup(client.join)
        self.addCleanup(stop.set)
        processes.eventually(lambda: daemon.status()["exchanges"] > 100, "the load has begun")
        seen = 0
        for _ in range(5):
            answer = self.verify(daemon, "--json")
            self.assertEqual(answer.status, 0, answer)
            seen = max(seen, answer.json["ring"]["closed"])
        self.assertGreater(seen, 0, "no record was ever on its way")

    def test_an_exchange_at_the_device_without_a_record_is_lost(self):
        daemon = self.new_daemon(journal=self.journal).start()
        (request,) = self.exchanges(daemon, 1)
        daemon.all_records()
        for digests, lost in (([digest(request)], 0), ([digest(request)] * 2, 1), (["0" * 64], 1)):
            answer = self.verify(daemon, "--device-log", self.device_log(*digests), "--json")
            self.assertEqual((answer.status, answer.json["device"]["lost"]), (min(lost, 1), lost))
        self.assertIn("1 at the device without a record", self.verify(daemon, "--device-log", self.directory / "device.log").output)

    def test_a_device_s_log_without_an_exchange_is_no_success(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 1)
        daemon.all_records()
        self.assertEqual(self.verify(daemon).status, 0)
        empty = self.device_log()
        answer = self.verify(daemon, "--device-log", empty, "--json")
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["device"]["executed"]), (3, "unknown", 0))
        text = self.verify(daemon, "--device-log", empty)
        self.assertEqual(text.status, 3)
        self.assertIn("the device's log has no exchange", text.output)
        self.assertIn("check without --device-log", text.output)

    def test_what_journald_has_not_taken_is_found_in_the_ring(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 1)
        daemon.all_records()
        self.journal.suspend()
        requests = self.exchanges(daemon, 20)
        answer = self.verify(daemon, "--device-log", self.device_log(*map(digest, requests)), "--json")
        self.assertEqual((answer.status, answer.json["outcome"]), (0, "whole"))
        self.assertGreaterEqual(answer.json["ring"]["waiting"], 20)
        self.assertEqual(answer.json["device"]["recorded"], 20)
        # The same with nobody there: the ring speaks for itself.
        daemon.kill()
        answer = self.verify(daemon, "--device-log", self.directory / "device.log", "--json")
        self.assertEqual((answer.status, answer.json["device"]["recorded"]), (0, 20))
        self.journal.resume()

    def tear(self, daemon, field):
        """Zeros one field of the last exchange in the journal's file, as where the machine went down before that was on the
        disk: libsystemd leaves it out, and says nothing."""
        record = [record for record in daemon.all_records().values() if field in record][-1]
        number = record["DOE_SEQ"]
        self.assertEqual(daemon.terminate(), 0)
        self.journal.stop()
        (file,) = self.journal.log.rglob("*.journal")
        content = bytearray(file.read_bytes())
        place = content.index(f"{field}={record[field]}".encode())
        # What stands before a field's bytes in its object (systemd.io, Journal File Format): 64 bytes, 72 in compact files.
        begin = place - (72 if content[12] & 16 else 64)
        self.assertEqual(content[begin], 1, "no data object stands there")
        content[begin:place] = bytes(place - begin)
        file.write_bytes(content)
        return number

    def assert_torn_without(self, field):
        """Returns what the journal held before, as an export; and the daemon."""
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 3)
        daemon.all_records()
        whole = self.journal.export(self.directory / "whole", journal.OF_THE_TRAIL)
        number = self.tear(daemon, field)
        answer = self.verify(daemon, "--json")
        self.assertEqual((answer.status, answer.json["torn"], answer.json["chainBreaks"]), (1, 1, []))
        self.assertEqual([gap["first"] for gap in answer.json["unexplainedGaps"]], [int(number)])
        self.assertIn("1  entries torn", self.verify(daemon).output)
        return daemon, whole

    def test_an_entry_that_a_dying_machine_has_torn_counts_for_nothing(self):
        self.assert_torn_without("DOE_RESPONSE_SHA256")

    def test_a_torn_entry_is_no_other_record_than_the_one_that_was_delivered_again(self):
        daemon, whole = self.assert_torn_without("DOE_CHAIN")
        both = self.directory / "both"
        torn = self.journal.export(self.directory / "torn", journal.OF_THE_TRAIL)
        both.write_bytes(torn.read_bytes() + whole.read_bytes())
        answer = tool.run("report", "--verify", "--file", both, "--state-directory", daemon.state, "--json")
        self.assertEqual((answer.status, answer.json["torn"], answer.json["conflicts"]), (0, 1, 0), answer)

    def test_a_taint_ledger_that_was_taken_away_is_named_and_no_record_is_missed(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 1)
        daemon.all_records()
        self.assertEqual(daemon.terminate(), 0)
        (daemon.state / "taint").unlink()
        daemon.start()
        daemon.all_records()
        answer = self.verify(daemon, "--json")
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["losses"]), (1, "accounted", []))
        (said,) = answer.json["taintLosses"]
        self.assertIn("letters may be lost", said)
        text = self.verify(daemon).output
        self.assertTrue(text.startswith("Every number has its record. Letters of taint may be lost"), text)
        self.assertIn(said, text)
        report = tool.run("report", "--directory", self.journal.log)
        self.assertEqual(report.status, 1)
        self.assertIn("The trail is whole", report.output)
        self.assertIn("LETTERS OF TAINT MAY BE LOST", report.output)
        # A later time leaves it behind.
        since = f"@{int(time.time()) + 1}"
        processes.eventually(lambda: time.time() > int(since[1:]), "that second has come")
        self.exchanges(daemon, 1)
        daemon.all_records()
        self.assertEqual(self.verify(daemon, "--since", since).status, 0)
        self.assertEqual(tool.run("report", "--directory", self.journal.log, "--since", since).status, 0)

    def test_an_exchange_that_a_kill_cut_off_stands_open_in_the_ring(self):
        root = made_up.make_tree(self.new_directory() / "sys")
        daemon = self.new_daemon(journal=self.journal, simulate=None, options=("--sysfs-root", str(root))).start()
        daemon.all_records()
        with daemon.connect(made_up.MAILBOX) as client:
            client.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
            config = root / "bus/pci/devices" / made_up.ADDRESS / "config"
            processes.eventually(lambda: config.read_bytes()[0x190 + 8 + 3] & 0x80, "GO was written")
            daemon.kill()
        answer = self.verify(daemon, "--device-log", self.device_log(digest(doe.discovery(0))), "--json")
        self.assertEqual((answer.status, answer.json["ring"]["open"], answer.json["device"]["recorded"]), (0, 1, 1))

    def test_a_record_that_was_taken_out_of_the_journal_is_missed_in_the_middle_and_at_the_end(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 3)
        last = max(daemon.all_records())
        processes.eventually(lambda: daemon.status()["trail"]["unconfirmed"] == 0, "the ring was emptied")
        # The last number is in the ring from the first sync on that follows.
        self.assertEqual(daemon.terminate(), 0)
        last += 1
        file = self.journal.export(self.directory / "trail.export")
        export = file.read_bytes()
        for number in (last - 2, last):
            file.write_bytes(b"\n\n".join(
                entry for entry in export.split(b"\n\n") if f"DOE_SEQ={number}\n".encode() not in entry + b"\n"))
            answer = tool.run(
                "report", "--verify", "--file", file, "--state-directory", daemon.state, "--json")
            gaps = [(gap["first"], gap["last"]) for gap in answer.json["unexplainedGaps"]]
            self.assertEqual((answer.status, answer.json["outcome"], gaps), (1, "broken", [(number, number)]))
            # A time that begins behind the cut changes nothing: the ring's last number has to be there, whenever it was.
            # What is missing from just before it may be of that time, and what is missing from long before is not.
            for since, is_told in (("-0s", True), (f"@{int(time.time()) + 3600}", number == last)):
                answer = tool.run(
                    "report", "--verify", "--file", file, "--state-directory", daemon.state, "--since", since, "--json")
                # Of that hour there is no record, which is no success.
                self.assertEqual((answer.status, answer.json["outcome"]), (1, "broken") if is_told else (3, "unknown"))
        # Without the ring nobody can know of the last one, and that is said.
        answer = tool.run("report", "--verify", "--file", file)
        self.assertEqual(answer.status, 3)
        self.assertIn(f"The trail is whole up to record {last - 1}: nothing says", answer.output)
        self.assertIn("The ring was not read", answer.output)
        self.assertEqual(tool.run("report", "--verify", "--file", file, "--accept-unanchored").status, 0)

    def test_the_end_of_an_instance_is_missed_from_the_time_on_in_which_the_next_one_began(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 2)
        before, last = daemon.instance, max(daemon.all_records())
        processes.eventually(lambda: daemon.status()["trail"]["unconfirmed"] == 0, "the ring was emptied")
        daemon.kill()
        # As a boot does: with what the machine lost, this is a loss on record.
        (daemon.runtime / "ring-shadow").unlink()
        since = f"@{int(time.time()) + 1}"
        processes.eventually(lambda: time.time() > int(since[1:]), "that second has come")
        daemon.start()
        self.exchanges(daemon, 2)
        self.assertNotEqual(daemon.instance, before)
        daemon.all_records()
        self.assertEqual(daemon.terminate(), 0)
        file = self.journal.export(self.directory / "trail.export")
        export = file.read_bytes()

        def gaps(*options):
            answer = tool.run(
                "report", "--verify", "--file", file, "--state-directory", daemon.state, "--json", *options).json
            return [(gap["instance"], gap["first"], gap["last"]) for gap in answer["accountedGaps"]]
        for options in ((), ("--since", since)):
            file.write_bytes(export)
            self.assertEqual(gaps(*options), [], options)
            file.write_bytes(b"\n\n".join(
                entry for entry in export.split(b"\n\n")
                if f"DOE_INSTANCE={before}\n".encode() not in entry or f"DOE_SEQ={last}\n".encode() not in entry + b"\n"))
            self.assertEqual(gaps(*options), [(before, last, last)], options)

    def test_a_vacuum_that_took_all_cannot_be_told_from_somebody_who_did(self):
        daemon = self.new_daemon(journal=self.journal).start()
        self.exchanges(daemon, 3)
        last = max(daemon.all_records()) + 1
        self.assertEqual(daemon.terminate(), 0)
        self.assertEqual(self.verify(daemon).status, 0)
        # As a user does who writes until journald has rotated and vacuumed; here at once.
        os.kill(self.journal.pid, signal.SIGUSR2)
        vacuum = ["journalctl", "--quiet", f"--directory={self.journal.log}", "--vacuum-size=1"]

        def is_empty():
            subprocess.run(vacuum, capture_output=True, check=True)
            return not self.journal.entries("SYSLOG_IDENTIFIER=doe-auditd")

        processes.eventually(is_empty, "all was vacuumed")
        for options in ((), ("--since", "-1h")):
            answer = self.verify(daemon, "--json", *options)
            self.assertEqual((answer.status, answer.json["outcome"]), (3, "unknown"), options)
            self.assertIn(f"up to {last}, as the ring says", answer.json["doubts"][0])
            self.assertIn("a vacuum does that", answer.json["doubts"][0])
        # What comes after it can be told again.
        daemon.start()
        processes.eventually(lambda: daemon.status()["trail"]["unconfirmed"] == 0, "the ring was emptied")
        self.assertEqual(self.verify(daemon).status, 0)

    def test_what_cannot_be_read_is_said_with_what_to_do(self):
        daemon = self.new_daemon(journal=self.journal).start()
        bad = self.device_log("nonsense")
        nowhere = self.directory / "nowhere"
        journal = ("--directory", self.journal.log)
        for options, words in (
                ((*journal, "--state-directory", nowhere), "ring cannot be read"),
                ((*journal, "--state-directory", daemon.state, "--device-log", nowhere), "nowhere cannot be read"),
                ((*journal, "--state-directory", daemon.state, "--device-log", bad), "device.log:1: this is no SHA-256"),
                (("--file", nowhere), "nowhere cannot be read")):
            answer = tool.run("report", "--verify", *options)
            self.assertEqual((answer.status, answer.output), (3, ""), answer)
            self.assertIn(words, answer.complaint)

    def test_options_that_make_no_sense_together_are_refused(self):
        for options in (
                ("--state-directory", "/"), ("--device-log", "/dev/null"), ("--verify", "--until", "-1h"),
                ("--verify", "--file", "x", "--directory", "/"), ("--accept-unanchored",), ("--expect", f"{'a' * 32}:1:{'b' * 64}"),
                ("--verify", "--expect", f"{'a' * 32}:0:{'b' * 64}"), ("--verify", "--expect", "nonsense")):
            self.assertEqual(tool.run("report", *options).status, 2, options)

    def test_json_is_one_object_for_programs(self):
        daemon = self.new_daemon(journal=self.journal).start()
        daemon.all_records()
        answer = json.loads(self.verify(daemon, "--json").output)
        self.assertEqual(
            answer.keys(),
            {"version", "outcome", "source", "records", "first", "last", "ring", "duplicates", "chainBreaks",
             "conflicts", "accountedGaps", "unexplainedGaps", "losses", "taintLosses", "foreign", "unreadable", "torn",
             "instances", "conflicting", "differences", "doubts", "unread", "unchecked", "isVolatile"})
