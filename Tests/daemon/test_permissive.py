"""Permissive: what the rules refuse passes, loudly; what protects device and trail stays shut."""

from support import doe, tool
from support.case import DaemonCase

ONLY_DISCOVERY = "allow object=0001:00 ask-device\ndeny object=10de:* because \"ticket 9\"\n"


class Permissive(DaemonCase):
    def permissive_daemon(self, rules=ONLY_DISCOVERY, options=("--permissive",), **more):
        return self.new_daemon(rules=self.rules(rules), options=options, **more).start()

    def test_what_the_rules_refuse_passes_on_record_and_taints(self):
        daemon = self.permissive_daemon()
        for request, mailbox, rule, taint in (
            (doe.named(doe.ECHO), "sim:vendor", "50-test.rules:2", "VP"),
            (doe.table_access(0), "sim:cxl", "default", "UP"),
        ):
            response, notice = self.ask_once(daemon, request, mailbox)
            self.assertNotEqual(response, b"")
            self.assertEqual((notice["verdict"], notice["rule"], notice["taint"]), ("warn", rule, taint))
            self.assertTrue(notice["reason"].startswith("passed in permissive mode, would be refused"))
            record = self.record_of(daemon, notice)
            self.assertEqual(
                (record["DOE_EVENT"], record["DOE_VERDICT"], record["DOE_WOULD"], record["DOE_RULE"], record["PRIORITY"]),
                ("exchange-warned", "warn", "deny", rule, "4"))
            self.assertEqual(record["DOE_TAINT"], taint)
        # What rules allow is as ever.
        _, notice = self.ask_once(daemon, doe.discovery(0))
        self.assertEqual((notice["verdict"], notice["taint"]), ("allow", ""))
        self.assertNotIn("DOE_WOULD", self.record_of(daemon, notice))
        self.assertIn("P", (daemon.runtime / "tainted").read_text())

    def test_compliance_and_what_is_no_object_stay_shut(self):
        daemon = self.permissive_daemon("allow\n")
        hidden = doe.named(doe.ECHO, bytes(4) + doe.named(doe.COMPLIANCE, bytes(4)))
        for request, mailbox in (
            (doe.named(doe.COMPLIANCE, bytes(4)), "sim:cxl"), (hidden, "sim:vendor"), (b"malformed", "sim:cxl"),
        ):
            response, notice = self.ask_once(daemon, request, mailbox)
            self.assertEqual((response, notice["verdict"], notice["rule"]), (b"", "deny", "gatekeeper"))
            self.assertNotIn("DOE_WOULD", self.record_of(daemon, notice))
        self.assertEqual(daemon.status()["unenforced"], 0)

    def test_broken_rules_refuse_everything_all_the_same(self):
        daemon = self.permissive_daemon("alow object=0001:00\n")
        response, notice = self.ask_once(daemon, doe.discovery(0))
        self.assertEqual((response, notice["verdict"], notice["rule"]), (b"", "deny", "default"))

    def test_the_host_says_that_it_is_permissive_and_who_said_so(self):
        directory = self.new_directory()
        (directory / "doe-auditd.toml").write_text("permissive = true\n")
        daemon = self.permissive_daemon(options=("--configuration", str(directory)))
        self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
        status = daemon.status()
        self.assertEqual((status["enforcement"], status["unenforced"], status["refused"]), ("permissive", 1, 0))
        self.assertIn(f"{directory}/doe-auditd.toml:1", status["enforcement_reason"])
        self.assertTrue(status["attention"][0].startswith("PERMISSIVE"), status["attention"])
        shown = tool.run("status", daemon=daemon).output
        self.assertIn("! PERMISSIVE", shown)
        self.assertRegex(shown, r"(?m)^exchanges .*, 1 passed in permissive mode only$")
        started = next(record for record in daemon.all_records().values() if record["DOE_EVENT"] == "daemon-started")
        self.assertIn("PERMISSIVE", started["MESSAGE"])
        self.assertEqual(started["PRIORITY"], "4")

    def test_an_option_overrules_the_file_and_without_either_the_host_enforces(self):
        directory = self.new_directory()
        (directory / "doe-auditd.toml").write_text("permissive = true\n")
        for options in (("--configuration", str(directory), "--no-permissive"), ()):
            daemon = self.permissive_daemon(options=options)
            _, notice = self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
            self.assertEqual((notice["verdict"], notice["rule"]), ("deny", "50-test.rules:2"))
            status = daemon.status()
            self.assertEqual(status["enforcement"], "enforcing")
            self.assertFalse([sentence for sentence in status["attention"] if "PERMISSIVE" in sentence])

    def test_the_report_lists_what_would_be_refused_and_suggest_says_what_it_takes(self):
        private = self.new_journal().start()
        rules = self.rules(ONLY_DISCOVERY)
        daemon = self.new_daemon(rules=rules, options=("--permissive",), journal=private).start()
        for _ in range(2):
            self.ask_once(daemon, doe.named(doe.ECHO), "sim:vendor")
        daemon.all_records()
        where = ("--directory", private.log)
        report = tool.run("report", *where)
        self.assertIn("2x passed in permissive mode: 10de:01 ", report.output)
        self.assertIn("would be refused by 50-test.rules:2", report.output)
        suggested = tool.run("policy", "suggest", "--rules", rules, *where)
        self.assertIn("allow object=10de:01 ", suggested.output)
        # The policy's word counts in a back-test: under the same rules nothing differs.
        tried = tool.run("policy", "test", "--rules", rules, *where)
        self.assertEqual(tried.status, 0, tried.output)
