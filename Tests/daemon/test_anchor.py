"""A record kept elsewhere, and a ring: what tells where a trail ends, and that it was not put back."""

import shutil
import signal
import socket

from support import doe, journal, processes, tool
from support.case import DaemonCase


class Anchor(DaemonCase):
    def setUp(self):
        super().setUp()
        self.journal = self.new_journal().start()
        self.daemon = self.new_daemon(journal=self.journal).start()

    def exchange(self, count=1):
        with self.daemon.connect("sim:vendor") as connection:
            for number in range(count):
                self.assertTrue(connection.exchange(doe.named(doe.ECHO, number.to_bytes(4, "little"))))
        self.daemon.all_records()

    def export(self):
        return self.journal.export(self.directory / "trail.export", journal.OF_THE_TRAIL)

    def verify(self, *options):
        return tool.run("report", "--verify", "--json", *options)

    def test_a_trail_is_held_against_the_record_that_status_showed(self):
        self.exchange(3)
        anchor = self.daemon.status()["trail"]["anchor"]
        self.assertIn(anchor, tool.run("status", daemon=self.daemon).output)
        self.assertEqual(tool.run("status", "--json", daemon=self.daemon).json["trail"]["anchor"], anchor)
        number = int(anchor.split(":")[1])
        journal = ("--directory", self.journal.log)
        self.assertEqual(self.verify(*journal).status, 3)
        self.assertEqual(self.verify(*journal).json["outcome"], "unanchored")
        answer = self.verify(*journal, "--expect", anchor)
        self.assertEqual((answer.status, answer.json["outcome"], answer.json["instances"][0]["end"]), (0, "whole", "expected"))
        # Records that come later take nothing away from it.
        self.exchange(2)
        self.assertEqual(self.verify(*journal, "--expect", anchor).status, 0)
        self.assertEqual(self.verify("--file", self.export(), "--expect", anchor).status, 0)
        # An end that was cut off, another content, and a number from the time before what is there.
        file = self.export()
        entries = file.read_bytes().split(b"\n\n")
        file.write_bytes(b"\n\n".join(entries[:number - 2]) + b"\n\n")
        answer = self.verify("--file", file, "--expect", anchor)
        self.assertEqual((answer.status, answer.json["outcome"]), (1, "broken"))
        self.assertIn(f"is not there: the last one is {number - 2}", answer.json["differences"][0])
        instance = anchor.split(":")[0]
        answer = self.verify(*journal, "--expect", f"{instance}:{number}:{'0' * 64}")
        self.assertEqual((answer.status, answer.json["outcome"]), (1, "broken"))
        self.assertIn("has another content", answer.json["differences"][0])
        file.write_bytes(b"\n\n".join(entries[number:]))
        answer = self.verify("--file", file, "--expect", anchor)
        self.assertEqual((answer.status, answer.json["outcome"]), (3, "unknown"))
        self.assertIn("is older than all that is there", answer.json["doubts"][0])
        answer = self.verify(*journal, "--expect", f"{'f' * 32}:1:{'0' * 64}")
        self.assertEqual((answer.status, answer.json["outcome"]), (3, "unknown"))

    def test_what_the_chain_covers_is_held_as_it_stands(self):
        self.exchange(3)
        anchor = self.daemon.status()["trail"]["anchor"]
        file = self.export()
        whole = file.read_bytes()
        self.assertEqual(self.verify("--file", file, "--expect", anchor).json["outcome"], "whole")
        entries = whole.split(b"\n\n")
        kind = next(line for line in entries[1].split(b"\n") if line.startswith(b"MESSAGE_ID="))
        for changed in (
                # Without the number of its kind; with that of another one; with more than a record has.
                b"\n".join(line for line in whole.split(b"\n") if not line.startswith(b"MESSAGE_ID=")),
                whole.replace(kind, b"MESSAGE_ID=" + b"0" * 32),
                b"\n\n".join([entries[0], entries[1] + b"\nDOE_VERDICT=allow", *entries[2:]]),
                b"\n\n".join([entries[0], entries[1] + b"\nDOE_NOTHING=1", *entries[2:]])):
            file.write_bytes(changed)
            answer = self.verify("--file", file, "--expect", anchor)
            self.assertEqual((answer.status, answer.json["outcome"]), (1, "broken"), changed[:2000])
            self.assertTrue(answer.json["chainBreaks"])
        # Twice, and not the same: nothing that was delivered twice.
        file.write_bytes(whole + entries[1].replace(kind, b"MESSAGE_ID=" + b"0" * 32) + b"\n\n")
        answer = self.verify("--file", file, "--expect", anchor)
        self.assertEqual((answer.status, answer.json["conflicts"], answer.json["duplicates"]), (1, 1, 0))

    def test_a_second_value_in_a_journal_is_seen(self):
        # As root can write it: the same records by another journald, one of them with a second value.
        self.exchange(2)
        records = [entry.split(b"\n") for entry in self.export().read_bytes().split(b"\n\n") if entry.strip()]
        for more in ([], [b"DOE_POLICY=0:" + b"0" * 64]):
            other = self.new_journal().start()
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.connect(str(other.socket))
                for lines in records[:-1]:
                    ours = [line for line in lines if not line.startswith(b"_")]
                    sender.send(b"\n".join(ours + (more if b"DOE_SEQ=2" in lines else [])) + b"\n")
            processes.eventually(
                lambda: self.verify("--directory", other.log).json["records"] == len(records) - 1, "the journal has them")
            answer = self.verify("--directory", other.log)
            self.assertEqual(answer.json["outcome"], "broken" if more else "unanchored")
            self.assertEqual(
                [(row["sequence"], row["isAltered"]) for row in answer.json["chainBreaks"]], [(2, True)] if more else [])

    def test_a_ring_that_was_put_back_is_behind_the_journal(self):
        self.exchange(2)
        self.assertEqual(self.daemon.terminate(), 0)
        saved = self.directory / "saved"
        shutil.copy(self.daemon.state / "ring", saved)
        self.daemon.start()
        self.exchange(3)
        self.assertEqual(self.daemon.terminate(), 0)
        options = ("--directory", self.journal.log, "--state-directory", self.daemon.state)
        self.assertEqual(self.verify(*options).status, 0)
        shutil.copy(saved, self.daemon.state / "ring")
        answer = self.verify(*options)
        self.assertEqual((answer.status, answer.json["outcome"]), (1, "broken"))
        self.assertIn("the ring is an older one", answer.json["differences"][0])

    def test_a_ring_that_was_taken_away_takes_the_end_with_it_and_that_is_said(self):
        self.exchange(2)
        anchor = self.daemon.status()["trail"]["anchor"]
        self.daemon.kill()
        (self.daemon.state / "ring").unlink()
        (self.daemon.runtime / "ring-shadow").unlink()
        self.daemon.start()
        self.exchange(1)
        self.daemon.all_records()
        options = ("--directory", self.journal.log, "--state-directory", self.daemon.state)
        answer = self.verify(*options)
        # The ledger beside it shows that there was one, and the start has put that on record.
        self.assertEqual((answer.status, answer.json["outcome"]), (1, "accounted"))
        self.assertIn("no ring any more", answer.json["losses"][0])
        self.assertEqual([row.get("end") for row in answer.json["instances"]], [None, "ring"])
        # Who has kept the anchor of the one before knows its end.
        answer = self.verify(*options, "--expect", anchor)
        self.assertEqual([row.get("end") for row in answer.json["instances"]], ["expected", "ring"])
        self.assertEqual((answer.json["accountedGaps"], answer.json["unexplainedGaps"]), ([], []))

    def test_the_instance_after_a_power_cut_names_the_last_record_of_the_one_before(self):
        self.exchange(2)
        anchor = self.daemon.status()["trail"]["anchor"]
        self.daemon.process.send_signal(signal.SIGKILL)
        self.daemon.process.wait()
        (self.daemon.runtime / "ring-shadow").unlink()
        self.daemon.start()
        records = self.daemon.all_records()
        self.assertEqual(records[1]["DOE_BEFORE"], anchor)
        lost = [record for record in records.values() if record["DOE_EVENT"] == "records-lost"]
        self.assertEqual([record["DOE_BEFORE"] for record in lost], [anchor])
        # The loss accounts for the end that it names, and for no more.
        file = self.export()
        entries = file.read_bytes().split(b"\n\n")
        instance, number, _ = anchor.split(":")

        def without(*numbers):
            marks = [f"DOE_SEQ={one}\n".encode() for one in numbers]
            file.write_bytes(b"\n\n".join(
                entry for entry in entries
                if f"DOE_INSTANCE={instance}\n".encode() not in entry + b"\n" or not any(mark in entry + b"\n" for mark in marks)))
            return self.verify("--file", file, "--accept-unanchored").json
        self.assertEqual(without()["outcome"], "accounted")
        self.assertEqual(without(int(number))["outcome"], "accounted")
        self.assertEqual(len(without(int(number))["accountedGaps"]), 1)
        self.assertEqual(without(int(number) - 1)["outcome"], "broken")
        processes.eventually(lambda: self.daemon.status()["trail"]["unconfirmed"] == 0, "all is delivered")
