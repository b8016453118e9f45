"""What changes something is root's alone, on the control socket."""

import os
import time

from support import processes, tool
from support.case import DaemonCase
from support.interface import Interface
from support.processes import NOBODY

NAME = "org.doeaudit.Control1"


class RootAlone(DaemonCase):
    """Who may connect may read; what changes something is root's."""

    def setUp(self):
        super().setUp()
        self.daemon = self.new_daemon().start()
        # As the package does for the group doe-audit.
        os.chown(self.daemon.control_socket, 0, NOBODY)

    def as_member(self, function):
        return processes.as_user(NOBODY, function)

    def ask(self, method):
        with self.daemon.control() as control:
            return control.call(f"{NAME}.{method}")

    def refusals(self):
        return [record for record in self.daemon.all_records().values() if record["DOE_EVENT"] == "change-refused"]

    def test_a_member_of_the_group_reads_and_does_not_change(self):
        self.assertIn("parameters", self.as_member(lambda: self.ask("GetStatus"))[1])
        pid, answer = self.as_member(lambda: self.ask("ReloadPolicy"))
        self.assertEqual(answer["error"], f"{NAME}.PermissionDenied")
        self.assertIn(str(NOBODY), answer["parameters"]["problem"])
        self.assertIn("sudo", answer["parameters"]["remedy"])
        self.assertEqual(self.daemon.status()["policy"]["generation"], 1)
        record, = processes.eventually(self.refusals, "the attempt is on record")
        self.assertEqual(
            {key: record.get(key) for key in (
                "PRIORITY", "DOE_CLIENT_UID", "DOE_CLIENT_PID", "DOE_VERDICT", "DOE_RULE", "DOE_STATUS", "DOE_COUNT")},
            {"PRIORITY": "3", "DOE_CLIENT_UID": str(NOBODY), "DOE_CLIENT_PID": str(pid), "DOE_VERDICT": "deny",
             "DOE_RULE": "control", "DOE_STATUS": "refused", "DOE_COUNT": "1"})
        self.assertIn(f"{NAME}.ReloadPolicy", record["MESSAGE"])
        self.assertIn("DOE_CLIENT_EXE", record)

    def test_whatever_is_not_called_get_or_list_is_roots_alone(self):
        with self.daemon.control() as control:
            text = control.ask("org.varlink.service.GetInterfaceDescription", {"interface": NAME})["description"]
        for method in Interface(text).methods:
            with self.subTest(method=method):
                error = self.as_member(lambda: self.ask(method))[1].get("error")
                self.assertEqual(error == f"{NAME}.PermissionDenied", not method.startswith(("Get", "List")))
                comment = text.partition(f"\nmethod {method}(")[0].rpartition("\n\n")[2]
                self.assertEqual("# Root only." in comment, not method.startswith(("Get", "List")))

    def test_the_tool_says_why(self):
        def run():
            answer = tool.run("policy", "reload", daemon=self.daemon)
            return [answer.status, answer.output, answer.complaint]

        status, output, complaint = self.as_member(run)[1]
        self.assertEqual((status, output), (3, ""))
        self.assertIn("only root may", complaint)
        self.assertIn("sudo", complaint)

    def test_a_flood_of_them_is_folded_and_counted(self):
        def flood():
            with self.daemon.control() as control:
                for _ in range(500):
                    self.assertIn("error", control.call(f"{NAME}.ReloadPolicy"))
                control.send(b'{"method":"' + f"{NAME}.ReloadPolicy".encode() + b'","oneway":true}\0')
                control.ask(f"{NAME}.GetStatus")

        started = time.monotonic()
        self.as_member(flood)
        self.assertEqual(self.daemon.terminate(), 0)
        most = self.most_records_since(started)
        self.daemon.start()
        counts = [int(record["DOE_COUNT"]) for record in self.refusals()]
        self.assertLessEqual(len(counts), most)
        self.assertEqual((counts[0], sum(counts)), (1, 501))

    def test_who_is_not_in_the_group_cannot_connect(self):
        os.chown(self.daemon.control_socket, 0, 0)
        status, _, complaint = self.as_member(lambda: list(vars(tool.run("status", daemon=self.daemon)).values()))[1]
        self.assertEqual(status, 3)
        self.assertIn("group doe-audit", complaint)
