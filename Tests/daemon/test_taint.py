"""Taint: what has happened to a mailbox sticks, in both views, in the mask, and over restarts."""

from support import doe, tool
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
        self.assertEqual(self.taint(daemon), {"since_boot": "", "unacknowledged": "", "taints": []})
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
        self.assertIn("compliance mode was attempted", answer.output)
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

    def test_attention_names_an_attempt_at_compliance(self):
        daemon = self.new_daemon().start()
        self.assertEqual(daemon.status()["attention"], [])
        self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        self.assertTrue(any(sentence.startswith("taint C") for sentence in daemon.status()["attention"]))
