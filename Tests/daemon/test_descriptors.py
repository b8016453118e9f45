"""Open files are limited: the daemon takes what it may have, says at its start what does not fit, and where there is none left
it refuses or waits, says so, does not spin, and goes on when there are some."""

import json
import os
import re
import resource
import subprocess
import time

from support import doe, processes, procfs, spdm, tool
from support.case import DaemonCase

NAME = "org.doeaudit.Control1"
SHORTAGE = re.compile(r"no more than (\d+) files can be open, and (\d+) may be needed \((.*)\): .*LimitNOFILE=.*, to \2 or more")


class AtTheStart(DaemonCase):
    def limits(self, daemon):
        return processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE)

    def with_limits(self, daemon, soft, hard):
        daemon.arguments = ["prlimit", f"--nofile={soft}:{hard}", *daemon.arguments]
        return daemon

    @procfs.needed
    def test_the_limit_is_raised_to_the_hard_one(self):
        daemon = self.with_limits(self.new_daemon(), 64, 9000).start()
        self.assertEqual(self.limits(daemon), (9000, 9000))
        self.assertEqual(daemon.said(), "")
        self.assertEqual(daemon.status()["attention"], [])

    def test_what_does_not_fit_is_said_with_numbers(self):
        daemon = self.with_limits(self.new_daemon(), 300, 300).start()
        said = SHORTAGE.search(daemon.said())
        self.assertTrue(said, daemon.said())
        self.assertEqual(int(said[1]), 300)
        parts = [int(part.split()[0]) for part in said[3].split(", ")]
        self.assertEqual(sum(parts), int(said[2]))
        for words in ("2 mailboxes", "their clients", "the control socket's clients", "files of the journal", "all else"):
            self.assertIn(words, said[3])
        self.assertIn(said[0], "\n".join(daemon.status()["attention"]))
        self.assert_serves(daemon)

    def test_more_clients_may_need_more(self):
        daemon = self.with_limits(
            self.new_daemon(options=("--connections-per-user", "1000", "--connections-of-users", "2000")), 9000, 9000).start()
        self.assertTrue(SHORTAGE.search(daemon.said()), daemon.said())

    def test_mailboxes_for_which_there_are_none_end_the_start_with_what_to_do(self):
        daemon = self.with_limits(self.new_daemon(simulate="vendor*64,cxl*64"), 100, 100)
        daemon.start(wait=False)
        self.assertEqual(daemon.process.wait(20), 3)
        self.assertTrue(SHORTAGE.search(daemon.said()), daemon.said())
        self.assertIn("128 mailboxes", daemon.said())
        self.assertRegex(daemon.said(), r"doe-auditd: cannot \w+ .*: Too many open files\ndoe-auditd:   raise the limit of open files: LimitNOFILE=")

    def test_a_journal_of_more_files_than_descriptors_takes_none_from_clients(self):
        journal = self.new_journal().start()
        daemon = self.new_daemon(journal=journal).start()
        with daemon.connect("sim:vendor") as connection:
            self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))
        daemon.all_records()
        self.assertEqual(daemon.terminate(), 0)
        file = sorted(journal.log.rglob("*.journal"))[0]
        copies = [file.parent / f"system@{number:032x}-0000000000000001-0000000000000001.journal" for number in range(200)]
        for copy in copies:
            subprocess.run(["cp", "--sparse=always", file, copy], check=True)
        daemon = self.with_limits(self.new_daemon(journal=journal), 256, 256).start()
        with daemon.connect("sim:vendor") as connection:
            self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))
        # Only what journald writes to is held open.
        processes.eventually(lambda: daemon.status()["trail"]["unconfirmed"] == 0, "the ring is empty")
        self.assertTrue(SHORTAGE.search(daemon.said()), daemon.said())
        self.assertLess(len(os.listdir(f"/proc/{daemon.pid}/fd")), 100)


class WhileItRuns(DaemonCase):
    def test_with_none_left_it_refuses_or_waits_and_goes_on_afterwards(self):
        journal = self.new_journal().start()
        daemon = self.new_daemon(journal=journal, environment={"WATCHDOG_USEC": "500000"}).start()
        connection = daemon.connect("sim:vendor")
        self.addCleanup(connection.close)
        control = daemon.control()
        self.addCleanup(control.close)
        self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))
        processes.eventually(lambda: daemon.status()["trail"]["unconfirmed"] == 0, "the journal has it all")
        soft, hard = processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE)
        processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE, (3, hard))
        used = processes.processor_seconds(daemon.pid)

        # The ledger is held open, so its letters want no descriptor; and compliance is refused in any case.
        self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))
        self.assertEqual(connection.exchange(doe.named(doe.COMPLIANCE)), b"")
        self.assertEqual(connection.explain()["rule"], "gatekeeper")
        control.send(json.dumps({"method": f"{NAME}.ReloadPolicy"}).encode() + b"\0")
        answer = control.receive()
        self.assertEqual(answer["error"], f"{NAME}.PolicyUnreadable", answer)
        self.assertIn("LimitNOFILE=", answer["parameters"]["remedy"])
        waiting = daemon.connect()
        self.addCleanup(waiting.close)
        waiting.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
        daemon.forget_notices()
        time.sleep(2)
        # Neither spinning nor taken for hanging.
        self.assertLess(processes.processor_seconds(daemon.pid) - used, 1)
        daemon.wait_for_notice("WATCHDOG=1")
        status = control.ask(f"{NAME}.GetStatus")["status"]
        attention = "\n".join(status["attention"])
        self.assertRegex(attention, r"connections had to wait, since none could be accepted, times: \d+; cannot accept .*LimitNOFILE=")
        self.assertEqual((status["taint"], status["unacknowledged"], status["ledger"]), ("VC", "VC", []))
        self.assertIn("unacknowledged C", (daemon.state / "taint").read_text())
        self.assertNotIn("see that the state directory is there", attention)
        # Nothing is wrong with rules that could not be read.
        self.assertNotIn("the rules are broken", attention)
        self.assertIn("the rules cannot be used", attention)
        self.assertRegex(daemon.said(), "connections had to wait.*times: 1; .*Too many open files")

        processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
        self.assertTrue(waiting.answer())
        self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))
        self.assertEqual(tool.run("policy", "reload", daemon=daemon).status, 0)
        self.assert_serves(daemon)
        daemon.all_records()
        self.assertEqual(daemon.terminate(), 0)
        verify = tool.run("report", "--verify", "--directory", journal.log, "--state-directory", daemon.state)
        self.assertEqual(verify.status, 0, verify)

    def test_a_journald_that_cannot_be_reached_for_want_of_them_is_not_to_be_started(self):
        journal = self.new_journal().start()
        daemon = self.new_daemon(journal=journal).start()
        connection = daemon.connect("sim:vendor")
        self.addCleanup(connection.close)
        control = daemon.control()
        self.addCleanup(control.close)
        self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))
        processes.eventually(lambda: daemon.status()["trail"]["unconfirmed"] == 0, "the journal has it all")
        soft, hard = processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE)
        processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE, (3, hard))
        # Its connection ends with that journald, and the next one needs a descriptor.
        journal.stop()
        journal.start()
        self.assertTrue(connection.exchange(doe.named(doe.ECHO, b"1234")))

        def told():
            sentences = control.ask(f"{NAME}.GetStatus")["status"]["attention"]
            return [sentence for sentence in sentences if "journald does not take records" in sentence]
        (sentence,) = processes.eventually(told, "that is told", 10)
        self.assertIn("LimitNOFILE=", sentence)
        self.assertNotIn("start systemd-journald", sentence)
        processes.daemons_limit(daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
        daemon.all_records()
