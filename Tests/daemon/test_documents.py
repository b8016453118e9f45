"""The programs that are printed in docs/ do what the pages say."""

import itertools
import re
import subprocess
import sys
import unittest

from support import doe, places, tool
from support.case import SharedDaemonCase


class Programs(SharedDaemonCase):
    def program(self, page, holds):
        """The one Python program on a page that has these words in it."""
        blocks = re.findall(r"^```python\n(.*?)^```", (places.ROOT / "docs" / page).read_text(), re.MULTILINE | re.DOTALL)
        found = [block for block in blocks if holds in block]
        self.assertEqual(len(found), 1, f"programs with {holds!r} in docs/{page}")
        file = self.directory / "program.py"
        file.write_text(found[0].replace("/run/doe-audit/control", self.daemon.control_socket))
        return file

    def run_program(self, file, *arguments, **options):
        run = subprocess.run(
            [sys.executable, str(file), *arguments], capture_output=True, text=True, timeout=60, **options)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def test_the_client_of_the_framing_page_asks_and_is_told_why(self):
        client = self.program("framing.md", "EXPLAIN")
        path = self.daemon.mailbox_socket("sim:cxl")
        self.assertIn("response: 01000000 03000000 01000001", self.run_program(client, path, "0001:00"))
        refused = self.run_program(client, path, "1e98:00")
        self.assertIn("response: none", refused)
        self.assertIn('"rule": "gatekeeper"', refused)

    def test_the_caller_of_the_control_page_gets_an_answer(self):
        caller = self.program("control.md", "sendall")
        self.assertIn('"taints"', self.run_program(caller, '{"method":"org.doeaudit.Control1.GetTaint"}'))

    def test_the_check_of_the_chain_finds_whole_what_is_whole(self):
        check = self.program("fields.md", "DOE_CHAIN")
        # Two: a change shows in the record after the one that was changed.
        for index in range(2):
            self.ask_once(self.daemon, doe.discovery(index))
        self.daemon.all_records()
        export = subprocess.run(
            ["journalctl", "--quiet", "--output=export", f"--directory={self.daemon.journal.log}",
             f"DOE_INSTANCE={self.daemon.instance}"], capture_output=True, check=True).stdout.decode()
        self.assertNotIn("DOES NOT FIT", self.run_program(check, input=export))
        changed = export.replace("DOE_CLIENT_UID=0", "DOE_CLIENT_UID=7", 1)
        run = subprocess.run([sys.executable, str(check)], input=changed, capture_output=True, text=True, timeout=60)
        self.assertIn("DOES NOT FIT", run.stdout)


class Commands(unittest.TestCase):
    """What the pages, the catalog and the programs' own messages tell people to type."""

    OF_THE_TOOL_ITSELF = {"--help", "--version"}

    def named(self, page):
        """(words of the command, option), as they stand on a line behind the tool's name."""
        for line in re.findall(r"\bdoe-audit ([^`'\"|#\n]*)", page.read_text()):
            words = tuple(itertools.takewhile(str.isalpha, line.split()))[:2]
            yield from ((words, option) for option in re.findall(r"(?:^| )(--[a-z][a-z-]*)", line))

    def taken(self, *words):
        """The options of a command, and of the one that it stands for where no other is named."""
        text = tool.run(*words, "--help").output
        options = set(re.findall(r"--[a-z][a-z-]*", text))
        default = re.search(r"^  ([a-z]+) \(default\)", text, re.MULTILINE)
        return options | self.taken(*words, default[1]) if default else options

    def test_each_option_stands_behind_a_command_that_takes_it(self):
        pages = [
            places.ROOT / "README.md", places.CATALOG, *places.ROOT.glob("docs/**/*.md"),
            *places.ROOT.glob("Sources/**/*.swift")]
        named = sorted({(words, option, page) for page in pages for words, option in self.named(page)})
        self.assertGreater(len(named), 50)
        taken = {(): self.OF_THE_TOOL_ITSELF}
        for words, option, page in named:
            if words not in taken:
                taken[words] = self.taken(*words)
            with self.subTest(page=str(page.relative_to(places.ROOT))):
                self.assertIn(option, taken[words], " ".join(("doe-audit", *words)))
