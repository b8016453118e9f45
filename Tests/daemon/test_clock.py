"""A clock that was set back between records hides none of them: neither a report of the last hour nor its check calls them
missing, and what they say is told. Daemon and journald run under libfaketime, each with a clock of its own."""

import glob
import os
import time
import unittest

from support import doe, places, tool
from support.case import DaemonCase
from support.daemon import copy_rules
from support.record import check_whole

LIBRARY = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
CONTENT = b"during the step"


@unittest.skipUnless(LIBRARY, "needs libfaketime: apt-get install libfaketime")
class Clock(DaemonCase):
    def setUp(self):
        super().setUp()
        # What lies beside its rules a daemon may read while it runs, and so its clock.
        self.beside = copy_rules(places.RULES, self.directory / "rules")

    def clock(self, name, offset="+0"):
        """A wall clock that can be set, as an environment; the monotonic clock goes on, as when a host's clock is set."""
        file = self.directory / name
        self.set(name, offset)
        return {"LD_PRELOAD": LIBRARY[0], "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def set(self, name, offset):
        # In one piece: it is read all the time.
        (self.directory / "new").write_text(f"{offset}\n")
        (self.directory / "new").rename(self.directory / name)

    def start(self, of_daemon, of_journald, offset="+0"):
        """Both started, with these clocks."""
        journal = self.new_journal()
        before = dict(os.environ)
        os.environ.update(self.clock(of_journald, offset))
        try:
            self.start_journald(journal)
        finally:
            os.environ.clear()
            os.environ.update(before)
        daemon = self.new_daemon(self.beside, journal=journal, environment=self.clock(of_daemon, offset))
        # libfaketime sets a variable as it is loaded, and Swift looks for the arguments beside the environment: it finds
        # them only if the variable was there before. So `env` gets it first.
        daemon.arguments.insert(0, "/usr/bin/env")
        return daemon.start()

    def start_journald(self, journal):
        """Under libfaketime one ends now and then before it has begun."""
        for attempt in range(3):
            try:
                return journal.start()
            except (AssertionError, ConnectionRefusedError):
                journal.stop()
                if attempt == 2:
                    raise

    def ask(self, daemon, content):
        with daemon.connect("sim:vendor") as connection:
            self.assertTrue(connection.exchange(doe.named(doe.ECHO, content.ljust(16))))
            # Read while the clock is as it is: journald notes when it gets a record.
        daemon.all_records()

    def test_what_was_recorded_while_it_was_set_back_is_in_the_report_and_not_missing(self):
        for of_daemon, of_journald in (("host", "host"), ("daemon", "other"), ("other", "journald")):
            with self.subTest(daemon=of_daemon, journald=of_journald):
                daemon = self.start(of_daemon, of_journald)
                for content in (b"before 1", b"before 2"):
                    self.ask(daemon, content)
                for name in {of_daemon, of_journald} - {"other"}:
                    self.set(name, "-2d")
                with daemon.connect() as connection:
                    self.assertEqual(connection.exchange(doe.named(doe.COMPLIANCE)), b"")
                    attempt = connection.explain()["sequence"]
                self.ask(daemon, CONTENT)
                for name in {of_daemon, of_journald} - {"other"}:
                    self.set(name, "+0")
                for content in (b"after 1", b"after 2"):
                    self.ask(daemon, content)
                records = daemon.all_records()
                check_whole(records)
                self.check_that_it_was_set_back(daemon, records, attempt, of_daemon, of_journald)
                # While it runs, and after it has ended.
                self.check_readers(daemon, len(records), running=True)
                self.assertEqual(daemon.terminate(), 0)
                self.check_readers(daemon, len(records) + 1, running=False)

    def test_what_was_recorded_in_1970_after_a_boot_and_before_the_network_has_told_the_time_is_not_missing(self):
        """A machine without a clock of its own: the trail goes on with a time near 0, and then with the right one."""
        daemon = self.start("host", "host")
        for content in (b"before 1", b"before 2"):
            self.ask(daemon, content)
        self.assertEqual(daemon.terminate(), 0)
        self.set("host", f"-{int(time.time()) - 60}")
        daemon.start()
        with daemon.connect() as connection:
            self.assertEqual(connection.exchange(doe.named(doe.COMPLIANCE)), b"")
            attempt = connection.explain()["sequence"]
        self.ask(daemon, CONTENT)
        self.set("host", "+0")
        for content in (b"after 1", b"after 2"):
            self.ask(daemon, content)
        records = daemon.all_records()
        check_whole(records)
        received = daemon.journal.record(daemon.instance, attempt)["__REALTIME_TIMESTAMP"]
        for written in (records[attempt]["DOE_TIME"], received):
            self.assertLess(int(written), 3_600_000_000)
        self.check_readers(daemon, len(records), running=True)
        self.assertEqual(daemon.terminate(), 0)
        self.check_readers(daemon, len(records) + 1, running=False)

    def test_a_first_boot_in_1970_is_none_of_the_last_hour_and_nothing_is_missing_from_that(self):
        daemon = self.start("host", "host", f"-{int(time.time()) - 60}")
        for content in (CONTENT, b"before 2"):
            self.ask(daemon, content)
        early = max(daemon.all_records())
        self.set("host", "+0")
        for content in (b"after 1", b"after 2"):
            self.ask(daemon, content)
        records = daemon.all_records()
        self.assertLess(int(records[early]["DOE_TIME"]), 3_600_000_000)
        place = ("--directory", daemon.journal.log)
        for since, count in (
                ((), len(records)), (("--since", "1970-01-01"), len(records)),
                (("--since", "-1h"), len(records) - early)):
            with self.subTest(since=since):
                report = tool.run("report", *place, *since, "--json")
                self.assertEqual((report.status, report.json["records"]), (0, count), report)
                self.assertNotIn("missing", [finding["kind"] for finding in report.json["attention"]])
                verify = tool.run("report", "--verify", *place, *since, "--state-directory", daemon.state, "--json")
                self.assertEqual((verify.status, verify.json["outcome"]), (0, "whole"), verify)

    def check_that_it_was_set_back(self, daemon, records, attempt, of_daemon, of_journald):
        """Else this test shows nothing."""
        day_ago = (time.time() - 86_400) * 1_000_000
        self.assertEqual(int(records[attempt]["DOE_TIME"]) < day_ago, of_daemon != "other")
        entry = daemon.journal.record(daemon.instance, attempt)
        self.assertEqual(int(entry["__REALTIME_TIMESTAMP"]) < day_ago, of_journald != "other")

    def check_readers(self, daemon, count, running):
        place = ("--directory", daemon.journal.log)
        for since in ((), ("--since", "-1h")):
            report = tool.run("report", *place, *since, "--json")
            self.assertEqual(report.status, 0, report)
            kinds = [finding["kind"] for finding in report.json["attention"]]
            self.assertNotIn("missing", kinds, report)
            self.assertIn("1e98:00", str(report.json["attention"]), report)
            self.assertEqual(report.json["records"], count, (since, report))
            text = tool.run("report", *place, *since)
            self.assertIn("no number is missing and every record fits", text.output, text)
            verify = tool.run("report", "--verify", *place, *since, "--state-directory", daemon.state)
            self.assertEqual(verify.status, 0, (since, running, verify))
            self.assertIn("The trail is whole", verify.output)
            self.assertRegex(verify.output, r"\b0  missing, and nothing")
        # Trying rules leaves none out.
        rules = self.rules("allow object=0001:00\n")
        for since in ((), ("--since", "-1h")):
            trial = tool.run("policy", "test", "--rules", rules, *place, *since, "--json")
            self.assertIn("10de:01", trial.output, trial)
            self.assertEqual(trial.json.get("unread", []), [], trial)
            self.trials = getattr(self, "trials", {})
            self.trials[since] = trial.json
        self.assertEqual({**self.trials[()], "since": None}, {**self.trials[("--since", "-1h")], "since": None})
