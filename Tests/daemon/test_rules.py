"""Rules from directories: which are read, which decide, and what happens when they are broken."""

import os
import pathlib
import re
import shutil
import subprocess

from support import doe, places, processes, tool
from support.case import DaemonCase
from support.processes import NOBODY

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
        rules = self.rules("allow object=0001:00 unit=no-such-unit-here.service\nallow object=0001:01 exe=/usr/bin/a\n")
        self.assertEqual(tool.run("policy", "check", "--rules", rules).status, 0)
        answer = tool.run("policy", "check", "--lint", "--rules", rules)
        self.assertEqual(answer.status, 1)
        self.assertIn("50-test.rules:2:1: warning: a program is no boundary", answer.output)
        found = tool.run("policy", "check", "--lint", "--rules", rules, "--json")
        self.assertEqual(found.status, 1)
        self.assertIn(2, [warning["line"] for warning in found.json["warnings"]])
        self.assertTrue(all(warning["remedy"] for warning in found.json["warnings"]))

    def test_a_unit_by_another_name_of_it_is_told_by_lint_and_by_an_explanation(self):
        folder = pathlib.Path("/usr/lib/systemd/system")
        links = (link for link in folder.glob("*.service") if "@" not in link.name and link.is_symlink())
        found = next((link for link in links if os.readlink(link).endswith(".service")), None)
        if found is None:
            self.skipTest(f"no unit in {folder} has another name")
        own = os.path.basename(os.readlink(found))
        rules = self.rules(f"deny object=0001:00 unit={found.name}\n")
        answer = tool.run("policy", "check", "--lint", "--rules", rules)
        self.assertEqual(answer.status, 1, answer)
        self.assertIn(f"no process runs in '{found.name}': it is another name of '{own}'", answer.output)
        explained = tool.run("policy", "explain", "0001:00", "--unit", found.name, "--rules", rules)
        self.assertEqual((explained.status, explained.output), (2, ""))
        self.assertIn(f"write {own}", explained.complaint)

    def test_lint_tells_of_folders_in_which_somebody_else_may_exchange_the_rules(self):
        rules = self.rules("allow object=0001:00 uid=0\n")
        outside = self.directory / "outside"
        outside.mkdir()
        (outside / "60-more.rules").write_text("deny object=0001:01 uid=0\n")
        (rules / "60-more.rules").symlink_to(outside / "60-more.rules")
        self.assertEqual(tool.run("policy", "check", "--lint", "--rules", rules).status, 0)
        outside.chmod(0o777)
        answer = tool.run("policy", "check", "--lint", "--rules", rules)
        self.assertEqual(answer.status, 1, answer)
        self.assertIn(f"{rules}/60-more.rules: warning: the way there leads through {outside}, in which everybody", answer.output)
        self.assertIn("1 warning\n", answer.output)
        found, = tool.run("policy", "check", "--lint", "--rules", rules, "--json").json["warnings"]
        self.assertEqual((found["file"], found["line"]), (f"{rules}/60-more.rules", 1))
        self.assertEqual(tool.run("policy", "check", "--rules", rules).status, 0)
        inside = outside / "rules.d"
        shutil.copytree(rules, inside)
        # For who believes root's files alone they are no rules; others may keep theirs in such a folder, and are told.
        answer = tool.run("policy", "check", "--lint", "--rules", inside)
        self.assertEqual((answer.status, answer.output), (3, ""), answer)
        self.assertIn(f"{inside} can be taken away: everybody may write to {outside}", answer.complaint)
        answer = tool.run_as(NOBODY, "policy", "check", "--lint", "--rules", inside)
        self.assertEqual(answer.status, 1, answer)
        self.assertIn(f"{inside}: warning: the way there leads through {outside}, in which everybody", answer.output)

    def test_lint_tells_of_programs_that_not_only_root_may_put_there(self):
        folder = self.directory / "app"
        folder.mkdir()
        program = folder / "tool"
        shutil.copy("/bin/true", program)
        rules = self.rules(f"allow object=0001:00 uid=0 exe={program}\nallow object=0001:01 uid=0 exe={folder}/*\n")

        def found():
            answer = tool.run("policy", "check", "--lint", "--rules", rules, "--json")
            return [(one["line"], one["message"].split(": ")[-1]) for one in answer.json["warnings"]
                    if one["message"].startswith("not only root")]
        into = f"everybody may put something else into {folder}"
        self.assertEqual(found(), [])
        folder.chmod(0o777)
        self.assertEqual(found(), [(1, into), (2, into)])
        program.unlink()
        self.assertEqual(found(), [(1, into), (2, into)])
        folder.chmod(0o755)
        shutil.copy("/bin/true", program)
        os.chown(program, NOBODY, 0)
        self.assertEqual(found(), [(1, f"uid {NOBODY} may write to it"), (2, f"uid {NOBODY} may write to it")])
        os.chown(folder, NOBODY, 0)
        into = f"uid {NOBODY} may put something else into {folder}"
        self.assertEqual(found(), [(1, into), (2, into)])

    def test_lint_looks_behind_globs_and_above_what_is_not_there(self):
        folder = self.directory / "app"
        for name in ("one/bin", "two/bin", "three"):
            (folder / name).mkdir(parents=True)
        shutil.copy("/bin/true", folder / "one/bin/tool")
        (folder / "two/bin/tool").symlink_to(folder / "three/real")
        shutil.copy("/bin/true", folder / "three/real")

        def found(line):
            answer = tool.run("policy", "check", "--lint", "--rules", self.rules(f"allow object=1e98:02\n{line}\n"), "--json")
            return [one["message"] for one in answer.json["warnings"]]
        self.assertEqual(found(f"allow object=0001:00 uid=0 exe={folder}/one/*/tool"), [])
        self.assertEqual(found(f"allow object=0001:00 uid=0 exe={folder}/*/bin/tool"), [])
        missed, = found(f"deny object=0001:00 uid=0 exe={folder}/*/bin/tool")
        self.assertIn(f"misses what runs as '{folder}/two/bin/tool': it leads through a link", missed)
        self.assertEqual(found(f"deny object=0001:00 uid=0 exe={{{folder}/*/bin/tool,{folder}/three/*}}"), [])
        self.assertEqual(
            found(f"allow object=0001:00 uid=0 exe={folder}/*/sbin/*"),
            [f"there is nothing on this host that '{folder}/*/sbin/*' names"])
        # What is not there yet behind a link, and a script: nothing that runs is called so.
        (folder / "three/current").symlink_to(folder / "one")
        later, = found(f"deny object=0001:00 uid=0 exe={folder}/*/current/bin/later")
        self.assertIn(f"no program of this host can have a path that '{folder}/*/current/bin/later' names", later)
        self.assertIn(f"the kernel calls it '{folder}/one/bin/later'", later)
        (folder / "three/script").write_text("#!/bin/sh\n")
        script, = found(f"deny object=0001:00 uid=0 exe={folder}/*/script")
        self.assertIn("it is a script", script)
        excluded, = found(f"allow object=0001:00 uid=0 exe!={folder}/two/*/tool")
        self.assertIn(f"misses what runs as '{folder}/two/bin/tool'", excluded)
        (folder / "one/bin").chmod(0o777)
        exposed, = found(f"allow object=0001:00 uid=0 exe={folder}/*/bin/tool")
        self.assertTrue(exposed.endswith(f"everybody may put something else into {folder}/one/bin"), exposed)
        (folder / "open").mkdir()
        (folder / "open").chmod(0o1777)
        for path in ("open/no/such/tool", "open/none"):
            exposed = [one for one in found(f"allow object=0001:00 uid=0 exe={folder}/{path}") if "not only root" in one]
            self.assertEqual(len(exposed), 1)
            self.assertTrue(exposed[0].endswith(f"everybody may put something else into {folder}/open"), exposed)

    def test_lint_tells_that_nothing_can_pass(self):
        empty = self.new_directory()
        answer = tool.run("policy", "check", "--lint", "--rules", empty)
        self.assertEqual(answer.status, 1)
        self.assertIn(f"{empty}: warning: there is no rule, so everything is refused; ", answer.output)
        rules = self.rules("# nothing yet\n")
        found, = tool.run("policy", "check", "--lint", "--rules", rules, "--json").json["warnings"]
        self.assertEqual((found["file"], found["line"]), (f"{rules}/50-test.rules", 1))
        self.assertIn("nothing can ever pass", tool.run("policy", "check", "--lint", "--rules", self.rules("deny\n")).output)
        lone = tool.run("policy", "check", "--lint", "--rules", self.rules("deny object=0001:01\n"))
        self.assertEqual(lone.status, 1)
        self.assertIn("nothing can ever pass: no rule lets anything of a client's pass", lone.output)

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

    def test_what_a_package_expects_is_tried_against_its_own_rules(self):
        rules = self.rules("allow object=0001:01 uid=1000\n", "50-site.rules")
        for ending in ("rules", "expect"):
            shutil.copy(places.RULES / f"90-doe-audit.{ending}", rules)
        for command in ("test", "check"):
            answer = tool.run("policy", command, "--rules", rules, "--json")
            self.assertEqual((answer.status, answer.json["differences"]), (0, []), answer)
            self.assertGreater(answer.json["expectations"], 50)
        # What the site expects is about all rules.
        (rules / "50-site.expect").write_text("allow object=0001:01 uid=1000\ndeny object=0001:00 uid=1000\n")
        answer = tool.run("policy", "test", "--rules", rules, "--json")
        self.assertEqual([(one["file"], one["line"]) for one in answer.json["differences"]], [(f"{rules}/50-site.expect", 2)])
        # A package's rules that do not keep what it expects are told.
        (rules / "90-doe-audit.rules").write_text("deny object=0001:00\n")
        self.assertEqual(tool.run("policy", "test", "--rules", rules).status, 1)

    def test_each_example_of_the_page_about_rules_passes_the_check_with_what_is_shipped(self):
        page = (places.ROOT / "docs/rules.md").read_text()
        examples = re.findall(r"^```\n(# /etc/doe-audit/rules\.d/(\S+)\n.*?)^```", page, re.MULTILINE | re.DOTALL)
        self.assertGreaterEqual(len(examples), 4)
        for text, name in examples:
            with self.subTest(name=name):
                rules = self.rules(text, name)
                for ending in ("rules", "expect"):
                    shutil.copy(places.RULES / f"90-doe-audit.{ending}", rules)
                if name.endswith(".expect"):
                    for other, beside in examples:
                        if beside.endswith(".rules"):
                            (rules / beside).write_text(other)
                for kernel in ("6.1", "6.12", "7.3"):
                    answer = tool.run("policy", "check", "--lint", "--portable", "--kernel", kernel, "--rules", rules, "--json")
                    said = answer.json
                    self.assertEqual([said["differences"], said["errors"], said["warnings"]], [[], [], []], answer)
                    self.assertEqual(answer.status, 0)

    def test_rules_for_another_host_are_checked_without_its_names(self):
        rules = self.rules(
            'deny object=10de:01 user=no-such-user-here\nwarn object=10de:* group="no such group" uid!=0 '
            "unit=no-such-unit-here.service exe=/no/such/tool\n")
        (rules / "50-test.expect").write_text(
            'warn object=10de:02 uid=7 group="no such group" unit=no-such-unit-here.service exe=/no/such/tool\n'
            "deny object=10de:01 user=no-such-user-here\n")
        self.assertEqual(tool.run("policy", "check", "--rules", rules).status, 2)
        answer = tool.run("policy", "check", "--lint", "--portable", "--rules", rules)
        self.assertEqual(
            (answer.status, answer.output),
            (0, "2 rules in 1 file, no errors, 2 expectations, 0 not met, for Linux 6.1 on another host: "
                "no name was looked up\n"))
        self.assertEqual(tool.run("policy", "test", "--portable", "--rules", rules).status, 0)
        (rules / "50-test.rules").write_text("allow usr=root\nallow uid=root\n")
        answer = tool.run("policy", "check", "--portable", "--rules", rules, "--json")
        self.assertEqual((answer.status, [error["line"] for error in answer.json["errors"]]), (2, [1, 2]))

    def test_what_other_rules_change_is_told_by_requests(self):
        old = self.rules("allow object=0001:00\nwarn class=vendor uid=0\n")
        same = self.rules("allow object=0001:00 uid=0\nallow object=0001:00\nwarn class=vendor uid=0\n")
        answer = tool.run("policy", "diff", old, same)
        self.assertEqual(answer.status, 0, answer)
        self.assertRegex(answer.output, r"^No request gets another verdict: \d+ that these rules tell apart were tried\.\n$")
        new = self.rules("allow object=0001:00\nwarn class=vendor group=lab device=10de:*\n")
        answer = tool.run("policy", "diff", old, new, "--portable")
        self.assertEqual(answer.status, 1, answer)
        self.assertRegex(answer.output, r"(?s)^2 kinds of requests get another verdict.*Newly allowed\n  deny -> warn.*Newly refused\n")
        self.assertEqual([line for line in answer.output.splitlines() if len(line) > 100], [])
        said = tool.run("policy", "diff", old, new, "--portable", "--json").json
        for difference in said["differences"]:
            self.assertNotRegex(difference["request"], r"device=0000:0000|=2147483|1970")
        self.assertEqual((said["whole"], [one["effect"] for one in said["differences"]]), (True, ["newlyAllowed", "newlyRefused"]))
        self.assertEqual(tool.run("policy", "diff", old, self.rules("alow\n")).status, 2)
        self.assertEqual(tool.run("policy", "diff").status, 2)
        # On another host alice may have the number that a rule names.
        with_deny = self.rules("deny object=10de:01 user=alice\nallow object=10de:01 uid=1000\n")
        without = self.rules("allow object=10de:01 uid=1000\n")
        answer = tool.run("policy", "diff", with_deny, without, "--portable", "--json")
        self.assertEqual(answer.status, 1, answer)
        self.assertEqual([one["effect"] for one in answer.json["differences"]], ["newlyAllowed"])
        self.assertIn("user=alice", answer.json["differences"][0]["request"])
        answer = tool.run("policy", "diff", with_deny, with_deny, "--portable")
        self.assertEqual((answer.status, answer.output[:31]), (0, "No request gets another verdict"), answer)
        many = self.rules("".join(f"deny object=10de:01 user=u{n}\nallow object=10de:01 uid={n * 2}\n" for n in range(9)))
        self.assertEqual(tool.run("policy", "diff", many, many, "--portable").status, 3)
        self.assertEqual(tool.run("policy", "diff", old, self.directory / "nowhere").status, 3)

    def test_an_expectation_can_be_about_what_nobody_could_learn(self):
        rules = self.rules("allow object=0001:00 exe=/usr/bin/agent\n")
        (rules / "50-test.expect").write_text(
            "deny object=0001:00 uid=7 exe=unknown\nallow object=0001:00 uid={0,unknown} exe=/usr/bin/agent\n")
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
        absent = tool.run("policy", "format", self.directory / "nowhere")
        self.assertEqual((absent.status, absent.output), (3, ""))
        self.assertIn("name a file of rules or expectations", absent.complaint)
        self.assertEqual(tool.run("policy", "format", self.directory).status, 3)

    def test_because_in_an_expectation_is_its_authors_own_and_compared_with_nothing(self):
        rules = self.rules('deny object=0001:00 because "SEC-1"\n')
        (rules / "50-test.expect").write_text('deny object=0001:00 uid=7 because "SEC-2"\n')
        self.assertEqual(tool.run("policy", "test", "--rules", rules).status, 0)

    def test_policy_check_of_a_directory_that_is_not_there_says_so(self):
        answer = tool.run("policy", "check", "--rules", self.directory / "nowhere")
        self.assertNotEqual(answer.status, 0)
        self.assertIn("nowhere", answer.output + answer.complaint)


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
        for name in (".50-a.rules", "60-B.RULES", "50-a.rules.dpkg-new", "50-a.rules~", "README", ".70.expect"):
            (rules / name).write_text("broken rules\n")
        daemon = self.new_daemon(rules=rules).start()
        self.assert_serves(daemon)
        self.assertEqual(len(daemon.status()["policy"]["files"]), 1)
        # Whoever wrote them may have meant them.
        found = tool.run("policy", "check", "--rules", rules)
        self.assertEqual((found.status, tool.run("policy", "check", "--lint", "--rules", rules).status), (0, 1))
        for name in (".50-a.rules", "60-B.RULES"):
            for text in (found.output, daemon.said(), tool.run("policy", "reload", daemon=daemon).output):
                self.assertIn(f"{name}: warning: this file is not read: ", text)
        self.assertIn(".70.expect: warning: this file is not read: ", found.output)
        self.assertEqual(found.output.count("is not read"), 3)

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
