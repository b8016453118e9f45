"""`policy explain` says what the daemon does, and why."""

from support import doe, processes, tool
from support.case import DaemonCase
from support.processes import NOBODY

EXPLANATION = {"object", "name", "class", "verdict", "rule", "file", "line", "taint", "reason"}


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
                (("0001:00", "--uid", "0"), "device"), (("0001:00", "--uid", "7"), "copy-or-device"),
                (("1e98:02", "--uid", "0"), "copy-or-device"), (("10de:00", "--uid", "0"), None),
                (("1e98:02", "--road", "kernel"), None)):
            with self.subTest(words=words):
                answer = tool.run("policy", "explain", *words, "--rules", rules, "--json").json
                self.assertEqual(answer.get("answer"), expected)
                text = tool.run("policy", "explain", *words, "--rules", rules).output
                self.assertEqual("answer" in text, expected is not None)
                self.assertEqual("copy" in text, expected == "copy-or-device")

    def test_whose_answer_there_would_be_is_what_the_daemon_says_of_that_very_entry(self):
        rules = self.rules("allow object={0001:00,1e98:02}\n")
        daemon = self.new_daemon(rules=rules).start()

        def ask(object_, data="", mailbox="sim:cxl"):
            words = ("policy", "explain", object_, "--mailbox", mailbox, "--uid", 0, "--rules", rules)
            said = tool.run(*words, *(("--data", data) if data else ()), "--check", "--json", daemon=daemon)
            return said.status, said.json["answer"], said.json.get("withheld", "")
        self.assertEqual(ask("0001:00"), (0, "device", ""))
        self.assertEqual(ask("0001:00", "05000000"), (1, "none", "no answer has named index 5: ask from index 0 on"))
        self.assertEqual(ask("0001:00", "05000000"), ask("0001:00", "05000000"), "it was only asked about")
        with daemon.connect("sim:cxl") as connection:
            connection.exchange(doe.discovery(5))
            self.assertEqual(connection.explain()["rule"], "copy")
            connection.exchange(doe.discovery(0))
            connection.exchange(doe.table_access(0))
        self.assertEqual(ask("0001:00"), (0, "copy", ""))
        self.assertEqual(ask("0001:00", "01000000"), (0, "device", ""))
        self.assertEqual(ask("1e98:02"), (0, "copy", ""))
        self.assertEqual(ask("1e98:02", "00004200")[:2], (1, "none"))
        self.assertEqual(ask("1E98:02"), ask("1e98:02"))
        text = tool.run("policy", "explain", "0001:00", "--mailbox", "sim:cxl", "--uid", 0, "--rules", rules, "--data", "05000000",
                        daemon=daemon).output
        self.assertRegex(text, r"^refused all the same: no answer has named index 5")

    def test_no_address_is_a_fact(self):
        rules = self.rules("allow object=10de:01 address=none\n")
        for words, expected in (
                (("--address", "none"), 0), (("--address", "unknown"), 1), (("--address", "0000:0D:00.0"), 1),
                (("--mailbox", "sim:cxl", "--address", "none"), 0), (("--mailbox", "0000:0D:00.0@190", "--address", "none"), 2)):
            answer = tool.run("policy", "explain", "10de:01", *words, "--rules", rules, "--check")
            self.assertEqual(answer.status, expected, answer)

    def test_in_quotes_a_value_is_a_name_and_no_word(self):
        rules = self.rules("allow object=10de:01 driver=none\n")
        for value, expected in (("none", 0), ('"none"', 2), ('"cxl_pci"', 1), ('"a', 2), ('"a" road=kernel', 2)):
            answer = tool.run("policy", "explain", "10de:01", "--driver", value, "--rules", rules, "--check")
            self.assertEqual(answer.status, expected, answer)
        answer = tool.run("policy", "explain", "10de:01", "--driver", '"none"', "--rules", rules)
        self.assertIn("driver=none without quotes", answer.complaint)

    def test_no_mailbox_without_an_address_has_a_driver(self):
        rules = self.rules("allow object=10de:01 driver=cxl_pci\n")
        answer = tool.run("policy", "explain", "10de:01", "--address", "none", "--driver", "cxl_pci", "--rules", rules)
        self.assertEqual((answer.status, answer.output), (2, ""))
        self.assertIn("has no driver", answer.complaint)
        answer = tool.run("policy", "explain", "10de:01", "--address", "none", "--rules", rules, "--json")
        self.assertEqual(answer.json["verdict"], "deny")

    def test_an_object_and_a_record_at_once_are_told_apart(self):
        answer = tool.run("policy", "explain", "10de:01", "--seq", "5")
        self.assertEqual(answer.status, 2)
        self.assertIn("record 5 says itself which object it is about: leave '10de:01' out, or --seq", answer.complaint)
        self.assertIn("name an object, or a record with --seq", tool.run("policy", "explain").complaint)

    def test_what_can_never_be_is_no_fact(self):
        rules = self.rules("allow object=0001:00\n")
        for words in (
                ("--uid", 2**32 - 1), ("--unit", "a.timer"), ("--exe", "bin/a"), ("--container", "a" * 64)):
            with self.subTest(words=words):
                answer = tool.run("policy", "explain", "0001:00", *words, "--rules", rules)
                self.assertEqual((answer.status, answer.output), (2, ""))
                self.assertIn(" can be '", answer.complaint)

    def test_what_only_the_daemon_knows_of_a_simulated_function_is_not_taken_for_nothing(self):
        rules = self.rules("warn object=10de:* device=10de:*\nallow object=0001:00 ask-device\n")
        answer = tool.run("policy", "explain", "10de:01", "--mailbox", "sim:vendor", "--rules", rules, "--json")
        self.assertEqual((answer.json["verdict"], answer.json["asks"]), ("cannot tell", ["device"]))
        self.assertEqual((answer.json["rule"], answer.json["line"]), ("50-test.rules:1", 1))
        self.assertEqual([one["verdict"] for one in answer.json["possible"]], ["warn", "deny"])
        daemon = self.new_daemon(rules=rules).start()
        ask = ("policy", "explain", "10de:01", "--mailbox", "sim:vendor", "--rules", rules)
        self.assertEqual(tool.run(*ask, "--json", daemon=daemon).json["verdict"], "warn")
        # What is told comes before what is known.
        self.assertEqual(tool.run(*ask, "--json", "--device", "8086:0d93", daemon=daemon).json["verdict"], "deny")
        self.assertNotIn("listed", tool.run(*ask, "--json", daemon=daemon).json)
        with daemon.connect("sim:vendor") as connection:
            index = 0
            while True:
                index = connection.exchange(doe.discovery(index))[11]
                if index == 0:
                    break
        self.assertIs(tool.run(*ask, "--json", daemon=daemon).json["listed"], True)
        other = tool.run("policy", "explain", "10de:77", *ask[3:], daemon=daemon)
        self.assertRegex(
            other.output, r"^refused all the same: the mailbox's own list of objects has no 10de:77; doe-auditd refuses it")
        self.assertEqual(tool.run("policy", "explain", "10de:77", "--check", *ask[3:], daemon=daemon).status, 1)

    def test_what_it_cannot_tell_it_says_with_the_rule_and_with_what_it_can_come_to(self):
        rules = self.rules("warn object=10de:* device=10de:* group=0\ndeny object=10de:* because \"no ticket\"\n")
        answer = tool.run("policy", "explain", "10de:01", "--uid", 0, "--rules", rules)
        self.assertEqual(answer.status, 0)
        self.assertRegex(answer.output, r"^cannot tell: rule 50-test.rules:1 asks for device\n")
        self.assertIn("what it can come to; to know which, tell --device:\n  warn   allowed with a warning", answer.output)
        self.assertIn('  deny   refused by rule 50-test.rules:2: "no ticket"\n', answer.output)
        whatever = self.ask("deny device=10de:*\ndeny driver=x\n", "10de:01")
        self.assertEqual((whatever["verdict"], whatever["whatever"]), ("deny", ["device", "driver"]))

    def ask(self, rules, object_, *options):
        answer = tool.run("policy", "explain", object_, "--rules", self.rules(rules), "--json", *options)
        self.assertEqual(answer.status, 0, answer)
        return answer.json

    def test_with_check_the_exit_status_says_whether_it_passes(self):
        rules = self.rules("allow object=0001:00\nwarn object=10de:02\nallow object=10de:01 device=10de:*\n")
        for words, expected in (
                (("0001:00",), 0), (("10de:02",), 0), (("10de:03",), 1), (("1e98:00",), 1), (("10de:01",), 3),
                (("10de:01", "--device", "10de:2330"), 0), (("10de:01", "--device", "8086:0d93"), 1),
                (("10de:01", "--device", "10de"), 2), (("10de:03", "--permissive"), 0), (("--seq", "1"), 2)):
            with self.subTest(words=words):
                for form in ((), ("--json",)):
                    answer = tool.run("policy", "explain", *words, "--check", "--rules", rules, *form)
                    self.assertEqual((answer.status, bool(answer.output)), (expected, expected != 2), answer)
        self.assertEqual(tool.run("policy", "explain", "10de:01", "--rules", rules).status, 0)
        self.assertEqual(tool.run("policy", "explain", "0001:00", "--check", "--rules", self.rules("alow\n")).status, 2)
        self.assertEqual(tool.run("policy", "explain", "0001:00", "--check", "--rules", rules / "nowhere").status, 3)

    def test_container_login_serial_number_and_time_can_be_said(self):
        rules = ("set ours={00-00-00-00-00-00-12-34,none}\n"
                 "warn object=10de:* container=web1 loginuid=1000 serial=@ours until=2027-01-31 because \"a\"\n"
                 "deny object=10de:* because \"b\"\n")
        facts = ("--container", "web1", "--loginuid", "1000", "--serial", "00-00-00-00-00-00-12-34")
        self.assertEqual(self.ask(rules, "10de:01", *facts, "--at", "2027-01-30T23:59:59Z")["verdict"], "warn")
        late = self.ask(rules, "10de:01", *facts, "--at", "2027-01-31")
        self.assertEqual((late["verdict"], late["rule"]), ("deny", "50-test.rules:3"))
        self.assertIn("it is 2027-01-31T00:00:00.000000Z", str(late["candidates"]))
        unknown = self.ask(rules, "10de:01", *facts[2:], "--container", "unknown", "--at", "2027-01-30")
        self.assertIn("unknown container", unknown["reason"])
        for wrong in (("--container",), ("--contaner", "x"), ("--loginuid", "alice"), ("--class", "published"),
                      ("--serial", "12"), ("--at", "tomorrow"), ("--via", "tcp", "--container", "x")):
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
        self.assertEqual((answer["verdict"], answer["request"]), ("cannot tell", []))
        self.assertEqual(answer["reason"], "rule 50-test.rules:2 asks for spdm")

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
        for word in ("cdat", "1e98", "1e98:2", "1E98:2", ""):
            answer = tool.run("policy", "explain", word, "--rules", self.directory)
            self.assertEqual(answer.status, 2, answer)
