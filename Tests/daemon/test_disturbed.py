"""The ring, or its shadow, is taken away from a daemon that uses it, or is written into: it is told within a second of the
next exchange, and put back; where it cannot be, exchanges are refused until it can."""

import os
import shutil

from support import doe, processes, tool
from support.case import DaemonCase


class Disturbed(DaemonCase):
    def setUp(self):
        super().setUp()
        self.journal = self.new_journal().start()
        self.daemon = self.new_daemon(journal=self.journal).start()
        self.ring = self.daemon.state / "ring"
        self.shadow = self.daemon.runtime / "ring-shadow"

    def exchange(self, count=1):
        with self.daemon.connect("sim:vendor") as connection:
            for number in range(count):
                self.assertTrue(connection.exchange(doe.named(doe.ECHO, number.to_bytes(4, "little"))))

    def told(self):
        records = self.daemon.all_records().values()
        return [record["MESSAGE"] for record in records if record.get("DOE_STATUS") == "ring-disturbed"]

    def attention(self):
        return "\n".join(self.daemon.status()["attention"])

    def test_whatever_is_done_to_it(self):
        deeds = {
            "removed or renamed": lambda path: path.unlink(),
            "replaced": lambda path: (shutil.copyfile(path, f"{path}.copy"), os.rename(f"{path}.copy", path)),
            "another size": lambda path: os.truncate(path, 0),
            "overwritten": self.zero}
        for path in (self.ring, self.shadow):
            for words, deed in deeds.items():
                self.exchange()
                self.daemon.all_records()
                before = len(self.told())
                deed(path)
                self.exchange()
                processes.eventually(lambda: len(self.told()) > before, f"{path}: {words} is told", 10)
                self.assertEqual(len(self.told()), before + 1)
                self.assertIn(words, self.told()[-1])
                self.assertIn(str(path), self.attention())
                self.assertTrue(path.stat().st_size > 1000)
        self.assertIn("L", self.daemon.status()["taint"])
        instance = self.daemon.instance
        self.exchange(2)
        before = len(self.told())
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(self.daemon.instance, instance)
        self.assertEqual(len(self.told()), before)
        answer = tool.run(
            "report", "--verify", "--json", "--directory", self.journal.log, "--state-directory", self.daemon.state)
        self.assertEqual((answer.status, answer.json["outcome"]), (1, "accounted"), answer.output)
        self.assertEqual((answer.json["unexplainedGaps"], answer.json["accountedGaps"]), ([], []))

    def zero(self, path):
        size = path.stat().st_size
        with open(path, "r+b") as file:
            file.write(bytes(size))

    def test_without_a_journald_as_well(self):
        self.exchange()
        self.daemon.all_records()
        self.journal.stop()
        self.exchange(2)
        self.ring.unlink()
        self.exchange(3)
        processes.eventually(lambda: self.ring.exists(), "the ring is there again", 10)
        self.daemon.kill()
        self.journal.start()
        self.daemon.start()
        self.assertEqual(len(self.told()), 1)

    def test_what_cannot_be_put_back_refuses(self):
        self.exchange()
        self.daemon.all_records()
        self.ring.unlink()
        (self.ring / "full").mkdir(parents=True)
        with self.daemon.connect("sim:vendor") as connection:
            processes.eventually(
                lambda: not connection.exchange(doe.named(doe.ECHO, b"1234")), "an exchange is refused", 10)
            notice = connection.explain()
        self.assertEqual(notice["rule"], "trail", notice)
        self.assertIn(str(self.ring), self.attention())
        self.assertIn("move away", self.attention())
        shutil.rmtree(self.ring)
        with self.daemon.connect("sim:vendor") as connection:
            processes.eventually(
                lambda: connection.exchange(doe.named(doe.ECHO, b"1234")), "an exchange passes", 10)
        self.assertEqual(len(self.told()), 1)

    def test_no_other_daemon_takes_the_place(self):
        self.ring.unlink()
        other = self.new_daemon(journal=self.journal)
        other.arguments[other.arguments.index("--state-directory") + 1] = str(self.daemon.state)
        other.start(wait=False)
        self.assertEqual(other.process.wait(20), 3)
        self.assertIn("another daemon uses the ring", other.said())
