"""doe-audit doctor, and what the status says of the witness."""

import pathlib

from support import tool
from support.case import DaemonCase, SharedDaemonCase

NAME = "org.doeaudit.Control1"


class Doctor(SharedDaemonCase):
    options = ("--witness", "off")

    def test_a_witness_that_is_switched_off_is_told_everywhere(self):
        with self.daemon.control() as control:
            self.assertEqual(control.ask(f"{NAME}.GetSight"), {"roads": []})
        self.assertNotIn("sight", self.daemon.status())
        self.assertIn("off: what goes past the proxy is not seen", tool.run("status", daemon=self.daemon).output)
        answer = tool.run("doctor", daemon=self.daemon)
        self.assertEqual(answer.complaint, "")
        self.assertIn("off: what goes past the proxy is not seen", answer.output)
        self.assertEqual(answer.status, 0)

    def test_the_hosts_own_facts_are_there(self):
        answer = tool.run("doctor", "--json", daemon=self.daemon).json
        self.assertEqual(answer["witness"], "off")
        self.assertEqual(answer["proxy"], True)
        self.assertEqual(answer["kernel"], pathlib.Path("/proc/sys/kernel/osrelease").read_text().strip())
        self.assertIn(str(self.daemon.pid), answer["daemon"])
        self.assertEqual(answer["wrong"], [])
        try:
            tainted = int(pathlib.Path("/proc/sys/kernel/tainted").read_text())
        except OSError:
            self.assertTrue(any("taint" in line for line in answer["notLearned"]))
        else:
            self.assertEqual(answer["kernelTaint"], tainted)


class WithoutDaemon(DaemonCase):
    def test_what_can_be_said_is_said_and_the_rest_named(self):
        answer = tool.run("doctor", "--runtime-directory", self.directory)
        self.assertEqual(answer.status, 3)
        self.assertIn("? what the witness sees: ", answer.output)
        self.assertIn("kernel ", answer.output)
        self.assertIn("systemctl start doe-auditd", answer.complaint)
        found = tool.run("doctor", "--json", "--runtime-directory", self.directory)
        self.assertEqual((found.status, found.json["witness"]), (3, "unknown"))
