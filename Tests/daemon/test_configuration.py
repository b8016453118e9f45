"""The configuration from outside: files, precedence, mistakes, and what `config show` tells of them."""

import os
import re
import subprocess

from support import places, tool
from support.case import DaemonCase

NAME = "org.doeaudit.Control1"


class ConfigurationCase(DaemonCase):
    def configure(self, text, drop_ins=None):
        """A directory with a configuration file, and drop-ins by their names."""
        directory = self.new_directory()
        (directory / "doe-auditd.toml").write_text(text)
        if drop_ins:
            (directory / "doe-auditd.toml.d").mkdir()
        for name, text in (drop_ins or {}).items():
            (directory / "doe-auditd.toml.d" / name).write_text(text)
        return directory

    def settings(self, answer):
        return {entry["name"]: entry for entry in answer["settings"]}


class InForce(ConfigurationCase):
    def test_the_daemon_takes_files_and_options_and_says_which(self):
        directory = self.configure(
            "# a comment\nframe-timeout = 20\nsysfs-root = '/nowhere'\n", {"50-site.toml": "\nframe-timeout = 30\n"})
        daemon = self.new_daemon(options=("--configuration", str(directory))).start()
        with daemon.control() as control:
            answer = control.ask(f"{NAME}.GetConfiguration")
        settings = self.settings(answer)
        drop_in = directory / "doe-auditd.toml.d/50-site.toml"
        self.assertEqual(
            settings["frame-timeout"],
            {"name": "frame-timeout", "value": "30", "default": "10", "source": "file", "file": str(drop_in), "line": 2})
        self.assertEqual((settings["sysfs-root"]["file"], settings["sysfs-root"]["line"]), (
            str(directory / "doe-auditd.toml"), 3))
        self.assertEqual(settings["simulate"]["source"], "command-line")
        self.assertEqual(settings["simulate"]["value"], '"cxl,vendor"')
        self.assertEqual(settings["doe_audit.enforce"]["value"], '"yes"')
        self.assertEqual(settings["doe_audit.mode"]["value"], '"production"')
        self.assertEqual(answer["files"], [str(directory / "doe-auditd.toml"), str(drop_in)])

        shown = tool.run("config", "show", "--json", daemon=daemon)
        self.assertEqual((shown.status, shown.complaint), (0, ""))
        self.assertEqual(shown.json, {"running": True, **answer})

        # The daemon's own values, whatever the files say by now; those that were set stand first.
        drop_in.write_text("frame-timeout = 40\n")
        lines = tool.run("config", "show", daemon=daemon).output.splitlines()
        rows = [line.split() for line in lines]
        self.assertIn(["frame-timeout", "30", f"{drop_in}:2"], rows)
        places_of = [index for index, row in enumerate(rows) if row and row[-1] == "default"]
        self.assertEqual(places_of, list(range(places_of[0], places_of[-1] + 1)))
        self.assertGreater(places_of[0], rows.index(["frame-timeout", "30", f"{drop_in}:2"]))

    def test_a_key_of_a_file_does_what_its_option_does(self):
        directory = self.configure("simulate = 'vendor'\n")
        daemon = self.new_daemon(simulate=None, options=("--configuration", str(directory))).start()
        self.assert_serves(daemon, "sim:vendor")
        self.assertEqual(daemon.status()["mailboxes"], 1)

    def test_the_command_line_wins_over_the_files(self):
        directory = self.configure("simulate = 'vendor'\n")
        daemon = self.new_daemon(simulate="cxl", options=("--configuration", str(directory))).start()
        self.assert_serves(daemon, "sim:cxl")
        self.assertEqual(daemon.status()["mailboxes"], 1)

    def test_every_option_of_the_daemon_is_told_and_every_key_is_an_option(self):
        text = subprocess.run([str(places.DAEMON), "--help"], capture_output=True, text=True, check=True).stdout
        options = set(re.findall(r"^  --(?!no-)([a-z-]+)", text, re.MULTILINE)) - {"configuration", "version"}
        shown = tool.run("config", "show", "--json", "--configuration", self.configure(""))
        keys = {entry["name"] for entry in shown.json["settings"]} - {"doe_audit.enforce", "doe_audit.mode"}
        self.assertEqual(options, keys)


class Modes(ConfigurationCase):
    def test_the_configuration_alone_makes_no_bring_up_host(self):
        directory = self.configure("mode = 'bring-up'\n")
        daemon = self.new_daemon(options=("--configuration", str(directory))).start()
        status = daemon.status()
        self.assertEqual(status["mode"], "production")
        self.assertIn("the kernel command line does not", status["mode_reason"])
        self.assertIn("production (the configuration asks", tool.run("status", daemon=daemon).output)
        self.assert_serves(daemon, "sim:cxl")

    def test_a_mode_that_does_not_exist_is_a_mistake(self):
        shown = tool.run("config", "show", "--configuration", self.configure("mode = 'lab'\n"))
        self.assertEqual(shown.status, 2)
        self.assertIn('mode takes production or bring-up, not "lab"', shown.complaint)


class WithoutADaemon(ConfigurationCase):
    def show(self, directory, *more):
        return tool.run("config", "show", "--configuration", directory, *more)

    def test_the_files_are_read_and_the_answer_says_that_nobody_was_asked(self):
        directory = self.configure("frame-timeout = 20\n")
        answer = self.show(directory, "--json")
        self.assertEqual((answer.status, answer.complaint), (0, ""))
        self.assertFalse(answer.json["running"])
        self.assertEqual(self.settings(answer.json)["frame-timeout"]["line"], 1)
        text = self.show(directory)
        self.assertEqual(text.status, 0)
        self.assertIn("No daemon was asked", text.output)
        self.assertLessEqual(len(text.output.splitlines()), 40)

    def test_without_any_file_the_defaults_are_shown(self):
        answer = tool.run("config", "show", "--runtime-directory", self.directory, "--json")
        self.assertEqual(answer.status, 0)
        self.assertFalse(answer.json["running"])
        self.assertEqual(self.settings(answer.json)["frame-timeout"]["default"], "10")

    def test_mistakes_are_shown_as_the_daemon_would_tell_them(self):
        directory = self.configure("frame-timout = 20\n\nsimulate = 5\n")
        answer = self.show(directory)
        self.assertEqual((answer.status, answer.output), (2, ""))
        self.assertIn(f"{directory}/doe-auditd.toml:1: there is no key 'frame-timout'", answer.complaint)
        self.assertIn(f"{directory}/doe-auditd.toml:3: simulate takes a text", answer.complaint)

    def test_the_example_in_docs_is_read_and_sets_nothing(self):
        example = (places.ROOT / "docs/doe-auditd.example.toml").read_text()
        answer = self.show(self.configure(example), "--json")
        self.assertEqual({entry["source"] for entry in answer.json["settings"]}, {"default"})
        self.assertEqual(len(answer.json["files"]), 1)


class Mistakes(ConfigurationCase):
    def start(self, directory, *options):
        """Options first that would fail later, and otherwise: the configuration is read before anything is touched."""
        run = subprocess.run(
            [str(places.DAEMON), "--configuration", str(directory), "--state-directory", str(self.directory / "state"),
             "--runtime-directory", str(self.directory / "run"), *options],
            capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(run.stdout, "")
        self.assertFalse((self.directory / "state").exists(), "it went on")
        return run.returncode, run.stderr.splitlines()

    def test_every_mistake_stops_the_start_with_2_and_has_a_line_of_its_own(self):
        directory = self.configure("frame-timout = 20\n\n[limits]\n", {"a.toml": "frame-timeout = 0\n", "b.toml": "\nx"})
        status, lines = self.start(directory, "--frame-timeout", "never")
        main, drop_ins = directory / "doe-auditd.toml", directory / "doe-auditd.toml.d"
        self.assertEqual(status, 2)
        self.assertEqual(lines[:3], [
            f"doe-auditd: {main}:1: there is no key 'frame-timout'; did you mean 'frame-timeout'?",
            f"doe-auditd: {main}:3: there is no key 'limits'; keys stand at the top level, without [tables] and dots",
            f"doe-auditd: {drop_ins}/a.toml:1: frame-timeout takes a whole number from 1 to 3600, not 0"])
        self.assertTrue(lines[3].startswith(f"doe-auditd: {drop_ins}/b.toml:2: "), lines)
        self.assertEqual(
            lines[4:], ["doe-auditd: --frame-timeout takes a whole number from 1 to 3600, not 'never'"])

    def test_files_that_others_may_write_to_are_not_believed(self):
        directory = self.configure("")
        (directory / "doe-auditd.toml").chmod(0o666)
        status, lines = self.start(directory)
        self.assertEqual(status, 2)
        self.assertIn("doe-auditd.toml can be written by everybody; run 'chmod go-w", lines[0])

    def test_files_of_another_user_are_not_believed(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, to give a file away")
        directory = self.configure("")
        os.chown(directory / "doe-auditd.toml", 65534, 0)
        status, lines = self.start(directory)
        self.assertEqual(status, 2)
        self.assertIn("belongs to uid 65534", lines[0])

    def test_a_directory_that_is_not_there_is_named(self):
        status, lines = self.start(self.directory / "nowhere")
        self.assertEqual(status, 2)
        self.assertIn("nowhere", lines[0])

    def test_config_show_refuses_what_the_daemon_refuses_in_the_same_words(self):
        long = "/" + "x" * 110
        for number, text in enumerate((
                "frame-timout = 20", "frame-timeout = 0", "x", "[limits]", "mode = 'lab'", "rules = ''", "tcp = 'sim:cxl'",
                "simulate = 5", "simulate = 'gpu'", "simulate = 'cxl, vendor'", "simulate = 'vendor*65'", "simulate = 'cxl,cxl'",
                "simulate = 'spdm=nowhere'", "tcp = ['sim:cxl=0.0.0.0:2323']", "tcp = ['sim:cxl=127.0.0.1:99999']",
                "tcp = ['sim:cxl=127.0.0.1:1', 'sim:cxl=127.0.0.1:2', 'x']", "tcp = ['\\u001b=127.0.0.1:1']",
                "tcp = ['sim:cxl=127.0.0.1:1']", "simulate = 'vendor'\ntcp = ['sim:cxl=127.0.0.1:1']",
                "remote = ['e=localhost:2323']", "remote = ['e=[::1]:2323', 'bad name=127.0.0.1:1']",
                "remote = ['e=/x', 'e=/y']", "proxy = false\ntcp = ['sim:cxl=127.0.0.1:1']\nremote = ['e=/x']",
                "remote = ['e=/run/doe-audit/mailbox/sim:cxl.sock']\nruntime-directory = '/run/doe-audit'",
                "simulate = 'cxl'\nremote = ['e=0.0.0.0:7']\ntcp = ['sim:cxl=127.0.0.1:7']", f"runtime-directory = '{long}'")):
            with self.subTest(text=text):
                directory = self.configure(text)
                shown = self.complaint_of(
                    [str(places.TOOL), "config", "show", "--configuration", str(directory)], "doe-audit: ")
                run = self.complaint_of(
                    [str(places.DAEMON), "--configuration", str(directory), "--state-directory", f"{self.directory}/{number}"],
                    "doe-auditd: ")
                self.assertEqual(shown, run)
                self.assertTrue(all(line.startswith(f"{directory}/doe-auditd.toml:") for line in run), run)
                self.assertFalse((self.directory / str(number)).exists(), "it went on")

    def complaint_of(self, command, name):
        """The lines of one that refuses, without its name."""
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual((run.returncode, run.stdout), (2, ""), run)
        return [line.removeprefix(name) for line in run.stderr.splitlines()]

    def test_a_mistake_that_shows_late_names_its_line_too(self):
        directory = self.configure("\nsimulate = 'cxl,gpu'\n")
        daemon = self.new_daemon(simulate=None, options=("--configuration", str(directory)))
        daemon.start(wait=False)
        self.assertEqual(daemon.process.wait(timeout=20), 2)
        self.assertIn(f"{directory}/doe-auditd.toml:2: simulate: there is no simulated function 'gpu'", daemon.said())
        self.assertIn("cxl, vendor", daemon.said())


class KernelCommandLine(ConfigurationCase):
    def show_with(self, mounted):
        """What `config show` says where this file is mounted over /proc/cmdline, in a mount namespace of its own."""
        run = subprocess.run(
            ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /proc/cmdline && exec "$@"', str(mounted),
             str(places.TOOL), "config", "show", "--json", "--configuration", str(self.configure(""))],
            capture_output=True, text=True, timeout=30, check=False)
        if run.stderr.startswith(("unshare:", "mount:")):
            self.skipTest(f"no mount namespace can be made here: {run.stderr}")
        return tool.Answer(run).json

    def test_a_file_that_is_mounted_over_it_is_not_believed(self):
        fake = self.directory / "cmdline"
        fake.write_text("doe_audit.enforce=off doe_audit.mode=bring-up\n")
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        # The last is procfs's own, and still not this file.
        for mounted in (fake, pipe, "/proc/version"):
            with self.subTest(mounted=mounted):
                answer = self.show_with(mounted)
                self.assertEqual(self.settings(answer)["doe_audit.enforce"]["value"], '"yes"')
                self.assertEqual(self.settings(answer)["doe_audit.mode"]["value"], '"production"')
                self.assertEqual(len(answer["complaints"]), 1)
                self.assertIn("findmnt", answer["complaints"][0])
