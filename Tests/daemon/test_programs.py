"""Rules by program: what a path in them comes to on this host, the same to the rules, an explanation and a real client."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from support import tool
from support.case import DaemonCase

# One that the daemon's user can look at: an interpreter of somebody's own may lie where only he can.
PROGRAM = os.path.realpath("/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable)
PREFIX = "/usr" if PROGRAM.startswith("/usr/bin/") else sys.base_prefix
HERE = os.path.dirname(os.path.abspath(__file__))
ASK = ("import json, sys; sys.path.insert(0, sys.argv[1]); from support import doe, spdm\n"
       "with spdm.Connection(sys.argv[2]) as c: c.exchange(doe.discovery(0)); print(json.dumps(c.explain()))")
OPEN = "allow object=0001:00\n"


class Programs(DaemonCase):
    def setUp(self):
        super().setUp()
        # The folder of a new directory is reached without links, or nothing here would be known by its path.
        self.directory = pathlib.Path(os.path.realpath(self.directory))
        self.place = self.rules(OPEN)

    def write(self, text):
        (self.place / "50-test.rules").write_text(text)

    def linked(self):
        """A path by each kind of link, all to the program that runs these tests."""
        (self.directory / "app").symlink_to(os.path.dirname(PROGRAM))
        (self.directory / "alternative").symlink_to(PROGRAM)
        (self.directory / "chain").symlink_to("alternative")
        return [self.directory / "app" / os.path.basename(PROGRAM), self.directory / "alternative",
                self.directory / "chain"]

    def ask_by(self, program, daemon, *before):
        """(what the daemon says, its record) of a client that was started by a path."""
        run = subprocess.run(
            [*before, str(program), "-c", ASK, HERE, daemon.mailbox_socket("sim:cxl")], capture_output=True, text=True,
            check=False, env={**os.environ, "PYTHONHOME": PREFIX})
        self.assertEqual(run.returncode, 0, run.stderr)
        notice = json.loads(run.stdout)
        return notice, self.record_of(daemon, notice)

    def explain(self, program):
        return tool.run("policy", "explain", "0001:00", "--uid", 0, "--exe", program, "--rules", self.place, "--json")

    def test_a_deny_by_a_link_is_an_error_to_all_and_by_the_real_path_it_refuses_whoever_started_it_how(self):
        daemon = self.new_daemon(rules=self.place).start()
        for path in self.linked():
            with self.subTest(path=path):
                self.write(f'deny object=0001:00 uid=0 exe="{path}"\n{OPEN}')
                for answer in (
                        tool.run("policy", "check", "--rules", self.place), tool.run("policy", "reload", daemon=daemon)):
                    self.assertEqual(answer.status, 2, answer)
                    self.assertIn(f"50-test.rules:1:31: error: no program of this host can have the path '{path}'", answer.output)
                    self.assertIn(f"a deny must not miss what it names: write exe={PROGRAM}", answer.output)
                explained = self.explain(path)
                self.assertEqual((explained.status, explained.output), (2, ""))
                self.assertIn(f"the kernel calls it '{PROGRAM}'", explained.complaint)
                self.assertEqual(self.ask_by(path, daemon)[0]["verdict"], "allow", "the rules before are in force")

                self.write(f"deny object=0001:00 uid=0 exe={PROGRAM}\n{OPEN}")
                self.assertEqual(tool.run("policy", "reload", daemon=daemon).status, 0)
                notice, record = self.ask_by(path, daemon)
                self.assertEqual((notice["verdict"], notice["rule"]), ("deny", "50-test.rules:1"))
                self.assertEqual(record["DOE_CLIENT_EXE"], PROGRAM)
                said = self.explain(PROGRAM).json
                self.assertEqual((said["verdict"], said["rule"]), ("deny", "50-test.rules:1"))
                self.write(OPEN)
                self.assertEqual(tool.run("policy", "reload", daemon=daemon).status, 0)

    def test_a_daemon_that_starts_with_it_refuses_everything_and_says_why(self):
        path = self.linked()[0]
        self.write(f'deny object=0001:00 uid=0 exe="{path}"\n{OPEN}')
        daemon = self.new_daemon(rules=self.place).start()
        self.assertEqual(self.ask_by(PROGRAM, daemon)[0]["rule"], "default")
        self.assertIn(f"'{path}'", daemon.status()["policy"]["problem"])

    def test_an_allow_by_a_link_is_a_warning_and_lets_nobody_pass(self):
        daemon = self.new_daemon(rules=self.place).start()
        script = self.directory / "script"
        script.write_text(f"#!{PROGRAM}\n")
        script.chmod(0o755)
        for path, advice in [(path, f"write exe={PROGRAM}") for path in self.linked()] + [
                (script, "name the program that runs"), (self.directory, "name the program that runs")]:
            with self.subTest(path=path):
                self.write(f'allow object=0001:00 uid=0 exe="{path}"\n')
                checked = tool.run("policy", "check", "--rules", self.place)
                reloaded = tool.run("policy", "reload", daemon=daemon)
                for answer in (checked, reloaded):
                    self.assertEqual(answer.status, 0, answer)
                    self.assertIn(f"warning: no program of this host can have the path '{path}'", answer.output)
                    self.assertIn(": the rule never matches\n", answer.output)
                    self.assertIn(advice, answer.output)
                self.assertEqual(tool.run("policy", "check", "--lint", "--rules", self.place).status, 1)
                self.assertEqual(self.explain(path).status, 2)
                said = self.explain(PROGRAM).json
                notice, _ = self.ask_by(PROGRAM, daemon)
                self.assertEqual([said["verdict"], said["rule"]], [notice["verdict"], notice["rule"]])
                self.assertEqual(notice["verdict"], "deny")

    def test_a_name_that_is_a_link_here_does_not_count_in_another_mount_namespace(self):
        """There the kernel has a name without links for the very same file. It is no name of this host's."""
        (self.directory / "usr-bin").mkdir()
        shutil.copy(PROGRAM, self.directory / "usr-bin/python")
        (self.directory / "bin").symlink_to("usr-bin")
        beside = self.new_directory()
        script = ('mount --bind "$0/usr-bin" "$1" && mount -t tmpfs none "$0" && mkdir "$0/bin" && touch "$0/bin/python"'
                  ' && mount --bind "$1/python" "$0/bin/python" && shift && exec "$@"')
        daemon = self.new_daemon(rules=self.place).start()
        self.write(f'allow object=0001:00 exe="{self.directory}/bin/python"\nwarn object=0001:00\n')
        reloaded = tool.run("policy", "reload", daemon=daemon)
        self.assertIn(f"the kernel calls it '{self.directory}/usr-bin/python'", reloaded.output)
        elsewhere = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, str(self.directory), str(beside)]
        notice, record = self.ask_by(self.directory / "bin/python", daemon, *elsewhere)
        self.assertEqual(record["DOE_CLIENT_EXE"], "unknown")
        self.assertEqual((notice["verdict"], notice["rule"]), ("warn", "50-test.rules:2"))
        self.assertEqual(self.ask_by(self.directory / "bin/python", daemon)[1]["DOE_CLIENT_EXE"],
                         f"{self.directory}/usr-bin/python")

    def test_who_writes_both_paths_is_right_on_hosts_with_and_without_the_link(self):
        path = self.linked()[0]
        self.write(f'deny object=0001:00 exe={{{path},{PROGRAM}}}\n{OPEN}')
        checked = tool.run("policy", "check", "--rules", self.place)
        self.assertEqual((checked.status, checked.output), (0, "2 rules in 1 file, no errors\n"))
        daemon = self.new_daemon(rules=self.place).start()
        self.assertEqual(self.ask_by(path, daemon)[0]["verdict"], "deny")
