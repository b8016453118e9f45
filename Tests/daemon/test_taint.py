"""Taint: what has happened to a mailbox sticks, in both views, in the mask, and over restarts."""

import hashlib
import os

from support import doe, places, processes, procfs, tool
from support.case import DaemonCase


class Taint(DaemonCase):
    def taint(self, daemon):
        with daemon.control() as control:
            return control.ask("org.doeaudit.Control1.GetTaint")

    def mask(self, daemon):
        return (daemon.runtime / "tainted").read_text()

    def test_a_clean_host_says_so(self):
        daemon = self.new_daemon().start()
        self.assert_serves(daemon)
        self.assertEqual(self.taint(daemon), {"since_boot": "", "unacknowledged": "", "taints": [], "ledger": []})
        self.assertEqual(self.mask(daemon), "0\n")
        self.assertEqual(tool.run("taint", "--check", daemon=daemon).status, 0)
        self.assertIn("no taint", tool.run("taint", daemon=daemon).output)

    def test_each_letter_sticks_to_its_mailbox_and_to_the_host(self):
        daemon = self.new_daemon().start()
        steps = [
            ("sim:vendor", doe.named(doe.ECHO), "V", "1 V\n"),
            ("sim:cxl", doe.named(doe.COMPLIANCE, bytes(4)), "VC", "5 VC\n"),
            ("sim:cxl", b"malformed", "VCM", "69 VCM\n"),
        ]
        for mailbox, request, letters, mask in steps:
            self.ask_once(daemon, request, mailbox)
            self.assertEqual((self.taint(daemon)["since_boot"], self.mask(daemon)), (letters, mask))
        rows = {row["subject"]: (row["scope"], row["since_boot"]) for row in self.taint(daemon)["taints"]}
        self.assertEqual(
            rows, {"this host": ("host", "VCM"), "sim:cxl": ("mailbox", "CM"), "sim:vendor": ("mailbox", "V")})
        with daemon.control() as control:
            mailboxes = control.ask("org.doeaudit.Control1.ListMailboxes")["mailboxes"]
        self.assertEqual({entry["name"]: entry["taint"] for entry in mailboxes}, {"sim:cxl": "CM", "sim:vendor": "V"})

    def test_taint_check_exits_with_1_and_says_what_each_letter_means(self):
        daemon = self.new_daemon().start()
        self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        answer = tool.run("taint", "--check", daemon=daemon)
        self.assertEqual(answer.status, 1)
        self.assertIn("compliance mode through DOE was attempted", answer.output)
        self.assertEqual(tool.run("taint", daemon=daemon).status, 0)
        answer = tool.run("taint", "--check", "--json", daemon=daemon)
        self.assertEqual((answer.status, answer.json["since_boot"]), (1, "C"))

    def test_taint_survives_an_orderly_end_and_a_kill(self):
        daemon = self.new_daemon().start()
        self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
        self.assertEqual(daemon.terminate(), 0)
        daemon.start()
        self.assertEqual((self.taint(daemon)["since_boot"], self.mask(daemon)), ("V", "1 V\n"))
        self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        before = self.taint(daemon)
        daemon.kill()
        daemon.start()
        self.assertEqual(self.taint(daemon), before)
        self.assertEqual(self.mask(daemon), "5 VC\n")

    def test_a_letter_is_news_once(self):
        daemon = self.new_daemon().start()
        first, second = (
            self.record_of(daemon, self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")[1]) for _ in range(2))
        self.assertIn("new taint V", first["MESSAGE"])
        self.assertNotIn("new taint", second["MESSAGE"])

    def test_the_mask_is_there_for_everybody_to_read(self):
        daemon = self.new_daemon().start()
        self.assertEqual((daemon.runtime / "tainted").stat().st_mode & 0o777, 0o644)

    def test_a_damaged_ledger_stops_the_start_and_says_what_to_do(self):
        daemon = self.new_daemon().start()
        self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
        daemon.terminate()
        ledger = daemon.state / "taint"
        ledger.write_text(ledger.read_text().replace(" V ", " C "))
        with self.assertRaisesRegex(AssertionError, "ended with 3.*ledger.*damaged"):
            daemon.start()
        self.assertIn("restore it from a backup", daemon.said())

    @procfs.needed
    def test_attention_names_an_attempt_at_compliance(self):
        daemon = self.new_daemon().start()
        self.assertEqual(daemon.status()["attention"], [])
        self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        self.assertTrue(any(sentence.startswith("taint C") for sentence in daemon.status()["attention"]))


NAME = "org.doeaudit.Control1"
CXL = "8086:0d93:0000000000001234"
VENDOR = "10de:2330:48b02d0000005678"


class Acknowledge(DaemonCase):
    """Root says that letters were looked into."""

    def tainted(self, **options):
        daemon = self.new_daemon(**options).start()
        self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
        self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        return daemon

    def acknowledge(self, daemon, *arguments):
        return tool.run("taint", "acknowledge", *arguments, daemon=daemon)

    def views(self, daemon):
        with daemon.control() as control:
            answer = control.ask(f"{NAME}.GetTaint")
        return answer["since_boot"], answer["unacknowledged"]

    def records(self, daemon):
        return [record for record in daemon.all_records().values() if record["DOE_EVENT"] == "taint-acknowledged"]

    @procfs.needed
    def test_it_leaves_what_is_unacknowledged_and_what_needs_attention_and_stays_since_boot(self):
        daemon = self.tainted()
        answer = self.acknowledge(daemon, "sim:cxl", "--reason", "SEC-12: a test")
        self.assertEqual((answer.status, answer.complaint), (0, ""))
        self.assertEqual(answer.output, f"acknowledged C on {CXL}, seen last at sim:cxl\n")
        self.assertEqual(self.views(daemon), ("VC", "V"))
        status = daemon.status()
        self.assertEqual((status["taint"], status["unacknowledged"], status["attention"]), ("VC", "V", []))
        self.assertIn("VC since boot, V not acknowledged", tool.run("status", daemon=daemon).output)
        self.assertEqual((daemon.runtime / "tainted").read_text(), "5 VC\n")
        self.assertEqual(tool.run("taint", "--check", daemon=daemon).status, 1)
        self.assertEqual(self.acknowledge(daemon, "--reason", "the rest").status, 0)
        answer = tool.run("taint", "--check", daemon=daemon)
        self.assertEqual(answer.status, 0)
        self.assertNotIn("acknowledge [SUBJECT]", answer.output)
        self.assertEqual(self.views(daemon), ("VC", ""))

    def test_it_is_on_record_with_who_whose_which_and_why(self):
        daemon = self.tainted()
        self.acknowledge(daemon, "sim:cxl", "--reason", "SEC-12: a test")
        self.acknowledge(daemon, "--reason", "the rest")
        first, second = self.records(daemon)
        wanted = {
            "PRIORITY": "5", "DOE_ACKNOWLEDGED": "C", "DOE_SUBJECT": "sim:cxl", "DOE_REASON": "SEC-12: a test",
            "DOE_COUNT": "1", "DOE_MAILBOX": "sim:cxl", "DOE_DEVICE": "8086:0d93", "DOE_SERIAL": "00-00-00-00-00-00-12-34",
            "DOE_CLIENT_UID": "0"}
        self.assertEqual({key: first.get(key) for key in wanted}, wanted)
        self.assertIn("DOE_CLIENT_EXE", first)
        self.assertNotIn("DOE_TAINT", first)
        self.assertIn(f'"SEC-12: a test" [{CXL} C]', first["MESSAGE"])
        self.assertEqual((second["DOE_SUBJECT"], second["DOE_ACKNOWLEDGED"]), ("all", "V"))
        self.assertIn(f"[{VENDOR} V]", second["MESSAGE"])

    def test_a_letter_that_comes_again_is_new(self):
        daemon = self.tainted()
        self.acknowledge(daemon, "--reason", "x")
        record = self.record_of(daemon, self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))[1])
        self.assertIn("new taint C", record["MESSAGE"])
        self.assertEqual(record["PRIORITY"], "2")
        self.assertEqual(self.views(daemon), ("VC", "C"))
        self.assertTrue(any(sentence.startswith("taint C") for sentence in daemon.status()["attention"]))

    def test_twice_is_said_and_is_no_second_record(self):
        daemon = self.tainted()
        self.acknowledge(daemon, "sim:cxl", "--reason", "x")
        answer = self.acknowledge(daemon, "sim:cxl", "--reason", "x")
        self.assertEqual((answer.status, answer.output), (0, "nothing is unacknowledged on sim:cxl\n"))
        self.assertEqual(self.acknowledge(daemon, "sim:cxl", "--reason", "x", "--json").json, {"acknowledged": []})
        self.assertEqual(len(self.records(daemon)), 1)

    def test_what_a_row_shows_as_unacknowledged_is_what_its_name_takes(self):
        daemon = self.tainted()
        with daemon.control() as control:
            rows = control.ask(f"{NAME}.GetTaint")["taints"]
        self.assertEqual([(row["since_boot"], row["unacknowledged"]) for row in rows if row["scope"] == "host"], [("VC", "")])
        for row in rows:
            for name in (row["subject"], "host" if row["scope"] == "host" else row["subject"]):
                with daemon.control() as control:
                    shown = {one["subject"]: one["unacknowledged"] for one in control.ask(f"{NAME}.GetTaint")["taints"]}
                taken = self.acknowledge(daemon, name, "--reason", "x", "--json").json["acknowledged"]
                self.assertEqual(sorted("".join(one["letters"] for one in taken)), sorted(shown[row["subject"]]), row)
        self.assertEqual(self.views(daemon), ("VC", ""))

    def test_a_clean_mailbox_is_known_all_the_same(self):
        daemon = self.new_daemon().start()
        answer = self.acknowledge(daemon, "sim:cxl", "--reason", "x")
        self.assertEqual((answer.status, answer.output), (0, "nothing is unacknowledged on sim:cxl\n"))
        self.assertEqual(self.acknowledge(daemon, "host", "--reason", "x").status, 0)

    def test_it_outlives_an_orderly_end_and_a_kill(self):
        daemon = self.tainted()
        self.acknowledge(daemon, CXL, "--reason", "x")
        before = self.views(daemon)
        daemon.kill()
        daemon.start()
        self.assertEqual(self.views(daemon), before)
        self.assertEqual(daemon.terminate(), 0)
        daemon.start()
        self.assertEqual(self.views(daemon), ("VC", "V"))

    def test_whose_letters_there_are_none_is_an_error_that_names_what_is_near(self):
        daemon = self.tainted()
        for name, near in (
                ("sim:cxk", "sim:cxl"), ("8086:0d93:0000000000001235", CXL), ("sim:wendor", "sim:vendor"),
                ("serial:0000000000001234", ""), ("x" * 4000, ""), ("", "")):
            with self.subTest(name=name[:40]):
                answer = self.acknowledge(daemon, name, "--reason", "x")
                self.assertEqual((answer.status, answer.output), (1, ""))
                self.assertIn("no taint is known of", answer.complaint)
                self.assertIn(f"did you mean '{near}'" if near else "doe-audit taint", answer.complaint)
        self.assertEqual((self.views(daemon), self.records(daemon)), (("VC", "VC"), []))

    def test_a_reason_is_one_line_that_says_something(self):
        daemon = self.tainted()
        for reason in ("", "  ", "a\nb", "\x1b[2J", "x" * 257):
            with self.subTest(reason=reason[:10]):
                answer = self.acknowledge(daemon, "--reason", reason)
                self.assertEqual((answer.status, answer.output), (2, ""))
                with daemon.control() as control:
                    self.assertEqual(
                        control.call(f"{NAME}.AcknowledgeTaint", {"reason": reason})["error"],
                        f"{NAME}.AcknowledgementRefused")
        self.assertEqual(self.acknowledge(daemon).status, 2)
        with daemon.control() as control:
            self.assertEqual(
                control.call(f"{NAME}.AcknowledgeTaint", {})["error"], "org.varlink.service.InvalidParameter")
        self.assertEqual((self.views(daemon), self.records(daemon)), (("VC", "VC"), []))

    def test_nobody_but_root_can(self):
        daemon = self.tainted()
        os.chown(daemon.control_socket, 0, processes.NOBODY)

        def run():
            answer = self.acknowledge(daemon, "--reason", "x")
            return [answer.status, answer.output, answer.complaint]

        status, output, complaint = processes.as_user(processes.NOBODY, run)[1]
        self.assertEqual((status, output), (3, ""))
        self.assertIn("only root may", complaint)
        self.assertEqual((self.views(daemon), self.records(daemon)), (("VC", "VC"), []))

    def test_without_a_daemon_it_says_so(self):
        daemon = self.tainted()
        daemon.terminate()
        answer = self.acknowledge(daemon, "--reason", "x")
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("start the daemon", answer.complaint)

    def test_what_cannot_be_kept_is_not_in_force_and_the_record_says_that_it_is_not(self):
        daemon = self.tainted()
        ledger = daemon.state / "taint"
        ledger.rename(daemon.state / "kept")
        ledger.mkdir()
        answer = self.acknowledge(daemon, "sim:cxl", "--reason", "x")
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("ledger cannot be kept", answer.complaint)
        self.assertEqual(self.views(daemon), ("VC", "VC"))
        (unkept,) = self.records(daemon)
        self.assertNotIn("DOE_ACKNOWLEDGED", unkept)
        self.assertEqual((unkept["DOE_STATUS"], unkept["PRIORITY"], unkept["DOE_SUBJECT"]), ("unkept", "4", "sim:cxl"))
        ledger.rmdir()
        (daemon.state / "kept").rename(ledger)
        self.assertEqual(self.acknowledge(daemon, "sim:cxl", "--reason", "x").status, 0)

    def test_help_fits_a_screen(self):
        answer = tool.run("taint", "acknowledge", "--help")
        self.assertEqual(answer.status, 0)
        self.assertLessEqual(len(answer.output.splitlines()), 24)


class Upgrade(DaemonCase):
    """What 0.1.0 left in its state directory."""

    LEDGER = places.ROOT / "Tests" / "DOETaintFixtures" / "0.1.0" / "taint"
    RING = places.ROOT / "Tests" / "rings" / "version-1-clean.hex"

    def ring(self):
        """Of a daemon that ended in order, in another boot."""
        lines = [line.split() for line in self.RING.read_text().splitlines() if not line.startswith("#")]
        ring = bytearray(int(lines[0][1]))
        for place, row in lines[1:]:
            ring[int(place):int(place) + 32] = bytes.fromhex(row)
        return bytes(ring)

    def ledger_of_another_boot(self):
        """It may have been made in this very boot."""
        lines = self.LEDGER.read_text().splitlines()[:-1]
        lines[1] = "boot " + "0" * 32
        body = "\n".join(lines) + "\n"
        return f"{body}sha256 {hashlib.sha256(body.encode()).hexdigest()}\n"

    def test_its_letters_stay_by_their_serial_number_until_they_are_acknowledged(self):
        daemon = self.new_daemon()
        daemon.state.mkdir(mode=0o700)
        (daemon.state / "taint").write_text(self.ledger_of_another_boot())
        (daemon.state / "ring").write_bytes(self.ring())
        daemon.start()
        with daemon.control() as control:
            answer = control.ask(f"{NAME}.GetTaint")
            self.assertEqual((answer["since_boot"], answer["unacknowledged"]), ("", "VCM"))
            rows = {row["subject"]: row["unacknowledged"] for row in answer["taints"] if row["scope"] == "device"}
            self.assertEqual(rows, {"serial:0000000000001234": "CM", "serial:48b02d0000005678": "V"})
            notice = self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))[1]
            self.assertIn("new taint C", self.record_of(daemon, notice)["MESSAGE"])
            control.ask(f"{NAME}.AcknowledgeTaint", {"subject": "serial:0000000000001234", "reason": "x"})
            self.assertEqual(control.ask(f"{NAME}.GetTaint")["unacknowledged"], "VC")
        self.assertEqual(daemon.terminate(), 0)
        daemon.start()
        with daemon.control() as control:
            self.assertEqual(control.ask(f"{NAME}.GetTaint")["unacknowledged"], "VC")
