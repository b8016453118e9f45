"""The taint ledger: what it could not take is owed, and what somebody does to its file is told."""

import hashlib
import os
import resource
import shutil
import subprocess
import threading

from support import doe, processes, tool, varlink
from support.case import DaemonCase

NAME = "org.doeaudit.Control1"
CXL = "8086:0d93:0000000000001234"


class LedgerCase(DaemonCase):
    def tainted(self, **options):
        daemon = self.new_daemon(**options).start()
        self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
        return daemon

    def attempt(self, daemon):
        """What was attempted has happened, whatever becomes of the ledger."""
        return self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))[1]

    def taint(self, daemon):
        with daemon.control() as control:
            return control.ask(f"{NAME}.GetTaint")

    def letters(self, daemon):
        answer = self.taint(daemon)
        return answer["since_boot"], answer["unacknowledged"]

    def mask(self, daemon):
        return (daemon.runtime / "tainted").read_text()

    def records(self, daemon, event):
        return [record for record in daemon.all_records().values() if record["DOE_EVENT"] == event]

    def block(self, daemon):
        """No file can be renamed into the ledger's place, nor root write to what lies there."""
        ledger = daemon.state / "taint"
        ledger.rename(daemon.state / "kept")
        ledger.mkdir()

    def unblock(self, daemon):
        (daemon.state / "taint").rmdir()
        (daemon.state / "kept").rename(daemon.state / "taint")

    def assert_written(self, daemon):
        """The C that was owed."""
        processes.eventually(lambda: "unacknowledged C" in (daemon.state / "taint").read_text(), "it was written", 20)

    def assert_told(self, daemon, *words, by=("status", "taint", "doctor")):
        """By status, taint and doctor alike."""
        for command in by:
            answer = tool.run(command, daemon=daemon)
            for word in words:
                self.assertIn(word, answer.output, command)
        self.assertEqual(tool.run("doctor", daemon=daemon).status, 1)
        status, taint = daemon.status(), self.taint(daemon)
        self.assertTrue(any(words[0] in sentence for sentence in status["ledger"]), status["ledger"])
        self.assertEqual(status["ledger"], taint["ledger"])

    def assert_nothing_told(self, daemon):
        self.assertEqual((daemon.status()["ledger"], self.taint(daemon)["ledger"]), ([], []))


class Owed(LedgerCase):
    def test_a_letter_that_cannot_be_kept_shows_everywhere_and_is_written_when_it_can_be(self):
        daemon = self.tainted()
        self.block(daemon)
        notice = self.attempt(daemon)
        self.assertIn("new taint C", self.record_of(daemon, notice)["MESSAGE"])
        self.assertEqual((self.letters(daemon), self.mask(daemon)), (("VC", "VC"), "5 VC\n"))
        self.assertEqual(tool.run("taint", "--check", daemon=daemon).status, 1)
        self.assert_told(daemon, "letters are owed to the taint ledger", "C on sim:cxl", "Is a directory")
        (owed,) = self.records(daemon, "taint-owed")
        self.assertEqual((owed["DOE_STATUS"], owed["DOE_TAINT"], owed["PRIORITY"]), ("owed", "C", "2"))
        self.unblock(daemon)
        # With no letter that comes, and nobody who asks: as long as something is owed it is tried again.
        self.assert_written(daemon)
        self.assertFalse(any("owed" in line for line in daemon.status()["ledger"]))
        _, kept = self.records(daemon, "taint-owed")
        self.assertEqual((kept["DOE_STATUS"], kept["DOE_TAINT"], kept["DOE_MAILBOX"]), ("kept", "C", "sim:cxl"))
        daemon.kill()
        daemon.start()
        self.assertEqual(self.letters(daemon), ("VC", "VC"))
        self.assert_nothing_told(daemon)

    def test_the_next_letter_takes_what_is_owed_with_it(self):
        daemon = self.tainted()
        self.block(daemon)
        self.attempt(daemon)
        self.unblock(daemon)
        self.ask_once(daemon, b"malformed", "sim:vendor")
        self.assertFalse(any("owed" in line for line in daemon.status()["ledger"]))
        daemon.kill()
        daemon.start()
        self.assertEqual(self.letters(daemon), ("VCM", "VCM"))

    def test_what_is_owed_outlives_a_kill_and_an_orderly_end(self):
        for end in (lambda daemon: daemon.kill(), lambda daemon: self.assertEqual(daemon.terminate(), 0)):
            daemon = self.tainted()
            self.block(daemon)
            self.attempt(daemon)
            end(daemon)
            self.unblock(daemon)
            self.assertNotIn(" C ", (daemon.state / "taint").read_text())
            daemon.start()
            self.assertEqual((self.letters(daemon), self.mask(daemon)), (("VC", "VC"), "5 VC\n"))
            rows = {row["subject"]: row["unacknowledged"] for row in self.taint(daemon)["taints"]}
            self.assertEqual(rows["sim:cxl"], "C")
            self.assertIn(f"device {CXL}", (daemon.state / "taint").read_text())
            self.assertIn("kept", [record["DOE_STATUS"] for record in self.records(daemon, "taint-owed")])
            self.assertEqual(self.records(daemon, "records-lost"), [])

    def test_what_may_still_be_refused_is_refused_and_said_no_more_when_the_ledger_takes_lines_again(self):
        daemon = self.new_daemon().start()
        self.block(daemon)
        self.assertEqual(self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")[1]["rule"], "ledger")
        self.assertEqual(self.letters(daemon), ("", ""))
        self.assertTrue(any("cannot be kept" in line for line in daemon.status()["ledger"]))
        self.unblock(daemon)
        processes.eventually(
            lambda: not any("cannot be kept" in line for line in daemon.status()["ledger"]), "it works again", 20)

    def test_a_daemon_without_a_descriptor_to_spare_keeps_its_letters(self):
        daemon = self.tainted()
        with daemon.connect("sim:cxl") as connection:
            connection.exchange(doe.discovery(0))
            soft, hard = processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE)
            processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE, (3, hard))
            connection.exchange(doe.named(doe.COMPLIANCE, bytes(4)))
            processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
        self.assert_nothing_told(daemon)
        self.assertIn("unacknowledged C", (daemon.state / "taint").read_text())

    def test_a_limit_of_file_sizes_refuses_and_does_not_kill(self):
        daemon = self.tainted()
        soft, hard = processes.daemons_limit(daemon.pid, resource.RLIMIT_FSIZE)
        processes.daemons_limit(daemon.pid, resource.RLIMIT_FSIZE, (700, hard))
        self.assertIn("refused", self.attempt(daemon)["status"])
        answer = tool.run("status", daemon=daemon)
        self.assertIn("LimitFSIZE=", answer.output)
        processes.daemons_limit(daemon.pid, resource.RLIMIT_FSIZE, (soft, hard))
        self.ask_once(daemon, b"malformed", "sim:vendor")
        letters = self.letters(daemon)
        self.assertEqual(letters, ("VCM", "VCM"))
        daemon.kill()
        daemon.start()
        self.assertEqual(self.letters(daemon), letters)

    def test_an_immutable_ledger_owes_and_is_paid(self):
        daemon = self.tainted()
        ledger = daemon.state / "taint"
        if subprocess.run(["chattr", "+i", ledger], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("this file system has no immutable files")
        self.addCleanup(subprocess.run, ["chattr", "-i", ledger], stderr=subprocess.DEVNULL)
        self.attempt(daemon)
        self.assertEqual(self.letters(daemon), ("VC", "VC"))
        daemon.kill()
        subprocess.run(["chattr", "-i", ledger], check=True)
        daemon.start()
        self.assertEqual(self.letters(daemon), ("VC", "VC"))


class Changed(LedgerCase):
    """While the daemon lives."""

    def test_whatever_is_done_to_its_file_is_told_and_put_right_at_the_next_look(self):
        daemon = self.tainted()
        ledger = daemon.state / "taint"
        older = ledger.read_bytes()
        self.attempt(daemon)
        whole = ledger.read_bytes()

        def overwrite(content):
            with ledger.open("r+b") as file:
                file.truncate(0)
                file.write(content)

        def instead(make):
            ledger.unlink()
            make()

        attacks = [
            ("removed", "it was removed", ledger.unlink),
            ("replaced", "another file was put in its place", lambda: instead(lambda: ledger.write_bytes(older))),
            ("resized", "bytes and was found with", lambda: overwrite(older)),
            ("resized", "was found with 0", lambda: overwrite(b"")),
            ("displaced", "symbolic link", lambda: instead(lambda: ledger.symlink_to("nowhere"))),
            ("displaced", "a pipe", lambda: instead(lambda: os.mkfifo(ledger, 0o600))),
            ("displaced", "everybody may write", lambda: ledger.chmod(0o666)),
        ]
        for count, (status, words, attack) in enumerate(attacks, 1):
            with self.subTest(status=status, words=words):
                attack()
                self.assert_told(daemon, "somebody was at the taint ledger", words, "lacks nothing")
                changed = self.records(daemon, "ledger-changed")
                last = changed[-1]
                self.assertEqual((len(changed), last["DOE_STATUS"], last["PRIORITY"]), (count, status, "3"))
                self.assertFalse(ledger.is_symlink())
                self.assertGreaterEqual(len(ledger.read_bytes()), len(whole) // 2)
        daemon.kill()
        daemon.start()
        self.assertEqual(self.letters(daemon), ("VC", "VC"))
        self.assert_nothing_told(daemon)

    def test_a_letter_sees_it_too_and_goes_with_all_others(self):
        daemon = self.tainted()
        (daemon.state / "taint").unlink()
        self.attempt(daemon)
        daemon.kill()
        daemon.start()
        self.assertEqual(self.letters(daemon), ("VC", "VC"))

    def test_an_orderly_end_sees_it_as_well(self):
        daemon = self.tainted()
        (daemon.state / "taint").unlink()
        self.assertEqual(daemon.terminate(), 0)
        daemon.start()
        self.assertEqual(self.letters(daemon), ("V", "V"))
        self.assert_nothing_told(daemon)

    def test_a_copy_by_hard_link_and_another_mode_are_nobodys_business(self):
        daemon = self.tainted()
        ledger = daemon.state / "taint"
        os.link(ledger, daemon.state / "backup")
        ledger.chmod(0o600)
        self.assert_nothing_told(daemon)
        self.assertEqual(self.records(daemon, "ledger-changed"), [])


class Start(LedgerCase):
    """Between one daemon and the next."""

    def ended(self):
        daemon = self.tainted()
        self.attempt(daemon)
        daemon.all_records()
        return daemon

    def boot(self, daemon):
        """As far as a daemon can tell: /run is empty after it."""
        shutil.rmtree(daemon.runtime)

    def assert_loss(self, daemon, status, *words):
        daemon.start()
        self.assertIn("L", self.letters(daemon)[1])
        self.assertEqual(tool.run("taint", "--check", daemon=daemon).status, 1)
        self.assert_told(daemon, *words, "letters may be lost", "doe-audit report")
        (lost,) = self.records(daemon, "taint-lost")
        self.assertEqual((lost["DOE_STATUS"], lost["PRIORITY"], lost["DOE_TAINT"]), (status, "1", "L"))
        # Told once; the letter stays until somebody acknowledges it.
        self.assertEqual(daemon.terminate(), 0)
        daemon.start()
        self.assert_nothing_told(daemon)
        self.assertIn("L", self.letters(daemon)[1])
        self.assertEqual(tool.run("taint", "acknowledge", "host", "--reason", "x", daemon=daemon).status, 0)
        self.assertNotIn("L", self.letters(daemon)[1])
        return lost

    def test_one_that_was_removed_is_a_loss(self):
        for end in ("kill", "terminate"):
            with self.subTest(end=end):
                daemon = self.ended()
                getattr(daemon, end)()
                (daemon.state / "taint").unlink()
                record = self.assert_loss(daemon, "ledger-absent", "there is no taint ledger any more")
                self.assertGreaterEqual(int(record["DOE_COUNT"]), 4)

    def test_one_that_was_removed_before_a_boot_is_a_loss(self):
        daemon = self.ended()
        self.assertEqual(daemon.terminate(), 0)
        (daemon.state / "taint").unlink()
        self.boot(daemon)
        self.assert_loss(daemon, "ledger-absent", "there is no taint ledger any more")

    def test_a_state_directory_that_was_emptied_is_told_of_ring_and_ledger(self):
        daemon = self.ended()
        self.assertEqual(daemon.terminate(), 0)
        shutil.rmtree(daemon.state)
        daemon.start()
        self.assertIn("L", self.letters(daemon)[1])
        self.assertEqual([record["DOE_STATUS"] for record in self.records(daemon, "taint-lost")], ["ledger-absent"])
        self.assertEqual([record["DOE_STATUS"] for record in self.records(daemon, "records-lost")], ["ring-absent"])

    def test_an_older_one_is_a_loss_also_after_a_boot(self):
        for boots in (False, True):
            with self.subTest(boots=boots):
                daemon = self.tainted()
                older = (daemon.state / "taint").read_bytes()
                self.attempt(daemon)
                daemon.all_records()
                self.assertEqual(daemon.terminate(), 0)
                (daemon.state / "taint").write_bytes(older)
                if boots:
                    self.boot(daemon)
                self.assert_loss(daemon, "ledger-behind", "lacks", "an older one was put there")

    def test_one_that_was_cut_at_a_lines_end_is_a_loss_with_the_number_of_lines(self):
        daemon = self.ended()
        self.assertEqual(daemon.terminate(), 0)
        ledger = daemon.state / "taint"
        lines = ledger.read_bytes().splitlines(keepends=True)
        ledger.write_bytes(b"".join(lines[:2]))
        record = self.assert_loss(daemon, "ledger-behind", f"lacks {len(lines) - 2} line")
        self.assertEqual(record["DOE_COUNT"], str(len(lines) - 2))

    def test_lines_that_a_disk_has_lost_are_counted_and_named_as_far_as_they_can_be_read(self):
        daemon = self.ended()
        daemon.kill()
        ledger = daemon.state / "taint"
        content = ledger.read_bytes()
        lines = content.splitlines(keepends=True)
        self.assertGreaterEqual(len(lines), 4)
        start = sum(map(len, lines[:2]))
        kept = start + lines[2].index(b"mailbox sim:vendor;") + len(b"mailbox sim:vendor;")
        ledger.write_bytes(content[:kept] + bytes(len(content) - kept))
        self.assert_loss(daemon, "ledger-behind", f"lacks {len(lines) - 2} lines", "sim:vendor")

    def test_another_hosts_is_a_loss(self):
        daemon, other = self.ended(), self.ended()
        self.assertEqual((daemon.terminate(), other.terminate()), (0, 0))
        shutil.copy(other.state / "taint", daemon.state / "taint")
        self.assert_loss(daemon, "ledger-another", "another one than was left")

    def test_its_own_that_somebody_wrote_further_after_an_orderly_end_is_a_loss(self):
        daemon = self.ended()
        self.assertEqual(daemon.terminate(), 0)
        ledger = daemon.state / "taint"
        digest = ledger.read_text().rsplit(" # ", 1)[1].strip()
        text = "acknowledged VC mailbox sim:cxl"
        digest = hashlib.sha256(f"{digest} {text}".encode()).hexdigest()[:32]
        with ledger.open("a") as file:
            file.write(f"{text} # {digest}\n")
        self.assert_loss(daemon, "ledger-another", "another one than was left")

    def test_orderly_ends_and_boots_and_kills_after_them_are_no_loss(self):
        daemon = self.ended()
        for end in (daemon.terminate, daemon.kill, daemon.terminate, daemon.terminate, daemon.kill):
            self.ask_once(daemon, b"malformed", "sim:vendor")
            self.attempt(daemon)
            with daemon.control() as control:
                control.ask(f"{NAME}.AcknowledgeTaint", {"reason": "a test"})
            end()
            daemon.start()
            self.assert_nothing_told(daemon)
        self.assertEqual(daemon.terminate(), 0)
        self.boot(daemon)
        daemon.start()
        self.assert_nothing_told(daemon)

    def test_kills_at_any_time_are_no_loss(self):
        daemon = self.new_daemon()
        for _ in range(4):
            daemon.start()
            self.attempt(daemon)
            self.ask_once(daemon, b"malformed", "sim:vendor")
            daemon.kill()
        daemon.start()
        self.assert_nothing_told(daemon)
        self.assertEqual(self.records(daemon, "taint-lost"), [])

    def refused(self, daemon):
        """What is said where the daemon does not start, in time."""
        with self.assertRaisesRegex(AssertionError, "ended with 3"):
            daemon.start()
        return daemon.said()

    def test_what_lies_in_its_place_and_is_none_is_named_with_what_to_do(self):
        daemon = self.ended()
        self.assertEqual(daemon.terminate(), 0)
        ledger, kept = daemon.state / "taint", daemon.state / "kept"
        ledger.rename(kept)
        places = [
            ("symbolic link", "in the place of the link", lambda: ledger.symlink_to("nowhere")),
            ("symbolic link", "in the place of the link", lambda: ledger.symlink_to("kept")),
            ("a pipe", "move it away", lambda: os.mkfifo(ledger, 0o600)),
            ("directory", "move it away", ledger.mkdir),
            ("device", "move it away", lambda: os.mknod(ledger, 0o20600, os.makedev(1, 3))),
            ("belongs to uid 65534", f"chown {processes.DAEMON_USER} ", lambda: (shutil.copy(kept, ledger), os.chown(ledger, 65534, 0))),
            # The daemon's own file, so that its mode alone is wrong.
            ("its group may write", "chmod go-w", lambda: (
                shutil.copy(kept, ledger), os.chown(ledger, processes.DAEMON_USER, 0), ledger.chmod(0o660))),
        ]
        for words, remedy, make in places:
            with self.subTest(words=words):
                make()
                before = len(daemon.said()) if daemon.output.exists() else 0
                said = self.refused(daemon)[before:]
                self.assertIn(words, said)
                self.assertIn(remedy, said)
                # It is not replaced.
                self.assertTrue(os.path.lexists(ledger))
                ledger.rmdir() if ledger.is_dir() and not ledger.is_symlink() else ledger.unlink()
        kept.rename(ledger)
        daemon.start()
        self.assertEqual(self.letters(daemon), ("VC", "VC"))
        self.assert_nothing_told(daemon)

    def test_a_pipe_in_the_place_of_the_leases_keeps_no_start_waiting(self):
        daemon = self.tainted()
        self.assertEqual(daemon.terminate(), 0)
        os.mkfifo(daemon.state / "leases", 0o600)
        daemon.start()
        self.assertTrue(any("a pipe" in sentence for sentence in daemon.status()["attention"]))


class Moved(LedgerCase):
    """The state directory has gone from its place, or the disk has no room."""

    def test_another_directory_in_its_place_gets_nothing_and_all_is_kept_when_it_is_back(self):
        daemon = self.tainted()
        away = daemon.directory / "away"
        daemon.state.rename(away)
        daemon.state.mkdir(0o700)
        self.attempt(daemon)
        self.assertIn("C", self.letters(daemon)[1])
        self.assert_told(daemon, "letters are owed to the taint ledger", "put the state directory back")
        self.assertFalse((daemon.state / "taint").exists())
        daemon.state.rmdir()
        away.rename(daemon.state)
        self.assert_written(daemon)
        daemon.kill()
        daemon.start()
        self.assertIn("C", self.letters(daemon)[1])
        self.assertEqual(self.records(daemon, "taint-lost"), [])

    def small_disk(self, daemon):
        image = self.new_directory() / "image"
        with image.open("wb") as file:
            file.truncate(32 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        daemon.state.mkdir(0o700)
        if subprocess.run(["mount", "-o", "loop", image, daemon.state], capture_output=True).returncode:
            self.skipTest("no loop mount here")
        self.addCleanup(subprocess.run, ["umount", "--lazy", daemon.state], check=True)
        daemon.state.chmod(0o700)

    def emptied_on_a_full_disk(self):
        """A daemon whose ledger was cut to nothing while nothing can be written; and what fills its disk."""
        daemon = self.new_daemon(options=("--ring-slots", "256"))
        self.small_disk(daemon)
        daemon.start()
        self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
        os.truncate(daemon.state / "taint", 0)
        filler = daemon.state / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:
                    pass
        self.attempt(daemon)
        self.assertEqual(self.letters(daemon), ("VC", "VC"))
        self.assert_told(daemon, "letters are owed to the taint ledger", "C on sim:cxl", "No space left")
        self.assert_told(daemon, "somebody was at the taint ledger", "is in memory alone")
        return daemon, filler

    def test_one_that_is_cut_to_nothing_while_its_disk_is_full_is_written_anew_when_there_is_room(self):
        daemon, filler = self.emptied_on_a_full_disk()
        filler.unlink()
        self.assert_written(daemon)
        self.assert_told(daemon, "somebody was at the taint ledger", "lacks nothing")
        daemon.kill()
        daemon.start()
        self.assertEqual(self.letters(daemon), ("VC", "VC"))
        self.assert_nothing_told(daemon)

    def test_what_is_owed_then_outlives_a_kill_and_what_is_lost_is_told(self):
        daemon, filler = self.emptied_on_a_full_disk()
        daemon.kill()
        filler.unlink()
        with self.assertRaisesRegex(AssertionError, "(?s)ended with 3.*taint is damaged"):
            daemon.start()
        (daemon.state / "taint").unlink()
        daemon.start()
        self.assertEqual(self.letters(daemon)[1], "CL")
        self.assertEqual([record["DOE_STATUS"] for record in self.records(daemon, "taint-lost")], ["ledger-absent"])


class Marks(LedgerCase):
    """What is noted elsewhere of how far the ledger has come."""

    def released(self, daemon):
        """From then on the ring knows how far the ledger has come."""
        processes.eventually(lambda: daemon.status()["trail"]["unconfirmed"] == 0, "the ring is empty")

    def attacks(self, daemon):
        mark, kept = daemon.runtime / "ledger-mark", daemon.runtime / "kept"

        def instead(make):
            mark.rename(kept)
            make()

        return {
            "is not there": mark.unlink,
            "is damaged": lambda: mark.write_text("x"),
            "a pipe": lambda: instead(lambda: os.mkfifo(mark, 0o600)),
            "a symbolic link": lambda: instead(lambda: mark.symlink_to(kept)),
            "everybody may write": lambda: mark.chmod(0o666),
        }

    def each(self):
        for words in self.attacks(self.new_daemon()):
            with self.subTest(words=words):
                daemon = self.tainted()
                self.released(daemon)
                yield daemon, words, self.attacks(daemon)[words]

    def test_one_that_is_gone_or_none_after_a_kill_is_a_loss(self):
        for daemon, words, attack in self.each():
            daemon.kill()
            attack()
            daemon.start()
            self.assertEqual(self.letters(daemon)[1], "VL")
            self.assert_told(daemon, "it cannot be shown that the taint ledger holds every letter", words)
            self.assertEqual(
                [record["DOE_STATUS"] for record in self.records(daemon, "taint-lost")], ["ledger-unproven"])
            self.assertEqual(daemon.terminate(), 0)
            daemon.start()
            self.assert_nothing_told(daemon)

    def test_a_start_that_fails_takes_no_doubt_away(self):
        daemon = self.tainted()
        self.released(daemon)
        daemon.kill()
        (daemon.runtime / "ledger-mark").unlink()
        ledger, kept = daemon.state / "taint", daemon.state / "kept"
        ledger.rename(kept)
        os.mkfifo(ledger, 0o600)
        with self.assertRaisesRegex(AssertionError, "ended with 3"):
            daemon.start()
        kept.rename(ledger)
        daemon.start()
        self.assertEqual([record["DOE_STATUS"] for record in self.records(daemon, "taint-lost")], ["ledger-unproven"])

    def test_the_ring_knows_of_the_ledger_as_soon_as_a_letter_is_raised(self):
        for _ in range(5):
            daemon = self.new_daemon().start()
            self.attempt(daemon)
            daemon.kill()
            (daemon.state / "taint").unlink()
            (daemon.runtime / "ledger-mark").unlink()
            daemon.start()
            self.assertEqual(self.letters(daemon)[1], "L")
            self.assertEqual(
                [record["DOE_STATUS"] for record in self.records(daemon, "taint-lost")], ["ledger-absent"])

    def test_after_an_orderly_end_the_ring_knows_enough(self):
        for daemon, words, attack in self.each():
            older = (daemon.state / "taint").read_bytes()
            self.attempt(daemon)
            self.assertEqual(daemon.terminate(), 0)
            attack()
            daemon.start()
            self.assert_nothing_told(daemon)
            self.assertEqual(words in daemon.said(), words != "is not there", daemon.said())
            self.assertEqual(daemon.terminate(), 0)
            (daemon.runtime / "kept").unlink(missing_ok=True)
            attack()
            (daemon.state / "taint").write_bytes(older)
            daemon.start()
            self.assertEqual(
                [record["DOE_STATUS"] for record in self.records(daemon, "taint-lost")], ["ledger-behind"])
            self.assertIn("L", self.letters(daemon)[1])

    def test_an_older_ledger_with_its_mark_shows_beside_the_ring(self):
        daemon = self.tainted()
        self.released(daemon)
        files = [daemon.state / "taint", daemon.runtime / "ledger-mark"]
        older = [file.read_bytes() for file in files]
        self.attempt(daemon)
        self.released(daemon)
        daemon.kill()
        for file, content in zip(files, older):
            file.write_bytes(content)
        daemon.start()
        self.assertEqual([record["DOE_STATUS"] for record in self.records(daemon, "taint-lost")], ["ledger-behind"])
        self.assertEqual(self.letters(daemon)[1], "VL")

    def test_an_older_ledger_with_its_mark_shows_without_a_journald_too(self):
        journal = self.new_journal().start()
        daemon = self.tainted(journal=journal)
        daemon.all_records()
        files = [daemon.state / "taint", daemon.runtime / "ledger-mark"]
        older = [file.read_bytes() for file in files]
        journal.stop()
        self.attempt(daemon)
        daemon.kill()
        for file, content in zip(files, older):
            file.write_bytes(content)
        journal.start()
        daemon.start()
        self.assertEqual([record["DOE_STATUS"] for record in self.records(daemon, "taint-lost")], ["ledger-behind"])
        self.assertEqual(self.letters(daemon)[1], "VL")

    def test_one_that_cannot_be_noted_is_told_as_long_as_that_lasts(self):
        daemon = self.tainted()
        mark = daemon.runtime / "ledger-mark"
        mark.unlink()
        mark.mkdir()
        self.attempt(daemon)
        self.assert_told(daemon, "how far the taint ledger has come cannot be noted", str(mark))
        mark.rmdir()
        self.ask_once(daemon, b"malformed", "sim:vendor")
        self.assert_nothing_told(daemon)

    def test_numbers_that_no_daemon_comes_to_are_damage_and_end_no_start(self):
        daemon = self.tainted()
        self.assertEqual(daemon.terminate(), 0)
        mark, ledger = daemon.runtime / "ledger-mark", daemon.state / "taint"
        words = mark.read_text().split()
        words[1] = str(2 ** 64 - 1)
        words[4] = hashlib.sha256(" ".join(words[:4]).encode()).hexdigest()[:16]
        mark.write_text(" ".join(words) + "\n")
        daemon.start()
        self.assert_nothing_told(daemon)
        self.assertIn("ledger-mark is damaged", daemon.said())
        self.assertEqual(daemon.terminate(), 0)
        digest, forged = "", ""
        for line in ledger.read_text().splitlines():
            facts = line.rpartition(" # ")[0].split("; ")
            facts = [f"{fact.rpartition(' ')[0]} {2 ** 64 - 1}" if fact.startswith("ledger ") else fact for fact in facts]
            text = "; ".join(facts)
            digest = hashlib.sha256(f"{digest} {text}".encode()).hexdigest()[:32]
            forged += f"{text} # {digest}\n"
        ledger.write_text(forged)
        with self.assertRaisesRegex(AssertionError, "(?s)ended with 3.*taint is damaged"):
            daemon.start()


class Torn(LedgerCase):
    def test_a_line_that_a_crash_has_torn_is_told_by_status_taint_and_doctor_until_the_next_start(self):
        daemon = self.tainted()
        daemon.kill()
        with (daemon.state / "taint").open("ab") as ledger:
            ledger.write(b"since-boot B 1 1 1 host; since-boot B 1 1 1 mailbox sim:cxl; unackn")
        daemon.start()
        self.assertEqual(self.letters(daemon), ("V", "V"))
        self.assertIn("67 bytes were taken away", daemon.said())
        first, last = self.records(daemon, "daemon-started")
        self.assertIn("a new one was begun", first["MESSAGE"])
        self.assertIn("67 bytes were taken away", last["MESSAGE"])
        self.assert_told(
            daemon, "the last line of the taint ledger was torn", "67 bytes", "sim:cxl", "doe-audit report")
        self.assertEqual(self.records(daemon, "taint-lost"), [])
        self.assertEqual(daemon.terminate(), 0)
        before = len(daemon.said())
        daemon.start()
        self.assert_nothing_told(daemon)
        self.assertNotIn("taken away", daemon.said()[before:])


class Acknowledged(LedgerCase):
    def test_a_kill_while_the_ledger_is_written_leaves_it_on_record(self):
        daemon = self.tainted()
        self.block(daemon)
        answer = tool.run("taint", "acknowledge", "--reason", "x", daemon=daemon)
        self.assertEqual(answer.status, 3)
        (record,) = self.records(daemon, "taint-acknowledged")
        self.assertEqual((record["DOE_STATUS"], record.get("DOE_ACKNOWLEDGED")), ("unkept", None))
        self.assertEqual(self.letters(daemon)[1], "V")
        self.unblock(daemon)
        self.assertEqual(tool.run("taint", "acknowledge", "--reason", "x", daemon=daemon).status, 0)
        self.assertEqual(self.letters(daemon), ("V", ""))

    def test_kills_in_the_middle_keep_what_was_answered_and_record_what_came_into_force(self):
        daemon = self.new_daemon().start()
        instances, answered = {daemon.instance}, 0
        for turn in range(24):
            self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
            self.assertEqual(self.letters(daemon)[1], "V")
            killer = threading.Timer(turn / 4000, daemon.kill)
            with daemon.control() as control:
                control.send(varlink.message(f"{NAME}.AcknowledgeTaint", {"reason": f"turn {turn}"}))
                killer.start()
                try:
                    answer = control.receive()
                except OSError:
                    answer = None
            killer.join()
            daemon.start()
            instances.add(daemon.instance)
            daemon.all_records()
            statuses = [
                record.get("DOE_STATUS") for instance in instances
                for record in daemon.journal.records(instance).values() if record.get("DOE_REASON") == f"turn {turn}"]
            is_in_force = self.letters(daemon)[1] == ""
            with self.subTest(turn=turn, answer=answer, in_force=is_in_force):
                if answer:
                    answered += 1
                    self.assertNotIn("error", answer)
                    self.assertEqual((is_in_force, statuses), (True, [None]))
                elif is_in_force:
                    self.assertIn(statuses, ([None], ["interrupted"]))
                else:
                    self.assertIn(statuses, ([], ["interrupted"]))
                self.assert_nothing_told(daemon)
