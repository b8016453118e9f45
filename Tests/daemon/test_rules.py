"""Rules from directories: which are read, what happens when they are broken, and that `policy` says what the daemon
does."""

import os
import re
import shutil
import subprocess
import time

from support import doe, places, processes, tool
from support.case import DaemonCase
from support.processes import NOBODY

EXPLANATION = {"object", "name", "class", "verdict", "rule", "file", "line", "taint", "reason"}
BROKEN = "allow object=0001:00\nalow object=1e98:02\nallow object=1e98:02 uid=\n"


class BrokenRules(DaemonCase):
    def assert_denies_all(self, daemon):
        for request in (doe.discovery(0), doe.table_access(0)):
            response, notice = self.ask_once(daemon, request)
            self.assertEqual((response, notice["verdict"], notice["rule"]), (b"", "deny", "default"))

    def test_broken_rules_at_the_start_mean_deny_all_visibly(self):
        rules = self.rules(BROKEN)
        daemon = self.new_daemon(rules=rules).start()
        self.assert_denies_all(daemon)
        status = daemon.status()
        self.assertEqual(status["policy"]["rules"], 0)
        self.assertIn(status["policy"]["problem"], status["attention"])
        broken = daemon.all_records()[1]
        self.assertEqual((broken["DOE_EVENT"], broken["PRIORITY"]), ("policy-broken", "3"))
        for text in (broken["MESSAGE"], status["policy"]["problem"], daemon.said()):
            self.assertRegex(text, r"50-test\.rules:2:1\b")
        self.assertIn("allow", daemon.said().split("alow", 1)[1], "what was meant")

    def test_a_directory_without_rules_means_deny_all_visibly(self):
        daemon = self.new_daemon(rules=self.new_directory()).start()
        self.assert_denies_all(daemon)
        self.assertIn("no rule", daemon.status()["policy"]["problem"])

    def test_a_directory_that_is_not_there_means_deny_all_visibly(self):
        daemon = self.new_daemon(rules=self.directory / "nowhere").start()
        self.assert_denies_all(daemon)
        self.assertIn(str(self.directory / "nowhere"), daemon.status()["policy"]["problem"])

    def test_a_file_that_others_may_write_to_is_not_believed(self):
        for mode, owner in ((0o664, 0), (0o646, 0), (0o644, NOBODY)):
            with self.subTest(mode=oct(mode), owner=owner):
                rules = self.rules("allow object=0001:00\n")
                (rules / "50-test.rules").chmod(mode)
                os.chown(rules / "50-test.rules", owner, 0)
                daemon = self.new_daemon(rules=rules).start()
                self.assert_denies_all(daemon)
                self.assertIn("50-test.rules", daemon.status()["policy"]["problem"])

    def test_policy_check_shows_every_error_and_exits_with_2(self):
        rules = self.rules(BROKEN)
        answer = tool.run("policy", "check", "--rules", rules)
        self.assertEqual(answer.status, 2)
        self.assertIn("50-test.rules:2:1", answer.output)
        self.assertIn("alow object=1e98:02", answer.output)
        self.assertRegex(answer.output, r"\n\s*\^")
        answer = tool.run("policy", "check", "--rules", rules, "--json")
        self.assertEqual(answer.status, 2)
        self.assertEqual([(error["line"], error["column"]) for error in answer.json["errors"]][0], (2, 1))
        self.assertEqual([error["line"] for error in answer.json["errors"]], [2, 3])
        for error in answer.json["errors"]:
            self.assertLessEqual({"file", "line", "column", "message"}, error.keys())

    def test_policy_check_accepts_the_shipped_rules_and_exits_with_0(self):
        rules = self.rules((places.RULES / "90-doe-audit.rules").read_text(), "90-doe-audit.rules")
        answer = tool.run("policy", "check", "--rules", rules)
        self.assertEqual((answer.status, answer.complaint), (0, ""))
        answer = tool.run("policy", "check", "--rules", rules, "--json")
        self.assertEqual((answer.status, answer.json["errors"], answer.json["rules"]), (0, [], 4))

    def test_policy_check_counts_all_errors_and_shows_a_hundred(self):
        rules = self.rules("nonsense\n" * 150)
        answer = tool.run("policy", "check", "--rules", rules, "--json")
        self.assertEqual((answer.status, len(answer.json["errors"]), answer.json["errorCount"]), (2, 100, 150))

    def test_rules_that_are_not_believed_are_said_in_json_too(self):
        rules = self.rules("allow object=0001:00\n")
        (rules / "50-test.rules").chmod(0o666)
        answer = tool.run("policy", "check", "--rules", rules, "--json")
        self.assertEqual(answer.status, 3)
        self.assertIn("50-test.rules", answer.json["problem"])
        self.assertTrue(answer.json["remedy"])

    def test_lint_warns_and_exits_with_1(self):
        rules = self.rules("allow object=0001:00 unit=no-such-unit-here.service\nallow object=0001:01 exe=/bin/a\n")
        self.assertEqual(tool.run("policy", "check", "--rules", rules).status, 0)
        answer = tool.run("policy", "check", "--lint", "--rules", rules)
        self.assertEqual(answer.status, 1)
        self.assertIn("50-test.rules:2:1: warning: a program is no boundary", answer.output)
        found = tool.run("policy", "check", "--lint", "--rules", rules, "--json")
        self.assertEqual(found.status, 1)
        self.assertIn(2, [warning["line"] for warning in found.json["warnings"]])
        self.assertTrue(all(warning["remedy"] for warning in found.json["warnings"]))

    def test_lint_looks_through_a_hundred_thousand_rules(self):
        lines = [f"allow object=abcd:08 uid=0 driver=d{number}" for number in range(100_000)]
        rules = self.rules("\n".join([*lines, lines[5]]) + "\n")
        answer = tool.run("policy", "check", "--lint", "--rules", rules, "--json")
        self.assertEqual(answer.status, 1)
        self.assertEqual([warning["line"] for warning in answer.json["warnings"]], [100_001])

    def test_lint_has_nothing_against_the_shipped_rules(self):
        rules = self.rules((places.RULES / "90-doe-audit.rules").read_text(), "90-doe-audit.rules")
        (rules / "90-doe-audit.expect").write_text((places.RULES / "90-doe-audit.expect").read_text())
        for kernel in ("6.1", "6.12", "7.3"):
            answer = tool.run("policy", "check", "--lint", "--rules", rules, "--kernel", kernel)
            self.assertEqual((answer.status, answer.complaint), (0, ""), answer)
        answer = tool.run("policy", "test", "--rules", rules, "--json")
        self.assertEqual((answer.status, answer.json["differences"]), (0, []))
        self.assertGreater(answer.json["expectations"], 50)

    def test_an_expectation_that_is_not_met_is_told_with_the_rule_that_decides(self):
        rules = self.rules("deny object=0001:00\n")
        self.assertEqual(tool.run("policy", "test", "--rules", rules).status, 3)
        (rules / "50-test.expect").write_text("allow object=0001:00 uid=7\n")
        for command in ("test", "check"):
            answer = tool.run("policy", command, "--rules", rules)
            self.assertEqual(answer.status, 1, answer)
            self.assertRegex(answer.output, r"50-test\.expect:1:1: expected allow for object=0001:00 uid=7: it is deny.*rules:1")
            self.assertEqual(tool.run("policy", command, "--rules", rules, "--json").json["differences"][0]["line"], 1)
        (rules / "50-test.expect").write_text("allow object=0001:00\n")
        self.assertEqual(tool.run("policy", "check", "--rules", rules).status, 2)

    def test_an_expectation_can_be_about_what_nobody_could_learn(self):
        rules = self.rules("allow object=0001:00 exe=/bin/agent\n")
        (rules / "50-test.expect").write_text(
            "deny object=0001:00 uid=7 exe=unknown\nallow object=0001:00 uid={0,unknown} exe=/bin/agent\n")
        self.assertEqual(tool.run("policy", "test", "--rules", rules).output, "3 expectations, 0 not met\n")

    def test_the_answer_of_a_test_has_the_keys_that_are_written_down(self):
        rules = self.rules("deny object=0001:00\n")
        (rules / "50-test.expect").write_text("allow object=0001:00 uid=7\n")
        answer = tool.run("policy", "test", "--rules", rules, "--json").json
        self.assertEqual(answer.keys(), {"expectations", "differences"})
        self.assertEqual(answer["differences"][0].keys(), {"file", "line", "column", "message"})

    def test_expectations_are_no_rules(self):
        rules = self.rules("deny object=0001:00\n")
        (rules / "40-test.expect").write_text("allow object=0001:00 uid=0\n")
        daemon = self.new_daemon(rules=rules).start()
        self.assertEqual(self.ask_once(daemon, doe.discovery(0))[0], b"")
        self.assertEqual(len(daemon.status()["policy"]["files"]), 1)

    def test_format_prints_the_canonical_form(self):
        rules = self.rules("  allow   object=0001:00\t# mine\n\nwarn because \"x\" taint V\n")
        file = rules / "50-test.rules"
        answer = tool.run("policy", "format", file)
        self.assertEqual((answer.status, answer.output), (0, 'allow object=0001:00 # mine\n\nwarn taint V because "x"\n'))
        self.assertEqual(tool.run("policy", "format", "--check", file).status, 1)
        file.write_text(answer.output)
        self.assertEqual(tool.run("policy", "format", "--check", file).status, 0)
        file.write_text("alow\n")
        self.assertEqual(tool.run("policy", "format", file).status, 2)

    def test_show_lists_the_rules_and_whether_the_daemon_has_them(self):
        rules = self.rules('object abcd:07 vendor "ours"\nallow object=0001:00\n')
        daemon = self.new_daemon(rules=rules).start()
        runtime = ("--runtime-directory", daemon.runtime)
        shown = tool.run("policy", "show", "--rules", rules, "--json", *runtime).json
        self.assertEqual([line["text"] for line in shown["objects"]], ['object abcd:07 vendor "ours"'])
        self.assertEqual([(line["line"], line["text"]) for line in shown["rules"]], [(2, "allow object=0001:00")])
        self.assertTrue(shown["inForce"])
        self.assertIn("in force, generation", tool.run("policy", "show", "--rules", rules, *runtime).output)
        (rules / "50-test.rules").write_text("deny\n")
        self.assertFalse(tool.run("policy", "show", "--rules", rules, "--json", *runtime).json["inForce"])
        self.assertIn("OTHER", tool.run("policy", "show", "--rules", rules, *runtime).output)

    def show(self, daemon, *options):
        return tool.run("policy", "show", *options, daemon=daemon)

    def test_show_tells_what_is_in_force_and_how_often_each_rule_has_decided(self):
        rules = self.rules('object abcd:07 vendor "ours"\nallow object=0001:00\ndeny class=vendor exe=/no/such\n')
        daemon = self.new_daemon(rules=rules).start()
        for _ in range(3):
            self.ask_once(daemon, doe.discovery(0))
        self.ask_once(daemon, doe.table_access(0))
        self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        shown = self.show(daemon, "--json").json
        self.assertEqual((shown["source"], shown["generation"], shown["inForce"]), ("daemon", 1, True))
        self.assertEqual(shown["sha256"], daemon.status()["policy"]["sha256"])
        self.assertEqual([line["text"] for line in shown["objects"]], ['object abcd:07 vendor "ours"'])
        self.assertEqual(
            [(line["line"], line["text"], line["hits"]) for line in shown["rules"]],
            [(2, "allow object=0001:00", 3), (3, "deny class=vendor exe=/no/such", 0)])
        self.assertEqual({**shown["hits"], "since": 0}, {"since": 0, "gatekeeper": 1, "default": 1, "unknown_fact": 0})
        self.assertLess(abs(shown["hits"]["since"] / 1e6 - time.time()), 600)
        text = self.show(daemon).output
        self.assertRegex(text, r"read from +the daemon: in force, generation 1\n")
        self.assertRegex(text, r"\n +3 +50-test\.rules:2 +allow object=0001:00\n +0 +50-test\.rules:3 +deny")
        # The files say something else by now; what is in force does not.
        (rules / "50-test.rules").write_text("deny\n")
        self.assertEqual(self.show(daemon, "--json").json["rules"], shown["rules"])
        self.assertEqual(tool.run("policy", "reload", daemon=daemon).status, 0)
        self.ask_once(daemon, doe.discovery(0))
        shown = self.show(daemon, "--json").json
        self.assertEqual([(line["text"], line["hits"]) for line in shown["rules"]], [("deny", 1)])
        self.assertEqual(shown["hits"]["default"], 0)

    def test_show_lists_the_sets_between_object_lines_and_rules(self):
        rules = self.rules("object 0001:00 published \"a\"\nset few={1000,1004}\nallow object=0001:00 uid=@few\n")
        daemon = self.new_daemon(rules=rules).start()
        kinds = []
        with daemon.control() as control:
            first = 0
            # A page of each length gives the same lines.
            while first is not None:
                page = control.ask("org.doeaudit.Control1.GetPolicy", {"first": first})
                kinds.append([line["kind"] for line in page["lines"]])
                first = first + 1 if first < 3 else None
        self.assertEqual(kinds, [["object", "set", "rule"], ["set", "rule"], ["rule"], []])
        for arguments in ((), ("--files", "--rules", rules)):
            shown = tool.run("policy", "show", "--json", *arguments, daemon=daemon).json
            self.assertEqual(
                [[line["text"] for line in shown[key]] for key in ("sets", "rules")],
                [["set few={1000,1004}"], ["allow object=0001:00 uid=@few"]])
            self.assertIn(":2  set few={1000,1004}", tool.run("policy", "show", *arguments, daemon=daemon).output)

    def test_show_counts_on_when_the_same_rules_are_loaded_again(self):
        daemon = self.new_daemon(rules=self.rules("allow object=0001:00\n")).start()
        self.ask_once(daemon, doe.discovery(0))
        before = self.show(daemon, "--json").json
        self.assertEqual(tool.run("policy", "reload", daemon=daemon).status, 0)
        self.ask_once(daemon, doe.discovery(0))
        after = self.show(daemon, "--json").json
        self.assertEqual((after["generation"], after["rules"][0]["hits"]), (2, 2))
        self.assertEqual(after["hits"]["since"], before["hits"]["since"])

    def test_show_says_when_it_has_read_files(self):
        rules = self.rules("allow object=0001:00\n")
        nowhere = ("--runtime-directory", self.new_directory())
        for options in (("--rules", rules), ("--rules", rules, "--files")):
            answer = tool.run("policy", "show", *options, *nowhere)
            self.assertEqual(answer.status, 0)
            self.assertRegex(answer.output, r"read from +the files\ndaemon +none answers, so nothing is in force")
            shown = tool.run("policy", "show", "--json", *options, *nowhere).json
            self.assertEqual((shown["source"], len(shown["rules"])), ("files", 1))
            self.assertNotIn("hits", shown)
            self.assertNotIn("hits", shown["rules"][0])

    def test_show_of_many_rules_comes_in_pages(self):
        rules = self.rules("".join(f"deny object={number:04x}:00\n" for number in range(2, 3502)) + "allow object=0001:00\n")
        daemon = self.new_daemon(rules=rules).start()
        self.ask_once(daemon, doe.discovery(0))
        shown = self.show(daemon, "--json").json
        self.assertEqual([line["line"] for line in shown["rules"]], list(range(1, 3502)))
        self.assertEqual([line["line"] for line in shown["rules"] if line["hits"]], [3501])
        with daemon.control() as control:
            first = control.ask("org.doeaudit.Control1.GetPolicy")
            self.assertEqual((len(first["lines"]), first["next"]), (1000, 1000))
            last = control.ask("org.doeaudit.Control1.GetPolicy", {"first": 3500})
            self.assertEqual(([line["line"] for line in last["lines"]], last.get("next")), ([3501], None))
            self.assertEqual(control.ask("org.doeaudit.Control1.GetPolicy", {"first": 3501})["lines"], [])
            for wrong in (-1, 3502, 1 << 62, "1", None):
                answer = control.call("org.doeaudit.Control1.GetPolicy", {"first": wrong})
                if wrong is None:
                    self.assertEqual(len(answer["parameters"]["lines"]), 1000)
                else:
                    self.assertEqual(
                        (answer["error"], answer["parameters"]),
                        ("org.varlink.service.InvalidParameter", {"parameter": "first"}))

    def test_policy_check_of_a_directory_that_is_not_there_says_so(self):
        answer = tool.run("policy", "check", "--rules", self.directory / "nowhere")
        self.assertNotEqual(answer.status, 0)
        self.assertIn("nowhere", answer.output + answer.complaint)


class TheKernelsOwnUse(DaemonCase):
    RULES = (
        'object 0001:00 published "d" kernel 6.0..\nobject 0001:01 published "s" kernel 6.19..\n'
        'object abcd:07 published "x"\nallow\n')

    def explain(self, text, *options):
        return tool.run("policy", "explain", "0001:00", "--rules", self.rules(text), "--json", *options).json

    def test_another_kernel_is_told_by_its_version_alone(self):
        for kernel, discovery, spdm in (("5.14", False, False), ("6.12", True, False), ("6.19", True, True)):
            shown = tool.run("policy", "show", "--rules", self.rules(self.RULES), "--kernel", kernel, "--json").json
            self.assertEqual(shown["kernel"], f"Linux {kernel}, as asked for")
            self.assertEqual([line.get("kernelExpected") for line in shown["objects"]], [discovery, spdm, None])
            self.assertIn(f"Linux {kernel} is ", shown["objects"][0]["kernelReason"])

    def test_the_running_kernel_is_told_by_its_symbols_too(self):
        shown = tool.run("policy", "show", "--rules", self.rules(self.RULES))
        self.assertIn(", told by its version and its symbols", shown.output)
        self.assertRegex(shown.output, r'object 0001:00 published "d" kernel 6\.0\.\.  # (not )?kernel-expected: Linux ')
        # A range that no kernel is in yet: where this one can do it all the same, its symbols say so.
        has = places.kernel_has("pci_doe")
        answer = self.explain('object 0001:00 published "d" kernel 999.0..\nallow\n')
        self.assertEqual(answer["class"], "kernel-expected" if has else "published")
        self.assertIn("but has it: pci_doe" if has else "is not in 999.0..", answer["kernel"])
        # And where it cannot, they say that.
        answer = self.explain('object 0001:00 published "d" kernel 0.0..\nallow\n')
        self.assertEqual(answer["class"], "kernel-expected" if has else "published")
        self.assertIn("is in 0.0.." if has else "but was built without it", answer["kernel"])

    def test_symbols_alone_make_nothing_kernel_expected(self):
        answer = self.explain('object 0001:00 published "d"\nallow\n')
        self.assertEqual(answer["class"], "published")
        self.assertNotIn("kernel", answer)


class SiteRules(DaemonCase):
    def test_of_two_rules_that_match_the_earlier_one_decides(self):
        rules = self.rules('deny object=0001:00 because "not here"\n')
        (rules / "90-later.rules").write_text("allow object=0001:00\nallow object=1e98:02\n")
        daemon = self.new_daemon(rules=rules).start()
        response, notice = self.ask_once(daemon, doe.discovery(0))
        self.assertEqual((response, notice["rule"]), (b"", "50-test.rules:1"))
        self.assertIn("not here", notice["reason"])
        self.assertTrue(self.ask_once(daemon, doe.table_access(0))[0])

    def test_hidden_files_and_files_of_another_name_are_not_read(self):
        rules = self.rules("allow object=0001:00\n")
        for name in (".50-a.rules", "50-a.rules.dpkg-new", "50-a.rules~", "README"):
            (rules / name).write_text("broken rules\n")
        daemon = self.new_daemon(rules=rules).start()
        self.assert_serves(daemon)
        self.assertEqual(len(daemon.status()["policy"]["files"]), 1)

    def test_a_link_to_nothing_masks_and_brings_nothing(self):
        rules = self.rules("allow object=0001:00\n")
        (rules / "60-none.rules").symlink_to("/dev/null")
        self.assert_serves(self.new_daemon(rules=rules).start())

    def test_a_rule_by_uid_decides_for_that_user_only(self):
        rules = self.rules(f'allow object=0001:00 uid={NOBODY} because "ticket 7"\n')
        daemon = self.new_daemon(rules=rules).start()

        def ask():
            response, notice = self.ask_once(daemon, doe.discovery(0))
            return len(response), notice
        length, notice = processes.as_user(NOBODY, ask)[1]
        self.assertEqual((length, notice["verdict"]), (12, "allow"))
        self.assertIn("ticket 7", notice["reason"])
        self.assertEqual(ask()[0], 0)

    def test_a_rule_by_program_decides_for_that_program_only(self):
        rules = self.rules(f'allow object=0001:00 exe="{places.TOOL}"\n')
        daemon = self.new_daemon(rules=rules).start()
        self.assertEqual(tool.run("exchange", "sim:cxl", "0001:00", "--data", "00", daemon=daemon).status, 0)
        self.assertEqual(self.ask_once(daemon, doe.discovery(0))[0], b"")

    def test_no_rule_opens_compliance(self):
        rules = self.rules(
            'object 1e98:00 published "no compliance at all"\nallow object=1e98:00\nallow class=compliance\n'
            "allow class={published,vendor,unknown}\n")
        daemon = self.new_daemon(rules=rules).start()
        response, notice = self.ask_once(daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        # The line is an error, or it changes nothing: in either case nothing passes.
        self.assertEqual((response, notice["verdict"], notice["class"]), (b"", "deny", "compliance"))

    def test_spdm_passes_with_a_rule_that_names_who(self):
        daemon = self.new_daemon(rules=self.rules("allow object=0001:{01,02} uid=0\n")).start()
        with daemon.connect() as connection:
            self.assertEqual(connection.exchange(doe.named("0001:01", b"\x12\x84\0\0")), b"")
            notice = connection.explain()
        # The simulated device drops it in silence, as a device does that has no such object.
        self.assertEqual((notice["verdict"], notice["status"]), ("allow", "timeout"))


class Explanations(DaemonCase):
    def test_an_explanation_answers_every_question(self):
        rules = self.rules('deny object=1e98:02 uid=1000 because "ticket 9"\n')
        answer = tool.run("policy", "explain", "1e98:02", "--uid", 1000, "--rules", rules, "--json")
        self.assertEqual(answer.status, 0)
        self.assertEqual(EXPLANATION - answer.json.keys(), set())
        self.assertEqual(
            [answer.json[key] for key in ("object", "verdict", "rule", "line", "taint")],
            ["1e98:02", "deny", "50-test.rules:1", 1, ""])
        self.assertRegex(answer.json["file"], r"50-test\.rules$")
        self.assertIn("ticket 9", answer.json["reason"])
        by_nobody = tool.run("policy", "explain", "1e98:00", "--rules", rules, "--json")
        self.assertEqual(EXPLANATION - by_nobody.json.keys(), set())
        self.assertEqual((by_nobody.json["rule"], by_nobody.json["file"], by_nobody.json["line"]), ("gatekeeper", None, None))

    def test_an_explanation_says_whose_answer_there_would_be(self):
        rules = self.rules("allow object=0001:00 uid=0 ask-device\nallow object={0001:00,1e98:02}\n")
        for words, expected in (
                (("0001:00", "--uid", "0"), "device"), (("0001:00", "--uid", "7"), "copy"),
                (("1e98:02", "--uid", "0"), "copy"), (("10de:00", "--uid", "0"), None)):
            with self.subTest(words=words):
                answer = tool.run("policy", "explain", *words, "--rules", rules, "--json").json
                self.assertEqual(answer.get("answer"), expected)
                text = tool.run("policy", "explain", *words, "--rules", rules).output
                self.assertEqual("answer" in text, expected is not None)
                self.assertEqual("copy" in text, expected == "copy")

    def test_what_can_never_be_is_no_fact(self):
        rules = self.rules("allow object=0001:00\n")
        for words in (("--uid", 2**32 - 1), ("--unit", "a.timer"), ("--exe", "bin/a"), ("--fact", "container=" + "a" * 64)):
            with self.subTest(words=words):
                answer = tool.run("policy", "explain", "0001:00", *words, "--rules", rules)
                self.assertEqual((answer.status, answer.output), (2, ""))
                self.assertIn(" can be '", answer.complaint)

    def test_what_only_the_daemon_knows_of_a_simulated_function_is_not_taken_for_nothing(self):
        rules = self.rules("warn object=10de:* device=10de:*\n")
        answer = tool.run("policy", "explain", "10de:01", "--mailbox", "sim:vendor", "--rules", rules, "--json")
        self.assertEqual(answer.json["verdict"], "deny")
        self.assertIn("unknown device", answer.json["reason"])

    def ask(self, rules, object_, *options):
        answer = tool.run("policy", "explain", object_, "--rules", self.rules(rules), "--json", *options)
        self.assertEqual(answer.status, 0, answer)
        return answer.json

    def test_container_login_serial_number_and_time_can_be_said(self):
        rules = ("set ours={00-00-00-00-00-00-12-34,none}\n"
                 "warn object=10de:* container=web1 loginuid=1000 serial=@ours until=2027-01-31 because \"a\"\n"
                 "deny object=10de:* because \"b\"\n")
        facts = ("--fact", "container=web1", "--fact", "loginuid=1000", "--fact", "serial=00-00-00-00-00-00-12-34")
        self.assertEqual(self.ask(rules, "10de:01", *facts, "--at", "2027-01-30T23:59:59Z")["verdict"], "warn")
        late = self.ask(rules, "10de:01", *facts, "--at", "2027-01-31")
        self.assertEqual((late["verdict"], late["rule"]), ("deny", "50-test.rules:3"))
        self.assertIn("it is 2027-01-31T00:00:00.000000Z", str(late["candidates"]))
        unknown = self.ask(rules, "10de:01", *facts[2:], "--fact", "container=unknown", "--at", "2027-01-30")
        self.assertIn("unknown container", unknown["reason"])
        for wrong in (("--fact", "container"), ("--fact", "contaner=x"), ("--fact", "loginuid=alice"),
                      ("--fact", "serial=12"), ("--at", "tomorrow"), ("--via", "tcp", "--fact", "container=x")):
            self.assertEqual(tool.run("policy", "explain", "10de:01", *wrong).status, 2, wrong)

    def test_a_request_is_told_by_its_name(self):
        rules = (
            'object 0001:01 published "SPDM"\ndeny spdm=TDISP.* because "not for agents"\nallow spdm=GET_MEASUREMENTS\n'
            "allow class=published\n")
        for name, verdict, rule, candidates in (
            ("TDISP.LOCK_INTERFACE_REQUEST", "deny", "50-test.rules:2", 1),
            ("GET_MEASUREMENTS", "allow", "50-test.rules:3", 2), ("GET_VERSION", "allow", "50-test.rules:4", 3),
            ("OOB_KEY_UPDATE", "allow", "50-test.rules:4", 3), ("PCI-SIG.10de", "deny", "default", 3),
        ):
            answer = self.ask(rules, "0001:01", "--spdm", name)
            self.assertEqual((answer["verdict"], answer["rule"]), (verdict, rule), name)
            self.assertEqual(len(answer["candidates"]), candidates, answer)
            self.assertIn(name, answer["request"])
        self.assertEqual(self.ask(rules, "0001:01", "--spdm", "PCI-SIG.10de")["class"], "vendor")
        # Without the request nobody knows what it asks for.
        answer = self.ask(rules, "0001:01")
        self.assertEqual((answer["verdict"], answer["request"]), ("deny", []))
        self.assertIn("unknown spdm", answer["reason"])

    def test_a_request_is_told_by_its_bytes(self):
        rules = 'object 0001:01 published "SPDM"\nallow object=10de:01\nallow spdm=GET_VERSION\n'
        self.assertEqual(self.ask(rules, "0001:01", "--data", "10 84 00 00")["request"], ["GET_VERSION"])
        self.assertEqual(self.ask(rules, "0001:01", "--data", "10e00000")["rule"], "default")
        self.assertEqual(self.ask(rules, "10de:01", "--data", "00000000")["verdict"], "allow")
        hidden = bytes(4) + doe.named(doe.COMPLIANCE, bytes(4))
        self.assertEqual(self.ask(rules, "10de:01", "--data", hidden.hex())["rule"], "gatekeeper")

    def test_another_host_is_told_by_options(self):
        rules = "allow mode=bring-up object=0001:00\nallow via=tcp object=1e98:02\ndeny class=vendor\n"
        self.assertEqual(self.ask(rules, "0001:00")["verdict"], "deny")
        answer = self.ask(rules, "0001:00", "--mode", "bring-up")
        self.assertEqual((answer["verdict"], answer["mode"]), ("allow", "bring-up"))
        self.assertEqual(self.ask(rules, "1e98:02")["verdict"], "deny")
        self.assertEqual(self.ask(rules, "1e98:02", "--via", "tcp")["verdict"], "allow")
        answer = self.ask(rules, "10de:01", "--permissive")
        self.assertEqual(
            [answer[key] for key in ("verdict", "would", "rule", "taint")], ["warn", "deny", "50-test.rules:3", "VP"])
        for options in ((), ("--mode", "bring-up")):
            answer = self.ask(rules, "1e98:00", "--permissive", "--compliance", "inject-link-poison", *options)
            self.assertEqual((answer["verdict"], answer["taint"]), ("deny", "C"))
            self.assertNotIn("would", answer)

    def test_what_is_no_request_is_wrong_use(self):
        for options in (
            ("0001:01", "--spdm", "VENDOR_DEFINED_REQUEST"), ("0001:02", "--spdm", "GET_VERSION"),
            ("0001:00", "--compliance", "status"), ("0001:01", "--data", "xyz"), ("0001:00", "--mode", "dreamy"),
            ("0001:00", "--via", "pigeon"), ("0001:00", "--via", "tcp", "--uid", "0"),
            ("0001:01", "--spdm", "GET_VERSION", "--data", "10840000"), ("--seq", "1", "--permissive"),
        ):
            answer = tool.run("policy", "explain", *options, "--rules", self.rules("allow\n"))
            self.assertEqual((answer.status, answer.output), (2, ""), options)

    def test_an_explanation_says_what_the_daemon_does(self):
        daemon = self.new_daemon().start()
        rules = daemon.arguments[daemon.arguments.index("--rules") + 1]
        objects = ["0001:00", "0001:01", "0001:7f", "1e98:00", "1e98:02", "1e98:33", "10de:01", "10de:02"]
        requests = [(name, b"\x10\x84\0\0" if name == "0001:01" else bytes(4)) for name in objects]
        # What does not fit, and what hides another one.
        requests += [(name, bytes(8)) for name in objects] + [("0001:01", bytes(4)), ("1e98:02", b"\1\0\0\0")]
        requests += [("10de:01", doe.named(name, bytes(4))) for name in objects]
        for uid in (0, NOBODY):
            def ask():
                return [self.ask_once(daemon, doe.named(name, data), "sim:vendor")[1] for name, data in requests]
            for (name, data), notice in zip(requests, processes.as_user(uid, ask)[1]):
                with self.subTest(uid=uid, object=name, data=data.hex()):
                    self.assertEqual(notice["object"], name)
                    said = tool.run(
                        "policy", "explain", name, "--data", data.hex(), "--uid", uid, "--rules", rules, "--json").json
                    for key in ("name", "class", "verdict", "rule"):
                        self.assertEqual(said[key], notice[key])

    def test_a_person_reads_the_verdict_first(self):
        rules = self.rules("allow object=0001:00\n")
        self.assertRegex(tool.run("policy", "explain", "0001:00", "--rules", rules).output, r"^allow\b")
        self.assertRegex(tool.run("policy", "explain", "1e98:00", "--rules", rules).output, r"^deny\b")

    def test_what_is_no_object_is_wrong_use(self):
        for word in ("cdat", "1e98", "1e98:2", "1E98:02", ""):
            answer = tool.run("policy", "explain", word, "--rules", self.directory)
            self.assertEqual(answer.status, 2, answer)


class StandardDirectories(DaemonCase):
    """/etc masks /run, which masks /usr/lib: shown in a root directory of our own."""

    def setUp(self):
        super().setUp()
        self.root = self.directory / "root"
        (self.root / "bin").mkdir(parents=True)
        (self.root / "proc").mkdir()
        shutil.copy(places.TOOL, self.root / "bin/doe-audit")
        listed = subprocess.run(["ldd", str(places.TOOL)], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"(/\S+)", listed):
            target = self.root / library.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)

    def put(self, directory, name, text):
        place = self.root / directory / "doe-audit/rules.d"
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
        (place / name).chmod(0o644)

    def ask(self, *arguments):
        # Programs learn their own arguments from /proc.
        script = 'mount --bind /proc "$0/proc" && exec chroot "$0" /bin/doe-audit "$@"'
        run = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script, str(self.root), *arguments, "--json"], capture_output=True,
            text=True)
        return tool.Answer(run)

    def rule_for_discovery(self):
        return self.ask("policy", "explain", "0001:00", "--uid", "0").json["rule"]

    def test_a_file_in_etc_masks_its_namesakes_and_names_are_read_in_order(self):
        self.put("usr/lib", "90-doe-audit.rules", "allow object=0001:00\n")
        self.assertEqual(self.rule_for_discovery(), "90-doe-audit.rules:1")
        self.put("run", "90-doe-audit.rules", "\nallow object=0001:00\n")
        self.assertEqual(self.rule_for_discovery(), "90-doe-audit.rules:2")
        self.put("etc", "90-doe-audit.rules", "\n\nallow object=0001:00\n")
        self.assertEqual(self.rule_for_discovery(), "90-doe-audit.rules:3")
        self.put("usr/lib", "50-site.rules", "deny object=0001:00\n")
        self.assertEqual(self.rule_for_discovery(), "50-site.rules:1")
        self.assertEqual(
            self.ask("policy", "check").json["files"],
            ["/usr/lib/doe-audit/rules.d/50-site.rules", "/etc/doe-audit/rules.d/90-doe-audit.rules"])

    def test_a_masked_file_may_be_broken(self):
        self.put("usr/lib", "90-doe-audit.rules", "broken\n")
        self.assertEqual(self.ask("policy", "check").status, 2)
        self.put("etc", "90-doe-audit.rules", "allow object=0001:00\n")
        self.assertEqual(self.ask("policy", "check").status, 0)

    def test_without_any_directory_everything_is_refused(self):
        answer = self.ask("policy", "explain", "0001:00", "--uid", "0")
        self.assertEqual((answer.status, answer.json["verdict"], answer.json["rule"]), (0, "deny", "default"))
