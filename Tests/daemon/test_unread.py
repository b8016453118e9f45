"""What is there and was not read is named by every reader of a journal, and nothing is called whole then."""

import json
import os
import re
import resource
import shutil
import struct
import subprocess

from support import doe, places, processes, tool
from support.case import DaemonCase
from support.processes import NOBODY


class Unread(DaemonCase):
    def setUp(self):
        super().setUp()
        self.journal = self.new_journal().start()
        self.daemon = self.new_daemon(journal=self.journal).start()
        with self.daemon.connect("sim:vendor") as connection:
            self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))
        self.daemon.all_records()
        self.assertEqual(self.daemon.terminate(), 0)
        self.journal.stop()
        # One place for all of them, and nobody writes there any more.
        self.folder = self.directory / "copy"
        self.folder.mkdir()
        for file in sorted(self.journal.log.rglob("*.journal")):
            subprocess.run(["cp", "--sparse=always", file, self.folder / file.name], check=True)
        self.files = sorted(self.folder.glob("*.journal"))

    def readers(self):
        """Each command that reads a journal, and where it tells what it has not read."""
        rules = ("--rules", str(places.ROOT / "rules"))
        folder = ("--directory", self.folder)
        return (
            ("report", *folder), ("report", *folder, "--json"), ("report", "--verify", *folder, "--accept-unanchored"),
            ("report", "--verify", *folder, "--accept-unanchored", "--json"), ("policy", "test", *rules, *folder),
            ("policy", "suggest", *rules, *folder), ("policy", "explain", "--seq", "999", *rules, *folder))

    def assert_named(self, name, reason):
        for command in self.readers():
            answer = tool.run(*command)
            self.assertEqual(answer.status, 3, (command, answer))
            text = answer.output + answer.complaint
            self.assertIn(name, text, (command, answer))
            self.assertIn(reason, text, (command, answer))
            self.assertNotIn("The trail is whole", text, (command, answer))

    def test_a_truncated_file_is_named_and_nothing_is_whole(self):
        self.assertEqual(tool.run("report", "--directory", self.folder).status, 0)
        broken = self.folder / "system@00000000000000000000000000000001-0000000000000001-0000000000000001.journal"
        shutil.copy(self.files[0], broken)
        for size, reason in ((4096, "truncated"), (0, "truncated or empty")):
            os.truncate(broken, size)
            self.assert_named(broken.name, reason)
        # All that there was.
        broken.unlink()
        for file in self.files:
            os.truncate(file, 4096)
        self.assert_named(self.files[0].name, "truncated")

    def test_a_file_that_lacks_its_unused_end_alone_is_readable_as_it_is_said(self):
        """As a machine leaves one that goes down while journald cuts it off."""
        (file,) = self.files
        content = file.read_bytes()
        header, arena, _, _, _, _, tail = struct.unpack_from("<7Q", content, 88)
        end = tail + struct.unpack_from("<Q", content, tail + 8)[0]
        self.assertLess(end, header + arena)
        os.truncate(file, end - 1)
        self.assert_named(file.name, "it is truncated or empty")
        file.write_bytes(content[:end])
        self.assert_named(file.name, "shorter than its header says")
        verify = ("report", "--verify", "--directory", self.folder, "--state-directory", self.daemon.state)
        remedy = re.search(r"'(truncate --size=(\d+))' makes it readable", tool.run(*verify).output)
        self.assertEqual(int(remedy[2]), header + arena)
        subprocess.run([*remedy[1].split(), file], check=True)
        self.assertEqual(tool.run(*verify).status, 0)

    def test_what_journald_has_put_aside_may_be_taken_away_where_nothing_is_missing_without_it(self):
        verify = ("report", "--verify", "--directory", self.folder, "--state-directory", self.daemon.state)
        self.assertEqual(tool.run(*verify).status, 0)
        aside = self.folder / "system@0005e0000000abcd-0123456789abcdef.journal~"
        shutil.copy(self.files[0], aside)
        os.truncate(aside, 4096)
        answer = tool.run(*verify)
        self.assertEqual(answer.status, 3, answer)
        self.assertIn("keep it elsewhere, out of the journal's directory, and the answer is that the trail is whole", answer.output)
        self.assert_named(aside.name, "truncated")
        # A whole one is read like the others.
        shutil.copy(self.files[0], aside)
        self.assertEqual(tool.run(*verify).status, 0)
        # All the records were in it.
        for file in self.files:
            file.unlink()
        os.truncate(aside, 4096)
        self.assertEqual(tool.run(*verify).status, 3)
        self.assertNotIn("keep it elsewhere", tool.run(*verify).output)

    def test_what_is_no_journal_or_of_a_newer_kind_is_named(self):
        odd = self.folder / "odd.journal"
        odd.write_bytes(b"no journal" * 1000)
        self.assert_named("odd.journal", "no journal file")
        content = bytearray(self.files[0].read_bytes())
        # The header's incompatible flags: some of the future.
        content[12:16] = (1 << 30).to_bytes(4, "little")
        odd.write_bytes(content)
        self.assert_named("odd.journal", "format that this libsystemd does not know")
        odd.unlink()
        os.mkfifo(odd)
        self.assert_named("odd.journal", "no regular file")

    def test_what_somebody_may_not_read_is_named(self):
        for file in self.files:
            file.chmod(0o640)
        _, answers = processes.as_user(NOBODY, lambda: [
            [answer.status, answer.output + answer.complaint]
            for answer in (tool.run(*command) for command in self.readers())])
        for command, (status, text) in zip(self.readers(), answers):
            self.assertEqual(status, 3, (command, text))
            self.assertIn(f"{self.files[0].name}: Permission denied" if "--json" not in command else "Permission denied", text)

    def test_more_files_than_descriptors_are_read_or_named(self):
        for number in range(150):
            shutil.copy(self.files[0], self.folder / f"system@{number:032x}-0000000000000001-0000000000000001.journal")

        def report(soft, hard):
            run = subprocess.run(
                tool.command("report", "--directory", self.folder, "--json"), capture_output=True, text=True, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)))
            return run.returncode, json.loads(run.stdout)
        status, answer = report(100, 4096)
        self.assertEqual((status, answer["unread"]), (0, []))
        status, answer = report(100, 264)
        self.assertEqual(status, 3)
        self.assertEqual(len(answer["unread"]), 150 + len(self.files) - 100)
        self.assertIn("raise the limit", answer["unread"][0]["reason"])
        # So says every other reader, and each reads what it can.
        for command in self.readers():
            run = subprocess.run(
                tool.command(*command), capture_output=True, text=True, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 264)))
            self.assertEqual(run.returncode, 3, (command, run))
            self.assertIn("more than 100 files cannot be open at a time: raise the limit", run.stdout + run.stderr, command)

    def test_too_few_descriptors_for_any_file_are_said_as_they_are(self):
        for hard in (20, 64):
            run = subprocess.run(
                tool.command("report", "--directory", self.folder), capture_output=True, text=True, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard)))
            self.assertEqual(run.returncode, 3, run)
            self.assertIn(f"with {hard} descriptors no file of a journal can be open", run.stdout)
            self.assertNotIn("-", run.stdout.partition("more than")[2].partition("files")[0])

    def test_a_link_to_nothing_is_named(self):
        (self.folder / "gone.journal").symlink_to("nowhere.journal")
        self.assert_named("gone.journal", "it is a link to a file that is not there")

    def test_however_many_were_not_read_each_is_named(self):
        names = [f"odd{number:02}.journal" for number in range(27)]
        for name in names:
            (self.folder / name).write_bytes(b"")
        for command in (("report",), ("report", "--verify", "--accept-unanchored")):
            output = tool.run(*command, "--directory", self.folder).output
            self.assertEqual([name for name in names if name not in output], [], command)

    def test_nothing_to_read_is_no_good_news(self):
        empty = self.directory / "empty"
        empty.mkdir()
        for source in (("--directory", empty), ("--file", "/dev/null"), ("--namespace", "nosuch")):
            for command in (("report",), ("report", "--verify", "--accept-unanchored")):
                answer = tool.run(*command, *source)
                self.assertEqual(answer.status, 3, (command, source, answer))
        answer = tool.run("report", "--verify", "--directory", self.folder, "--since", "2099-01-01", "--accept-unanchored")
        self.assertEqual(answer.status, 3)
        self.assertIn("there is no record of the time that was asked for", answer.output)
        # Records of another time only: a check that sees none must not be green.
        answer = tool.run("report", "--directory", self.folder, "--since", "2099-01-01 UTC")
        self.assertEqual(answer.status, 3)
        self.assertIn(f"Nothing is on record in the journal in {self.folder} since 2099-01-01 00:00:00 UTC", answer.output)
        for command in ("test", "suggest"):
            answer = tool.run(
                "policy", command, "--rules", places.ROOT / "rules", "--directory", self.folder, "--since", "2099-01-01 UTC")
            self.assertEqual((answer.status, answer.output), (3, ""), command)
            self.assertIn("since 2099-01-01 00:00:00 UTC", answer.complaint)
