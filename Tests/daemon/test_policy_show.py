"""What is in force, as `policy show` and GetPolicy list it; the kernel's own use of objects."""

import time

from support import doe, places, tool
from support.case import DaemonCase
from support.processes import NOBODY


class ShownPolicy(DaemonCase):
    def show(self, daemon, *options):
        return tool.run("policy", "show", *options, daemon=daemon)

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

    def test_who_may_not_ask_is_not_told_that_nothing_is_in_force(self):
        rules = self.rules("allow object=0001:00\n")
        daemon = self.new_daemon(rules=rules).start()
        command = ("policy", "show", "--rules", rules, "--runtime-directory", daemon.runtime)
        answer = tool.run_as(NOBODY, *command)
        self.assertEqual(answer.status, 0, answer)
        self.assertNotIn("nothing is in force", answer.output)
        self.assertRegex(answer.output, r"could not be asked what is in force: .*Permission denied.* use sudo")
        shown = tool.run_as(NOBODY, *command, "--json").json
        self.assertIn("Permission denied", shown["notAsked"])
        self.assertNotIn("inForce", shown)
        # Nobody there is another matter.
        self.assertEqual(daemon.terminate(), 0)
        self.assertIn("none answers, so nothing is in force", tool.run_as(NOBODY, *command).output)

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
