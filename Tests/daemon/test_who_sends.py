"""Who sends a frame must be who connected, and must still be it: else nobody is named, and a rule that needs to know denies."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading

from support import doe, processes, spdm
from support.case import DaemonCase

CONNECTOR, OTHER = 1000, 1001
FACTS = ("UID", "PID", "EXE", "UNIT", "LOGINUID", "SESSION", "CONTAINER", "PARENT")
PROGRAM = os.path.realpath(sys.executable)

# Asks over a connection that it did not make, and prints what it is told.
GO_ON = """
import json, os, socket, sys
sys.path.insert(0, sys.argv[1])
from support import doe, spdm
connection = spdm.Connection.__new__(spdm.Connection)
connection.socket = socket.socket(fileno=int(sys.argv[2]))
connection.socket.settimeout(30)
response = connection.exchange(doe.named(doe.COUNTER))
print(json.dumps([response.hex(), connection.explain()]))
"""
# The same, after it has asked itself; then as the program in argv[3].
ASK_AND_EXEC = """
import os, sys
sys.path.insert(0, sys.argv[1])
from support import doe, spdm
connection = spdm.Connection(sys.argv[2])
assert connection.exchange(doe.named(doe.COUNTER)), connection.explain()
os.set_inheritable(connection.socket.fileno(), True)
os.execv(sys.argv[3], ["python", "-c", sys.argv[4], sys.argv[1], str(connection.socket.fileno())])
"""
# Connects, asks, and has its first thread end; another one asks on, and over a new connection too.
ASK_WITHOUT_THE_FIRST_THREAD = """
import ctypes, json, os, sys, threading, time
sys.path.insert(0, sys.argv[1])
from support import doe, spdm
connection = spdm.Connection(sys.argv[2])
assert connection.exchange(doe.named(doe.COUNTER)), connection.explain()
def has_first_thread():
    try:
        return os.readlink("/proc/self/exe") != ""
    except FileNotFoundError:
        return False
def ask():
    while has_first_thread():
        time.sleep(0.01)
    try:
        answers = []
        for asked in (connection, spdm.Connection(sys.argv[2])):
            response = asked.exchange(doe.named(doe.COUNTER))
            answers.append([response.hex(), asked.explain()])
        print(json.dumps(answers), flush=True)
    finally:
        os._exit(0)
threading.Thread(target=ask).start()
ctypes.CDLL(None).pthread_exit(None)
"""


def over(descriptor):
    connection = spdm.Connection.__new__(spdm.Connection)
    connection.socket = socket.socket(fileno=descriptor)
    connection.socket.settimeout(30)
    return connection


class Senders(DaemonCase):
    """The vendor object's rule needs to know who asks; that of discovery does not."""

    def start(self, rule):
        rules = self.rules(f"allow object=0001:00\nallow class=vendor {rule}\n")
        self.daemon = self.new_daemon(rules=rules).start()
        return self.daemon

    def ask(self, connection, request=doe.named(doe.COUNTER)):
        response = connection.exchange(request)
        return response.hex(), connection.explain()

    def ask_in_child(self, connection, uid=0):
        return processes.as_user(uid, lambda: self.ask(connection))[1]

    def assert_allowed(self, answer):
        self.assertEqual((answer[0] != "", answer[1]["verdict"]), (True, "allow"), answer[1])
        return self.record_of(self.daemon, answer[1])

    def assert_nobody_is_named(self, answer):
        self.assertEqual((answer[0], answer[1]["verdict"]), ("", "deny"), answer[1])
        record = self.record_of(self.daemon, answer[1])
        self.assertEqual(
            {name: record.get(f"DOE_CLIENT_{name}") for name in FACTS}, dict.fromkeys(FACTS, "unknown"))
        return record

    def test_a_descriptor_that_was_passed_on_by_a_process_that_has_ended_names_nobody(self):
        self.start(f"uid={CONNECTOR}")
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)

        def connect_and_pass():
            with self.daemon.connect("sim:vendor") as connection:
                answer = self.ask(connection)
                socket.send_fds(theirs, [b"x"], [connection.socket.fileno()])
                return answer
        _, answer = processes.as_user(CONNECTOR, connect_and_pass)
        self.assertEqual(self.assert_allowed(answer)["DOE_CLIENT_UID"], str(CONNECTOR))
        theirs.close()
        with over(socket.recv_fds(ours, 1, 1)[1][0]) as connection:
            self.assert_nobody_is_named(self.ask_in_child(connection, OTHER))

    def test_a_child_that_sends_is_not_its_parent_and_the_parent_is_served_again(self):
        self.start("uid=0")
        with self.daemon.connect("sim:vendor") as connection:
            self.assert_allowed(self.ask(connection))
            self.assert_nobody_is_named(self.ask_in_child(connection))
            record = self.assert_allowed(self.ask(connection))
            self.assertEqual(record["DOE_CLIENT_PID"], str(os.getpid()))

    def test_a_frame_of_two_senders_is_nobodys_whoever_began_it(self):
        self.start("uid=0")
        request = spdm.frame(spdm.NORMAL, doe.named(doe.COUNTER))
        with self.daemon.connect("sim:vendor") as connection:
            self.assert_allowed(self.ask(connection))
            for ours_is_first in (True, False):
                with self.subTest(ours_is_first=ours_is_first):
                    if ours_is_first:
                        connection.send(request[:9])
                    part = request[9:] if ours_is_first else request[:9]
                    processes.as_user(0, lambda: connection.send(part))
                    if not ours_is_first:
                        connection.send(request[9:])
                    self.assert_nobody_is_named((connection.answer().hex(), connection.explain()))

    def test_what_needs_to_know_nobody_is_answered_to_whoever_sends(self):
        self.start("uid=0")
        with self.daemon.connect() as connection:
            self.ask(connection, doe.discovery(0))
            _, (response, notice) = processes.as_user(OTHER, lambda: self.ask(connection, doe.discovery(0)))
        self.assertTrue(response)
        self.assertEqual(self.record_of(self.daemon, notice)["DOE_CLIENT_UID"], "unknown")

    def test_a_program_that_takes_the_place_of_the_one_that_connected_is_not_taken_for_it(self):
        self.start(f"exe={PROGRAM}")
        other = pathlib.Path(shutil.copy(PROGRAM, self.directory / "python"))
        here = os.path.dirname(os.path.abspath(__file__))
        for program, is_same in ((PROGRAM, True), (str(other), False)):
            with self.subTest(program=program):
                run = subprocess.run(
                    [PROGRAM, "-c", ASK_AND_EXEC, here, self.daemon.mailbox_socket("sim:vendor"), program, GO_ON],
                    capture_output=True, text=True, env={**os.environ, "PYTHONHOME": sys.base_prefix})
                self.assertEqual(run.returncode, 0, run.stderr)
                answer = json.loads(run.stdout)
                if is_same:
                    self.assert_allowed(answer)
                else:
                    self.assert_nobody_is_named(answer)

    def test_every_thread_of_a_client_is_that_client(self):
        self.start(f"uid=0 exe={PROGRAM}")
        with self.daemon.connect("sim:vendor") as connection:
            self.assert_allowed(self.ask(connection))
            answers = []
            thread = threading.Thread(target=lambda: answers.append(self.ask(connection)))
            thread.start()
            thread.join()
            self.assertEqual(self.assert_allowed(answers[0])["DOE_CLIENT_PID"], str(os.getpid()))

    def test_a_client_whose_first_thread_has_ended_is_who_it_was_and_known_anew(self):
        self.start(f"uid=0 exe={PROGRAM}")
        here = os.path.dirname(os.path.abspath(__file__))
        run = subprocess.run(
            [PROGRAM, "-c", ASK_WITHOUT_THE_FIRST_THREAD, here, self.daemon.mailbox_socket("sim:vendor")],
            capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONHOME": sys.base_prefix})
        self.assertEqual(run.returncode, 0, run.stderr)
        own = processes.as_user(0, lambda: self.ask_once(self.daemon, doe.discovery(0))[1])[1]
        own = self.record_of(self.daemon, own)
        for answer in json.loads(run.stdout):
            record = self.assert_allowed(answer)
            for name in ("EXE", "UNIT", "CONTAINER", "LOGINUID"):
                self.assertEqual(record.get(f"DOE_CLIENT_{name}"), own.get(f"DOE_CLIENT_{name}"), name)
