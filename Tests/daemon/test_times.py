"""Times on the command line: what is printed can be given back, in whatever zone, and journalctl's forms are taken."""

import calendar
import re
import shutil
import subprocess
import sys
import time
import unittest

from support import doe, tool
from support.case import DaemonCase

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca")
# Both changes of 2026 in Berlin, in New York and on Lord Howe Island.
CHANGES = (1_774_746_000, 1_792_890_000, 1_772_953_200, 1_793_512_800, 1_775_314_800, 1_791_041_400)
# systemd.time(7).
FORMS = (
    "now", "today", "yesterday", "tomorrow", "today UTC", "-1h", "-30min", "-90", "-1h30m", "-1.5h", "2 days ago",
    "1 hour 2 minutes ago", "1 week ago", "1 month ago", "1 year ago", "+5min", "3h left", "@1700000000",
    "@1700000000.25", "2026-11-29", "26-11-29", "2026-11-29 12:00", "2026-11-29 12:00:30", "2026-11-29 12:00:30.927638",
    "2026-11-29 9:05", "2026-11-29 12:00:30 UTC", "2026-11-29 12:00 utc", "12:00", "9:05:07", "12:00 UTC",
    "Sun 2026-11-29", "sunday 2026-11-29 12:00:30.5 UTC", "Sun 2026-11-29 12:00:30")
WRONG = ("Mon 2026-11-29", "2026-13-01", "2026-11-29 25:00", "whenever", "12", "2026-11-29 12:00 x", "5 fortnights ago")


def shown_around(change, zone):
    """Local times around a change of the clock, as `date` shows them."""
    run = subprocess.run(
        ["date", "+%Y-%m-%d %H:%M:%S", "--file=-"], input="".join(f"@{change + step}\n" for step in range(-5400, 5401, 900)),
        env={"TZ": zone, "LC_ALL": "C"}, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def window(since, until, zone):
    """What `report` takes two texts for, in microseconds since 1970; `None` where it takes one of them for no time."""
    answer = tool.run(
        "report", "--json", "--file", "/dev/null", "--since", since, "--until", until, env={"TZ": zone})
    if answer.status == 2:
        return None
    return [microseconds(answer.json[end]) for end in ("since", "until")]


def microseconds(text):
    """Of a time as JSON has it."""
    seconds, fraction = re.fullmatch(r"(.*)\.(\d{6})Z", text).groups()
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) * 1_000_000 + int(fraction)


class AsSystemd(unittest.TestCase):
    """Against `systemd-analyze timestamp`, which has journalctl's parser."""

    def setUp(self):
        if shutil.which("systemd-analyze") is None:
            print("\nNOT TESTED: times against systemd's own reading: systemd-analyze is missing", file=sys.stderr)
            self.skipTest("systemd-analyze is missing: apt-get install systemd")

    def systemd(self, text, zone):
        """Microseconds since 1970; `None` where it is no time."""
        run = subprocess.run(
            ["systemd-analyze", "timestamp", "--", text], env={"TZ": zone, "LC_ALL": "C"}, capture_output=True, text=True,
            check=False)
        found = re.search(r"UNIX seconds: @(\d+)(?:\.(\d+))?", run.stdout)
        return found and int(found[1]) * 1_000_000 + int((found[2] or "").ljust(6, "0"))

    def assert_agrees(self, text, zone):
        before = self.systemd(text, zone)
        found = window(text, text, zone)
        after = self.systemd(text, zone)
        self.assertIsNotNone(before, (text, "systemd does not take it"))
        self.assertIsNotNone(found, (text, zone))
        # Of a time that is counted from now each is a little later.
        self.assertLessEqual(found[0], after, (text, zone))
        self.assertGreaterEqual(found[1], before, (text, zone))
        # And neither is a guess: as exact as the text, but where the clocks are changed.
        self.assertLessEqual(found[1] - found[0], 999_999 + 2 * 3_600_000_000 * (text in self.changed), (text, zone))

    changed = ()

    def test_every_form_of_systemd_means_what_it_means_to_systemd(self):
        for zone in ZONES:
            for text in FORMS:
                self.assert_agrees(text, zone)

    def test_around_a_change_of_the_clock_too(self):
        for zone in ZONES[1:4]:
            self.changed = [text for change in CHANGES for text in shown_around(change, zone)]
            for text in self.changed:
                self.assert_agrees(text, zone)

    def test_what_is_no_time_to_systemd_is_none(self):
        for text in WRONG:
            self.assertIsNone(self.systemd(text, "Europe/Berlin"), text)
            self.assertIsNone(window(text, "now", "Europe/Berlin"), text)


class Windows(unittest.TestCase):
    def test_an_hour_that_happens_twice_means_the_same_whatever_else_is_given(self):
        first, later = 1_792_888_200_000_000, 1_792_891_800_000_000
        for since, until in (
                ("2026-10-25 02:30", "2026-10-25 02:30"), ("2026-10-25 02:30", "2026-11-29"), ("2026-07-01", "2026-10-25 02:30"),
                ("2026-01-01", "2026-10-25 02:30")):
            found = window(since, until, "Europe/Berlin")
            if since.startswith("2026-10-25"):
                self.assertEqual(found[0], first)
            if until.startswith("2026-10-25"):
                self.assertEqual(found[1], later)
        for text, moment in (("02:30 CEST", first), ("02:30+02:00", first), ("02:30 CET", later), ("00:30 UTC", first)):
            self.assertEqual(window(f"2026-10-25 {text}", f"2026-10-25 {text}", "Europe/Berlin"), [moment, moment])

    def test_an_end_before_its_beginning_is_wrong_use(self):
        for command in (("report",), ("policy", "test"), ("policy", "suggest")):
            answer = tool.run(*command, "--file", "/dev/null", "--since", "-1h", "--until", "-2h")
            self.assertEqual((answer.status, answer.output), (2, ""), command)
            self.assertRegex(answer.complaint, r"--until lies before --since: .* UTC")


class Printed(DaemonCase):
    """Every time in the output of a reading command, given back."""

    def setUp(self):
        super().setUp()
        self.daemon = self.new_daemon(journal=self.new_journal().start()).start()
        with self.daemon.connect("sim:vendor") as connection:
            for _ in range(2):
                self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))
                time.sleep(1.1)
            self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"5678")))
        self.records = self.daemon.all_records()
        self.journal = ("--directory", self.daemon.journal.log)

    def count(self, zone, *window):
        return tool.run("report", *self.journal, *window, "--json", env={"TZ": zone}).json["records"]

    def test_the_span_of_a_report_is_the_window_of_the_same_report(self):
        text = tool.run("report", *self.journal).output
        since, until = re.search(r", (\S+ \S+ UTC) to (\S+ \S+ UTC), from", text).groups()
        whole = tool.run("report", *self.journal, "--json").json
        for zone in ZONES:
            for window in ((since, until), (whole["first"], whole["last"])):
                self.assertEqual(
                    self.count(zone, "--since", window[0], "--until", window[1]), len(self.records), (zone, window))

    def test_no_time_is_printed_without_its_zone(self):
        rules = ("--rules", str(self.rules("allow object=0001:00\n")))
        outputs = [
            tool.run("report", *self.journal), tool.run("report", "--verify", *self.journal, "--accept-unanchored"),
            tool.run("policy", "test", *rules, *self.journal), tool.run("policy", "suggest", *rules, *self.journal),
            tool.run("policy", "explain", "--seq", "2", *rules, *self.journal), tool.run("status", daemon=self.daemon),
            tool.run("taint", daemon=self.daemon), tool.run("policy", "show", daemon=self.daemon)]
        found = 0
        for answer in outputs:
            for line in answer.output.splitlines():
                for match in re.finditer(r"\d\d:\d\d:\d\d(\S*) ?(\S*)", line):
                    self.assertTrue(match[1].endswith("Z") or match[2].startswith("UTC"), line)
                    found += 1
        self.assertGreater(found, 8)
