"""Whoever wants the daemon to serve nobody else: others are served all the same.

What is looked at is whether they are, and how much the attacker got of it, never how long it takes: a time-out here
stands for "never"."""

import time

from support import attacks, doe, processes, varlink
from support.case import DaemonCase
from support.processes import NOBODY

NEIGHBOUR = 65533
NEVER = 20
"""Seconds: who has no answer by then is not served."""


class ControlSocket(DaemonCase):
    def setUp(self):
        super().setUp()
        self.daemon = self.new_daemon().start()
        attacks.open_control_socket(self.daemon, NOBODY)

    def assert_others_are_served(self):
        """A client of a mailbox, and root on the control socket."""
        def ask():
            with self.daemon.connect() as client:
                client.socket.settimeout(NEVER)
                return sum(client.exchange(doe.discovery(0)) != b"" for _ in range(50))
        self.assertEqual(processes.as_user(NEIGHBOUR, ask)[1], 50)
        with self.daemon.control() as control:
            control.socket.settimeout(NEVER)
            self.assertEqual(control.ask(f"{attacks.CONTROL}.GetStatus")["status"]["pid"], self.daemon.pid)

    def attack(self, data, connections=4):
        body = attacks.send_again_and_again(self.daemon.control_socket, data, connections)
        return attacks.Attack(NOBODY, body)

    def test_calls_whose_parameters_stand_in_one_another_hold_up_nobody(self):
        for kibibytes in (6, 200):
            with self.subTest(kibibytes=kibibytes), self.attack(attacks.nested_json(kibibytes)):
                self.assert_others_are_served()

    def test_names_of_combining_characters_hold_up_nobody(self):
        for kibibytes in (7, 320):
            with self.subTest(kibibytes=kibibytes), self.attack(attacks.combining_characters(kibibytes)):
                self.assert_others_are_served()

    def test_calls_in_a_row_cost_their_user_what_frames_do(self):
        calls = varlink.message(f"{attacks.CONTROL}.GetStatus") * 3000

        def ask():
            with self.daemon.control() as control:
                control.socket.settimeout(NEVER)
                begin = time.monotonic()
                control.socket.setblocking(False)
                sent = answered = 0
                while time.monotonic() - begin < 2:
                    for step in (lambda: control.socket.send(calls[sent:]), lambda: control.socket.recv(1 << 16)):
                        try:
                            result = step()
                        except BlockingIOError:
                            continue
                        if isinstance(result, bytes):
                            answered += result.count(b"\0")
                        else:
                            sent += result
                return answered, time.monotonic() - begin
        answered, seconds = processes.as_user(NOBODY, ask)[1]
        self.assertGreater(answered, 0)
        self.assertLessEqual(answered, 500 + 100 * seconds + 1)
        self.assert_others_are_served()
