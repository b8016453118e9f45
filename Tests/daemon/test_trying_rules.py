"""Rules tried on what is recorded: `policy test`, `policy explain --seq` and `policy suggest` beside a real daemon."""

from support import doe, processes, tool
from support.case import DaemonCase
from support.processes import NOBODY

RULES = "allow object=0001:00\nwarn class=vendor uid=0\n"


class TryingRules(DaemonCase):
    def setUp(self):
        super().setUp()
        self.journal = self.new_journal().start()
        self.old = self.rules(RULES)
        self.daemon = self.new_daemon(rules=self.old, journal=self.journal).start()

    def records(self):
        return ["--directory", self.journal.log]

    def backtest(self, rules, *options):
        return tool.run("policy", "test", "--rules", rules, *self.records(), *options)

    def exchange(self, *requests, uid=None):
        def ask():
            return [self.ask_once(self.daemon, request, "sim:vendor")[1] for request in requests]
        notices = ask() if uid is None else processes.as_user(uid, ask)[1]
        self.daemon.all_records()
        return notices


class RecordExplained(TryingRules):
    def explain(self, seq, rules, *options):
        return tool.run("policy", "explain", "--seq", seq, "--rules", rules, *self.records(), *options)

    def test_a_record_is_explained_then_and_now(self):
        seq = self.exchange(doe.named("10de:01", bytes(4)))[0]["sequence"]
        new = self.rules(f'allow object=10de:01 uid={NOBODY}\ndeny object=10de:01 because "ticket 9"\n')
        answer = self.explain(seq, new, "--json")
        self.assertEqual(answer.status, 0, answer)
        said = answer.json
        self.assertEqual([said["then"][key] for key in ("verdict", "rule", "taint")], ["warn", "50-test.rules:2", "V"])
        self.assertEqual([said["now"][key] for key in ("verdict", "rule")], ["deny", "50-test.rules:2"])
        self.assertIn("ticket 9", said["now"]["reasons"][0])
        self.assertIn(f"uid is 0, the rule wants {NOBODY}", said["now"]["candidates"][0])
        self.assertEqual((said["sequence"], said["instance"]), (seq, self.daemon.instance))
        self.assertIn("the request's bytes", said["lacking"])
        self.assertEqual((said["samePolicy"], self.explain(seq, self.old, "--json").json["samePolicy"]), (False, True))
        text = self.explain(seq, new).output
        self.assertIn("\nthen  warn by 50-test.rules:2\n", text)
        self.assertIn("\nnow   deny by 50-test.rules:2\n", text)

    def test_an_explanation_of_each_record_agrees_with_what_the_daemon_decided(self):
        requests = [doe.discovery(0), doe.named("0001:01", b"\x10\x84\0\0"), doe.named("10de:01", bytes(4)),
                    doe.named("1e98:00", bytes(4))]
        for notice in self.exchange(*requests) + self.exchange(*requests, uid=NOBODY):
            said = self.explain(notice["sequence"], self.old, "--json").json
            self.assertEqual(
                [said["now"][key] for key in ("verdict", "rule", "class")],
                [notice[key] for key in ("verdict", "rule", "class")])

    def test_what_is_no_such_record_is_told(self):
        self.exchange(doe.discovery(0))
        none = self.explain(4711, self.old)
        self.assertEqual(none.status, 3, none)
        self.assertIn("no record 4711", none.complaint)
        self.assertIn("policy-loaded", self.explain(1, self.old).complaint)
        both = tool.run("policy", "explain", "0001:00", "--seq", 1)
        self.assertEqual(both.status, 2, both)

    def test_a_record_that_still_waits_in_the_ring_is_found_there(self):
        self.exchange(doe.discovery(0))
        self.journal.stop()
        notice = self.ask_once(self.daemon, doe.discovery(0))[1]
        self.assertEqual(self.explain(notice["sequence"], self.old).status, 3)
        answer = self.explain(notice["sequence"], self.old, "--state-directory", self.daemon.state)
        self.assertEqual(answer.status, 0, answer)
        self.assertIn("then  allow by 50-test.rules:1", answer.output)


class Suggestions(TryingRules):
    def suggest(self, *options):
        return tool.run("policy", "suggest", "--rules", self.old, *self.records(), *options)

    def test_what_is_printed_is_a_rules_file_that_lets_just_that_pass(self):
        refused = [doe.named("10de:01", bytes(4)), doe.named("1e98:00", bytes(4)), doe.discovery(0), b"\0" * 4]
        self.exchange(*refused, uid=NOBODY)
        answer = self.suggest()
        self.assertEqual(answer.status, 0, answer)
        self.assertNotIn("\x1b", answer.output)
        rules = self.rules(answer.output, name="40-suggested.rules")
        (rules / "50-test.rules").write_text(RULES)
        (rules / "50-test.rules").chmod(0o644)
        self.assertEqual(tool.run("policy", "check", "--rules", rules).status, 0)
        written = [line for line in answer.output.splitlines() if line and not line.startswith("#")]
        self.assertEqual(len(written), 1, answer)
        self.assertRegex(written[0], r"^allow object=10de:01 .*mailbox=sim:vendor\b")
        changes = self.backtest(rules, "--json").json["changes"]
        self.assertEqual([(row["object"][:7], row["now"], row["count"]) for row in changes], [("10de:01", "allow", 1)])
        # A daemon under these rules lets it pass.
        self.daemon = self.new_daemon(rules=rules, journal=self.journal).start()
        verdicts = [notice["verdict"] for notice in self.exchange(*refused[:3], uid=NOBODY)]
        self.assertEqual(verdicts, ["allow", "deny", "allow"])
        self.assertEqual(len(self.suggest("--json").json["suggestions"]), 1)
        # Nor another user, with less privilege or more, nor another program of the same one.
        self.assertEqual(self.exchange(refused[0], uid=NOBODY - 1)[0]["verdict"], "deny")
        self.assertEqual(self.exchange(refused[0])[0]["rule"], "50-test.rules:2")
        other = tool.run("exchange", "sim:vendor", "10de:01", "--data", "00000000", daemon=self.daemon, user=NOBODY)
        self.assertEqual(other.status, 1, other)
        self.assertIn("default deny", other.complaint)

    def test_there_is_nothing_to_suggest_where_nothing_was_missed(self):
        self.exchange(doe.discovery(0), doe.named("1e98:00", bytes(4)))
        answer = self.suggest()
        self.assertEqual(answer.status, 0, answer)
        self.assertTrue(answer.output.startswith("# Nothing to suggest: "), answer)


class Backtest(TryingRules):
    def test_the_rules_in_force_make_no_difference_to_what_they_decided(self):
        self.exchange(doe.discovery(0), doe.named("10de:01", bytes(4)), doe.named("1e98:00", bytes(4)), b"\0" * 4)
        self.exchange(doe.discovery(0), doe.named("0001:01", b"\x10\x84\0\0"), uid=NOBODY)
        answer = self.backtest(self.old, "--json")
        self.assertEqual(answer.status, 0, answer)
        result = answer.json
        self.assertEqual((result["exchanges"], result["unchanged"], result["changes"]), (6, 6, []), answer)
        self.assertTrue(self.backtest(self.old).output.startswith("No difference: "))

    def test_a_candidate_is_told_by_what_it_opens_and_what_it_shuts(self):
        self.exchange(doe.named("10de:01", bytes(4)), doe.named("10de:01", bytes(4)), uid=NOBODY)
        self.exchange(doe.discovery(0))
        # The second is counted, and its record written when the window ends.
        processes.eventually(
            lambda: any("DOE_COUNT" in record for record in self.journal.records(self.daemon.instance).values()),
            "the count is in the journal", seconds=60)
        new = self.rules(f"allow object=10de:01 uid={NOBODY}\n", name="60-new.rules")
        answer = self.backtest(new, "--since", "-1h", "--json")
        self.assertEqual(answer.status, 1, answer)
        self.assertEqual(
            answer.json.keys(),
            {"version", "source", "first", "last", "exchanges", "unchanged", "beyondRules", "changes", "notJudged",
             "lacking", "foreign", "unreadable", "unread", "newer"})
        opened, shut = answer.json["changes"]
        self.assertEqual(
            opened.keys(),
            {"object", "classes", "who", "then", "now", "effect", "alarming", "count", "first", "last", "decidedBefore",
             "decidedNow", "rule"})
        self.assertEqual(
            [opened[key] for key in ("effect", "alarming", "then", "now", "count", "decidedBefore", "decidedNow")],
            ["newlyAllowed", True, "deny", "allow", 2, "default", "60-new.rules:1"])
        self.assertEqual([shut[key] for key in ("effect", "count", "now")], ["newlyRefused", 1, "deny"])
        text = self.backtest(new)
        self.assertEqual(text.status, 1)
        self.assertTrue(text.output.startswith("THESE RULES OPEN WHAT WAS SHUT: 2 "), text)
        self.assertNotIn("\x1b", text.output)

    def test_nothing_is_sent_and_the_daemon_keeps_its_rules(self):
        self.exchange(doe.named("10de:01", bytes(4)), uid=NOBODY)
        before = self.daemon.status()["exchanges"]
        self.assertEqual(self.backtest(self.rules("allow class=vendor\n")).status, 1)
        self.assertEqual(self.daemon.status()["exchanges"], before)
        self.assertEqual(self.exchange(doe.named("10de:01", bytes(4)), uid=NOBODY)[0]["verdict"], "deny")

    def test_what_needs_groups_is_not_judged_and_said_so(self):
        self.exchange(doe.named("10de:01", bytes(4)), uid=NOBODY)
        answer = self.backtest(self.rules("allow class=vendor group=0\n"))
        self.assertEqual(answer.status, 0, answer)
        self.assertIn("the client's groups: 1", answer.output)

    def test_broken_rules_and_a_journal_that_cannot_be_read_are_told_apart(self):
        self.assertEqual(self.backtest(self.rules("alow object=0001:00\n")).status, 2)
        nowhere = tool.run("policy", "test", "--rules", self.old, "--file", self.directory / "nowhere.export")
        self.assertEqual(nowhere.status, 3, nowhere)
        self.assertIn("nowhere.export", nowhere.complaint)
        nothing = self.backtest(self.old, "--until", "@1")
        self.assertEqual(nothing.status, 3, nothing)
        self.assertIn("tried on nothing", nothing.complaint)
        ring = self.backtest(self.old, "--state-directory", self.directory / "nowhere")
        self.assertEqual(ring.status, 3, ring)

    def test_help_fits_a_screen(self):
        for command in ("test", "explain", "suggest"):
            answer = tool.run("policy", command, "--help")
            self.assertEqual(answer.status, 0)
            self.assertLessEqual(len(answer.output.splitlines()), 50, command)
            self.assertLessEqual(max(map(len, answer.output.splitlines())), 80)
