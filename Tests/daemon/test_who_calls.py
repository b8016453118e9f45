"""Who calls a method that changes something must be who connected, and must still be it: else nobody is named."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys

from support import processes, varlink
from support.case import DaemonCase

NAME = "org.doeaudit.Control1"
OTHER = 1001
PROGRAM = os.path.realpath(sys.executable)
LEASE = {"mailbox": "sim:cxl", "seconds": 60, "reason": "nobody's"}
CHANGES = {
    "ReloadPolicy": {}, "StartLease": LEASE, "EndLease": {"mailbox": "sim:cxl"}, "ReleaseSPDM": {"mailbox": "sim:cxl"},
    "AcknowledgeTaint": {"reason": "nobody's"}}

# Asks to change something over the connection that it was left, and prints what it is told.
GO_ON = """
import json, socket, sys
sys.path.insert(0, sys.argv[1])
from support import varlink
connection = varlink.Connection.__new__(varlink.Connection)
connection.socket, connection._pending = socket.socket(fileno=int(sys.argv[2])), b""
connection.socket.settimeout(30)
print(json.dumps(connection.call("org.doeaudit.Control1.ReloadPolicy")))
"""
# The same, after it has asked itself; then as the program in argv[3].
ASK_AND_EXEC = """
import os, sys
sys.path.insert(0, sys.argv[1])
from support import varlink
connection = varlink.Connection(sys.argv[2])
assert "policy" in connection.ask("org.doeaudit.Control1.ReloadPolicy")
os.set_inheritable(connection.socket.fileno(), True)
os.execv(sys.argv[3], ["python", "-c", sys.argv[4], sys.argv[1], str(connection.socket.fileno())])
"""


def over(descriptor):
    connection = varlink.Connection.__new__(varlink.Connection)
    connection.socket, connection._pending = socket.socket(fileno=descriptor), b""
    connection.socket.settimeout(30)
    return connection


class Callers(DaemonCase):
    def setUp(self):
        super().setUp()
        self.daemon = self.new_daemon().start()

    def assert_refused(self, answer):
        self.assertEqual(answer.get("error"), f"{NAME}.PermissionDenied", answer)
        self.assertIn("unknown", answer["parameters"]["problem"])
        self.assertIn("who connected", answer["parameters"]["problem"])

    def test_roots_connection_in_another_users_hands_changes_nothing_and_reads_as_ever(self):
        with self.daemon.control() as control:
            before = control.ask(f"{NAME}.ReloadPolicy")["policy"]["generation"]

            def call_everything():
                answers = {name: control.call(f"{NAME}.{name}", parameters) for name, parameters in CHANGES.items()}
                return answers, control.ask(f"{NAME}.GetStatus")["status"]["policy"]["generation"]
            _, (answers, generation) = processes.as_user(OTHER, call_everything)
            self.assertEqual(generation, before)
            for name, answer in answers.items():
                with self.subTest(method=name):
                    self.assert_refused(answer)
            # Who connected is served as before, and each call is looked at by itself.
            self.assertEqual(control.ask(f"{NAME}.ReloadPolicy")["policy"]["generation"], before + 1)
        refused = [record for record in self.daemon.all_records().values() if record["DOE_EVENT"] == "change-refused"]
        self.assertEqual({record["DOE_CLIENT_UID"] for record in refused}, {"unknown"})
        self.assertEqual(len(refused), len(CHANGES))

    def test_a_child_of_roots_is_not_its_parent(self):
        with self.daemon.control() as control:
            self.assert_refused(processes.as_user(0, lambda: control.call(f"{NAME}.ReloadPolicy"))[1])

    def test_a_call_of_two_senders_is_nobodys_whoever_began_it(self):
        message = varlink.message(f"{NAME}.ReloadPolicy")
        with self.daemon.control() as control:
            for ours_is_first in (True, False):
                with self.subTest(ours_is_first=ours_is_first):
                    if ours_is_first:
                        control.send(message[:9])
                    part = message[9:] if ours_is_first else message[:9]
                    processes.as_user(0, lambda: control.send(part))
                    if not ours_is_first:
                        control.send(message[9:])
                    self.assert_refused(control.receive())

    def test_a_connection_that_outlives_its_process_changes_nothing(self):
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)

        def connect_and_pass():
            with self.daemon.control() as control:
                answer = control.ask(f"{NAME}.ReloadPolicy")
                socket.send_fds(theirs, [b"x"], [control.socket.fileno()])
                return answer
        processes.as_user(0, connect_and_pass)
        theirs.close()
        with over(socket.recv_fds(ours, 1, 1)[1][0]) as control:
            self.assert_refused(control.call(f"{NAME}.ReloadPolicy"))
            self.assertIn("status", control.ask(f"{NAME}.GetStatus"))

    def test_a_program_that_takes_the_place_of_the_one_that_connected_changes_nothing(self):
        other = pathlib.Path(shutil.copy(PROGRAM, self.directory / "python"))
        here = os.path.dirname(os.path.abspath(__file__))
        for program, is_same in ((PROGRAM, True), (str(other), False)):
            with self.subTest(program=program):
                run = subprocess.run(
                    [PROGRAM, "-c", ASK_AND_EXEC, here, self.daemon.control_socket, program, GO_ON],
                    capture_output=True, text=True, env={**os.environ, "PYTHONHOME": sys.base_prefix})
                self.assertEqual(run.returncode, 0, run.stderr)
                answer = json.loads(run.stdout)
                if is_same:
                    self.assertIn("policy", answer["parameters"])
                else:
                    self.assert_refused(answer)
