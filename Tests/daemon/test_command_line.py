"""doe-audit and doe-auditd on the command line: exit status, JSON, help, and complaints that say what to do."""

import gzip
import os
import shutil
import subprocess

from support import doe, made_up, places, processes, tool
from support.case import DaemonCase, SharedDaemonCase
from support.processes import NOBODY

COMMANDS = [
    (), ("status",), ("mailboxes",), ("ide",), ("taint",), ("discover",), ("cdat",), ("exchange",), ("policy",),
    ("policy", "check"), ("policy", "show"), ("policy", "explain"), ("policy", "format"), ("policy", "test"),
    ("policy", "diff"), ("policy", "suggest"), ("policy", "reload"), ("report",), ("config",), ("config", "show")]


class Commands(SharedDaemonCase):
    def ask(self, *arguments):
        return tool.run(*arguments, daemon=self.daemon)

    def assert_json(self, answer, keys, status=0):
        self.assertEqual((answer.status, answer.complaint), (status, ""), answer)
        self.assertLessEqual(set(keys), answer.json.keys())
        return answer.json

    def test_status_in_both_forms(self):
        self.assert_json(self.ask("status", "--json"), ("version", "pid", "mode", "policy", "trail", "attention"))
        answer = self.ask("status")
        self.assertEqual(answer.status, 0)
        self.assertIn(f"pid {self.daemon.pid}", answer.output)
        self.assertIn("production", answer.output)

    def test_status_can_answer_by_its_exit_status(self):
        with_taint = self.ask("status", "--json")
        expected = 1 if with_taint.json["attention"] else 0
        for form in ((), ("--json",)):
            answer = self.ask("status", "--check", *form)
            self.assertEqual((answer.status, bool(answer.output)), (expected, True), answer)
        self.ask("exchange", "sim:cxl", "1e98:00", "--data", "00")
        self.assertTrue(self.ask("status", "--json").json["attention"])
        self.assertEqual(self.ask("status", "--check").status, 1)
        self.assertEqual(self.ask("status").status, 0)
        self.assertEqual(tool.run("status", "--check", "--runtime-directory", self.directory).status, 3)

    def test_without_a_command_the_status_is_shown(self):
        # Counters may move between two calls, the daemon does not.
        self.assertEqual(self.ask("--json").json["pid"], self.daemon.pid)

    def test_mailboxes_in_both_forms(self):
        answer = self.assert_json(self.ask("mailboxes", "--json"), ("mailboxes",))
        self.assertEqual([entry["name"] for entry in answer["mailboxes"]], ["sim:cxl", "sim:vendor"])
        lines = self.ask("mailboxes").output.splitlines()
        self.assertEqual((len(lines), lines[1].split()[:2]), (3, ["sim:cxl", "8086:0d93"]))

    def test_discover_in_both_forms(self):
        answer = self.assert_json(self.ask("discover", "sim:cxl", "--json"), ("mailbox", "source", "objects"))
        self.assertEqual(answer["source"], "device")
        self.assertEqual([entry["object"] for entry in answer["objects"]], ["0001:00", "1e98:00", "1e98:02"])
        self.assertIn("1e98:02  CXL Table Access (CDAT)", self.ask("discover", "sim:cxl").output)

    def test_cdat_in_both_forms_and_into_a_file(self):
        file = self.directory / "cdat"
        answer = self.assert_json(
            self.ask("cdat", "sim:cxl", "--json", "-o", file), ("mailbox", "source", "bytes", "revision", "structures"))
        table = file.read_bytes()
        self.assertEqual((len(table), sum(table) % 256), (answer["bytes"], 0))
        self.assertIn("DSMAS", self.ask("cdat", "sim:cxl").output)

    def test_exchange_in_both_forms(self):
        request = doe.named(doe.ECHO, bytes.fromhex("00112233"))
        arguments = ("exchange", "sim:vendor", doe.ECHO, "--data", "00 11:22 33")
        answer = self.assert_json(self.ask(*arguments, "--json"), ("response", "exchange"))
        self.assertEqual((answer["response"], answer["exchange"]["verdict"]), (request.hex(), "warn"))
        answer = self.ask(*arguments)
        self.assertEqual(answer.status, 0)
        self.assertIn("00 11 22 33", answer.output)
        self.assertIn("warning", answer.output)

    def test_a_refused_exchange_exits_with_1_and_says_by_whom_and_where_it_is_on_record(self):
        answer = self.ask("exchange", "sim:cxl", "1e98:00", "--data", "00")
        self.assertEqual((answer.status, answer.output), (1, ""))
        self.assertRegex(answer.complaint, r"refused.*1e98:00")
        self.assertRegex(answer.complaint, r"record \d+, rule gatekeeper")
        answer = self.assert_json(
            self.ask("exchange", "sim:cxl", "1e98:00", "--data", "00", "--json"), ("exchange",), status=1)
        self.assertIsNone(answer.get("response"))

    def test_a_refusal_names_the_command_that_explains_it(self):
        answer = self.ask("exchange", "sim:cxl", "1E98:00", "--data", "0x00")
        command = answer.complaint.strip().split("for more: doe-audit ")[1].split()
        number = answer.complaint.split("record ")[1].split(",")[0]
        self.assertEqual(command, ["policy", "explain", "--seq", number])
        self.daemon.all_records()
        explained = tool.run(
            *command, "--instance", self.daemon.instance, "--directory", self.daemon.journal.log, "--rules", places.RULES)
        self.assertEqual(explained.status, 0, explained)
        self.assertIn("1e98:00", explained.output)

    def test_an_object_and_data_are_taken_in_either_case(self):
        upper = self.ask("exchange", "sim:vendor", doe.ECHO.upper(), "--data", "0xAB CD", "--json")
        lower = self.ask("exchange", "sim:vendor", doe.ECHO, "--data", "abcd", "--json")
        self.assertEqual((upper.status, upper.json["response"]), (0, lower.json["response"]))

    def test_what_nobody_has_published_has_one_name(self):
        self.assertRegex(self.ask("discover", "sim:vendor").output, r"10de:01 +vendor-specific object")

    def test_a_word_that_is_no_command_is_named_with_the_nearest_one(self):
        for words, problem, advice in (
                (("statuss",), "no command 'statuss' of doe-audit", "did you mean 'status'?"),
                (("version",), "no command 'version' of doe-audit", "commands: status, mailboxes"),
                (("policy", "chek", "--lint"), "no command 'chek' of doe-audit policy", "did you mean 'check'?"),
                (("lease", "strat"), "no command 'strat' of doe-audit lease", "did you mean 'start'?"),
                (("--runtime-directory", "/x", "status"), "the option --runtime-directory stands before the command",
                 "doe-audit status --runtime-directory ...")):
            answer = tool.run(*words)
            self.assertEqual((answer.status, answer.output), (2, ""), words)
            self.assertTrue(answer.complaint.startswith(f"doe-audit: {problem}"), answer)
            self.assertIn(advice, answer.complaint)

    def test_config_alone_shows_it(self):
        self.assertEqual(self.ask("config", "--json").json, self.ask("config", "show", "--json").json)

    def test_the_running_kernels_release_is_a_version(self):
        for release in ("6.12.117+deb12-amd64", "6.12"):
            answer = tool.run("policy", "show", "--rules", places.RULES, "--kernel", release)
            self.assertEqual(answer.status, 0, answer)
            self.assertIn("6.12", answer.output)

    def test_a_file_with_another_form_is_named(self):
        file = self.directory / "50.rules"
        file.write_text("allow   uid=0\n")
        answer = tool.run("policy", "format", "--check", file)
        self.assertEqual((answer.status, answer.output), (1, f"{file}\n"))
        piped = subprocess.run(
            [str(places.TOOL), "policy", "format", "-"], input=file.read_text(), capture_output=True, text=True, check=False)
        self.assertEqual((piped.returncode, piped.stdout), (0, "allow uid=0\n"), piped)

    def test_standard_input_is_no_export_file(self):
        answer = tool.run("report", "--file", "-")
        self.assertEqual(answer.status, 2)
        self.assertIn("write it into a file", answer.complaint)

    def test_taint_in_both_forms(self):
        self.ask("exchange", "sim:cxl", "1e98:00", "--data", "00")
        self.assert_json(self.ask("taint", "--json"), ("since_boot", "unacknowledged", "taints"))
        self.assertIn("C  compliance mode through DOE was attempted", self.ask("taint").output)
        self.assertEqual(self.ask("taint", "--check").status, 1)

    def test_report_in_both_forms_names_what_was_refused(self):
        self.ask("exchange", "sim:cxl", "1e98:00", "--data", "00")
        self.daemon.all_records()
        journal = ("--directory", self.daemon.journal.log)
        # Other tests use this journal too, so only what must be there is looked for.
        answer = self.assert_json(
            tool.run("report", *journal, "--json"), ("attention", "counts", "exchanges", "gaps", "records", "taints"))
        self.assertIn("compliance", [finding["kind"] for finding in answer["attention"]])
        text = tool.run("report", *journal)
        self.assertEqual(text.status, 0)
        self.assertIn("1e98:00", text.output)

    def test_report_of_a_journal_without_records_could_not_be_done(self):
        for options in ((), ("--verify",)):
            answer = tool.run("report", "--directory", self.directory, "--json", *options)
            self.assertEqual((answer.status, answer.json["records"]), (3, 0))

    def test_report_of_an_export_file_finds_a_record_that_was_taken_out(self):
        self.ask_once(self.daemon, doe.discovery(0))
        last = max(self.daemon.all_records())
        file = self.daemon.journal.export(self.directory / "trail.export", f"DOE_INSTANCE={self.daemon.instance}")
        export = file.read_bytes()
        self.assertEqual(tool.run("report", "--file", file).status, 0)
        entries = export.split(b"\n\n")
        file.write_bytes(b"\n\n".join(entry for entry in entries if f"DOE_SEQ={last - 1}\n".encode() not in entry + b"\n"))
        answer = tool.run("report", "--file", file, "--json")
        self.assertEqual(
            (answer.status, [(gap["first"], gap["last"]) for gap in answer.json["gaps"]]), (1, [(last - 1, last - 1)]))
        file.write_bytes(export.replace(b"DOE_CLIENT_UID=0", b"DOE_CLIENT_UID=7", 1))
        answer = tool.run("report", "--file", file, "--json")
        self.assertEqual((answer.status, len(answer.json["chainBreaks"])), (1, 1))

    def test_no_colour_where_nobody_looks(self):
        self.ask("exchange", "sim:cxl", "1e98:00", "--data", "00")
        for arguments in (("status",), ("taint",), ("exchange", "sim:vendor", doe.ECHO), ("mailboxes",)):
            answer = self.ask(*arguments)
            self.assertNotIn("\x1b", answer.output + answer.complaint)
        self.assertNotIn("\x1b", tool.run("report", "--directory", self.daemon.journal.log).output)
        self.assertNotIn("\x1b", tool.run("policy", "explain", "1e98:00", "--rules", self.directory).output)

    def test_colour_where_somebody_looks_unless_it_is_not_wanted(self):
        self.ask("exchange", "sim:cxl", "1e98:00", "--data", "00")
        command = f"{places.TOOL} status --runtime-directory {self.daemon.runtime}"

        def on_a_terminal(**environment):
            variables = {**os.environ, "TERM": "xterm", **environment}
            return subprocess.run(
                ["script", "-qec", command, "/dev/null"], capture_output=True, text=True, env=variables, check=True).stdout
        if shutil.which("script") is None:
            self.skipTest("script(1) is missing: apt-get install bsdutils")
        self.assertIn("\x1b[", on_a_terminal())
        self.assertNotIn("\x1b[", on_a_terminal(NO_COLOR="1"))
        self.assertNotIn("\x1b[", on_a_terminal(TERM="dumb"))


class Complaints(SharedDaemonCase):
    def assert_complains(self, answer, status, *words):
        self.assertEqual((answer.status, answer.output), (status, ""), answer)
        self.assertRegex(answer.complaint, r"^doe-audit: [^A-Z]")
        for word in words:
            self.assertIn(word, answer.complaint)

    def test_a_mailbox_that_does_not_exist_could_not_be_done_and_what_to_do_is_said(self):
        for command in (("discover", "sim:nope"), ("cdat", "0000:ff:00.0@190"), ("exchange", "sim:nope", "0001:00")):
            answer = tool.run(*command, daemon=self.daemon)
            self.assert_complains(answer, 3, command[1], "doe-audit mailboxes")

    def test_what_is_no_name_of_a_mailbox_is_wrong_use(self):
        for name in ("", "nope", "../control", "sim:", "sim:../../x", "0000:0d:00.0", "0000:0d:00.0@19"):
            answer = tool.run("discover", name, daemon=self.daemon)
            self.assert_complains(answer, 2, "mailbox name", "0000:0d:00.0@190")

    def test_what_is_no_object_or_no_data_is_wrong_use(self):
        for arguments in (("cdat",), ("1e98:2",), ("0001:00", "--data", "xyz"), ("0001:00", "--data", "123")):
            self.assertEqual(tool.run("exchange", "sim:cxl", *arguments, daemon=self.daemon).status, 2)

    def test_wrong_use_exits_with_2_and_shows_the_usage(self):
        for arguments in (
            ("nonsense",), ("--nonsense",), ("discover",), ("status", "--jso"), ("report", "--directory", "/", "--file", "x"),
            ("report", "--since", "whenever"), ("policy", "explain"), ("policy", "explain", "0001:00", "--uid", "me")):
            answer = tool.run(*arguments)
            self.assertEqual((answer.status, answer.output), (2, ""), answer)
            self.assertRegex(answer.complaint, r"^doe-audit: [^A-Z][^\n]*\n  ")
            self.assertNotIn("Error:", answer.complaint)
            self.assertNotIn("Usage:", answer.complaint)
        daemon = subprocess.run([str(places.DAEMON), "--nonsense"], capture_output=True, text=True, check=False)
        self.assertEqual((daemon.returncode, daemon.stdout), (2, ""))
        self.assertRegex(daemon.stderr, r"^doe-auditd: unknown option '--nonsense'\ndoe-auditd:   usage: ")

    def test_without_a_daemon_every_command_that_needs_it_says_what_to_start(self):
        nowhere = ("--runtime-directory", self.directory)
        for command in (
            ("status",), ("mailboxes",), ("taint",), ("discover", "sim:cxl"), ("cdat", "sim:cxl"),
            ("exchange", "sim:cxl", "0001:00")):
            answer = tool.run(*command, *nowhere)
            self.assert_complains(answer, 3, "systemctl start doe-auditd")
            self.assertEqual(tool.run(*command, *nowhere, "--json").status, 3)

    def test_a_user_who_may_not_ask_is_told_who_may(self):
        answer = tool.run_as(NOBODY, "status", daemon=self.daemon)
        self.assertEqual(answer.status, 3)
        self.assertIn("group doe-audit", answer.complaint)

    def test_a_file_of_another_kind_is_named_with_what_makes_the_right_one(self):
        file = self.directory / "another"
        for content, problem, advice in (
                (gzip.compress(b"MESSAGE=x\n\n"), "is compressed", "unpack it"),
                (b"LPKSHHRH" + bytes(4096), "is a journal file", "--directory"),
                (b"__REALTIME_TIMESTAMP=1\r\nMESSAGE=x\r\n\r\n", "CR LF", "journalctl"),
                (b'{"MESSAGE":"x"}\n', "JSON", "journalctl"),
                (b"root:x:0:0:root:/root:/bin/sh\n", "is no file in the Journal Export Format", "journalctl")):
            file.write_bytes(content)
            for options in (("report",), ("report", "--verify"), ("policy", "suggest")):
                answer = tool.run(*options, "--file", file)
                self.assert_complains(answer, 3, problem)
                self.assertIn(advice, answer.complaint)

    def test_report_of_a_file_that_is_not_there_could_not_be_done(self):
        answer = tool.run("report", "--file", self.directory / "nowhere")
        self.assert_complains(answer, 3, "nowhere")


class WithoutADaemon(DaemonCase):
    def test_every_help_fits_a_screen_and_exits_with_0(self):
        for command in COMMANDS:
            for words in ([*command, "--help"], ["help", *command]):
                with self.subTest(command=words):
                    answer = tool.run(*words)
                    self.assertEqual((answer.status, answer.complaint), (0, ""))
                    lines = answer.output.splitlines()
                    self.assertLessEqual(len(lines), 40)
                    self.assertEqual([line for line in lines if len(line) > 100 and "USAGE" not in line], [])

    def test_both_programs_tell_the_same_version(self):
        daemon = subprocess.run([str(places.DAEMON), "--version"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(tool.run("--version").output, daemon)

    def test_mailboxes_are_found_in_a_made_up_tree_without_touching_them(self):
        root = made_up.make_tree(self.directory / "sys")
        made_up.make_tree(root, "10000:02:00.1")
        configs = list(root.rglob("config"))
        before = [config.read_bytes() for config in configs]
        answer = tool.run("mailboxes", "--scan", "--sysfs-root", root, "--json")
        self.assertEqual(answer.status, 0)
        self.assertEqual(
            [(entry["name"], entry["device"], entry["serial"]) for entry in answer.json["mailboxes"]],
            [(f"{address}@190", "8086:0d93", "00-00-00-00-00-00-12-34") for address in ("0000:01:00.0", "10000:02:00.1")])
        self.assertEqual([config.read_bytes() for config in configs], before)

    def test_what_the_kernel_knows_is_asked_of_the_kernel(self):
        root = made_up.make_tree(self.directory / "sys")
        features = root / "bus/pci/devices" / made_up.ADDRESS / "doe_features"
        features.mkdir()
        for name in ("doe_discovery", "1E98:02"):
            (features / name).touch()
        answer = tool.run("discover", made_up.MAILBOX, "--sysfs-root", root, "--json")
        self.assertEqual((answer.status, answer.json["source"]), (0, "kernel"))
        self.assertEqual([entry["object"] for entry in answer.json["objects"]], ["0001:00", "1e98:02"])
        answer = tool.run("cdat", made_up.MAILBOX, "--sysfs-root", root, "--from", "kernel")
        self.assertEqual(answer.status, 3)
        self.assertIn("--from device", answer.complaint)

    def test_a_cdat_with_a_wrong_checksum_is_shown_and_told(self):
        root = made_up.make_tree(self.directory / "sys")
        endpoint = root / "bus/cxl/devices/endpoint1"
        endpoint.mkdir(parents=True)
        (endpoint / "uport").symlink_to(root / "bus/pci/devices" / made_up.ADDRESS)
        # A header that says 24 bytes, revision 1, checksum 0; a DSIS.
        table = bytes([24, 0, 0, 0, 1, *[0] * 11, 3, 0, 8, 0, 1, 1, 0, 0])
        (endpoint / "CDAT").write_bytes(table)
        ask = ("cdat", made_up.MAILBOX, "--sysfs-root", root, "--from", "kernel")
        answer = tool.run(*ask)
        self.assertEqual(answer.status, 1)
        self.assertRegex(answer.output, r"DSIS[^\0]*checksum wrong; source: kernel")
        self.assertIn("checksum da, with which all bytes add up to 0", answer.complaint)
        answer = tool.run(*ask, "--json")
        self.assertEqual((answer.status, answer.json["checksum"]), (1, "wrong"))
        (endpoint / "CDAT").write_bytes(table[:5] + b"\xda" + table[6:])
        answer = tool.run(*ask, "--json")
        self.assertEqual((answer.status, answer.json["checksum"]), (0, "right"))


class DaemonsOwn(DaemonCase):
    def run_daemon(self, *arguments):
        return tool.Answer(subprocess.run(
            [str(places.DAEMON), *map(str, arguments)], capture_output=True, text=True, timeout=30, check=False))

    def places(self, name="x"):
        return ("--runtime-directory", self.directory / f"run{name}", "--state-directory", self.directory / f"state{name}")

    def test_wrong_use_exits_with_2(self):
        for arguments in (("--nonsense",), ("--frame-timeout", "0"), ("--frame-timeout", "never"), ("word",)):
            answer = self.run_daemon(*arguments)
            self.assertEqual((answer.status, answer.output), (2, ""), answer)
            self.assertTrue(answer.complaint)

    def test_a_simulated_function_that_is_not_known_is_named_with_those_that_are(self):
        answer = self.run_daemon("--simulate", "cxl,gpu", *self.places())
        self.assertEqual(answer.status, 2)
        self.assertIn("'gpu'", answer.complaint)
        self.assertIn("cxl, vendor", answer.complaint)

    def test_nothing_is_written_before_the_options_are_known_to_be_good(self):
        for arguments in (("--simulate", "cxl,gpu"), ("--simulate", "cxl", "--tcp", "sim:gpu=127.0.0.1:4711")):
            with self.subTest(arguments=arguments):
                answer = self.run_daemon(*arguments, *self.places())
                self.assertEqual(answer.status, 2, answer)
                self.assertEqual(list(self.directory.iterdir()), [])

    def test_a_number_of_simulated_functions_that_cannot_be_is_refused(self):
        for word in ("vendor*0", "vendor*65", "vendor*", "vendor*+2", "vendor*02", "vendor*2*2", "gpu*2", "spdm*2"):
            answer = self.run_daemon("--simulate", word, *self.places())
            self.assertEqual(answer.status, 2, word)
            self.assertIn(f"'{'gpu' if 'gpu' in word else 'spdm' if 'spdm' in word else word}'", answer.complaint)
            self.assertIn("MODEL*COUNT", answer.complaint)
        answer = self.run_daemon("--simulate", "vendor*2,cxl,vendor*1", *self.places())
        self.assertEqual(answer.status, 2)
        self.assertIn("sim:vendor-1 is named twice", answer.complaint)

    def test_a_directory_that_others_may_write_to_is_not_used(self):
        for kind in ("run", "state"):
            # Each with another one beside it: that is made before this one is refused.
            directory = self.directory / f"{kind}-{kind}"
            directory.mkdir()
            directory.chmod(0o777)
            answer = self.run_daemon("--simulate", "cxl", "--user", processes.DAEMON_USER, *self.places(f"-{kind}"))
            self.assertEqual(answer.status, 3)
            self.assertIn(str(directory), answer.complaint)
            self.assertIn("nobody else may write to it", answer.complaint)
            directory.rmdir()

    def test_a_runtime_directory_that_is_too_long_for_a_socket_is_named(self):
        answer = self.run_daemon("--simulate", "cxl", *self.places("x" * 120))
        self.assertEqual(answer.status, 2)
        self.assertIn("shorter", answer.complaint)

