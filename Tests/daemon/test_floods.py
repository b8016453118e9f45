"""Whoever wants the daemon to serve nobody else: others are served all the same.

What is looked at is whether they are, and how much the attacker got of it, never how long it takes: a time-out here
stands for "never"."""

import contextlib
import os
import pathlib
import signal
import socket
import time
import unittest

from support import attacks, doe, processes, procfs, slow_file, spdm, tool, varlink
from support.case import DaemonCase
from support.processes import NOBODY

NEIGHBOUR = 65533
NEVER = 20
"""Seconds: who has no answer by then is not served."""


class FloodCase(DaemonCase):
    def setUp(self):
        super().setUp()
        self.daemon = self.new_daemon().start()

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


class ControlSocket(FloodCase):
    def setUp(self):
        super().setUp()
        attacks.open_control_socket(self.daemon, NOBODY)

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

    def test_calls_in_a_row_on_as_many_connections_as_he_gets_hold_up_nobody(self):
        with self.attack(attacks.CALLS_IN_A_ROW, attacks.CONNECTIONS) as attack:
            for _ in range(5):
                self.assert_others_are_served()
            self.assertFalse(attack.has_ended)

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


@unittest.skipIf(slow_file.missing(), f"NOT RUN: a client on a stalled file system needs /dev/fuse: {slow_file.missing()}")
class StalledPrograms(FloodCase):
    def client(self, path, count, frame):
        client = attacks.ClientOnAStalledFileSystem(self.directory / "fuse", NOBODY, path, count, frame)
        self.addCleanup(client.close)
        return client

    def test_a_client_whose_program_lies_on_a_stalled_file_system_holds_up_nobody_and_is_nobody_known(self):
        frame = spdm.frame(spdm.NORMAL, doe.discovery(0))
        client = self.client(self.daemon.mailbox_socket("sim:cxl"), 16, frame)
        self.assertEqual(client.connect(), 16)
        self.assert_others_are_served()
        # He is served too, by rules that do not ask for his program; and the record does not guess.
        for _ in range(16):
            self.assertGreater(client.answer(), 12)
        records = [record for record in self.daemon.all_records().values() if record.get("DOE_CLIENT_UID") == str(NOBODY)]
        self.assertEqual({record["DOE_CLIENT_EXE"] for record in records}, {"unknown"})
        self.assertFalse([line for line in self.daemon.status()["attention"] if "hang" in line])

    def test_the_control_socket_asks_no_file_system_either(self):
        attacks.open_control_socket(self.daemon, NOBODY)
        client = self.client(self.daemon.control_socket, 8, varlink.message(f"{attacks.CONTROL}.GetStatus"))
        self.assertEqual(client.connect(), 8)
        self.assert_others_are_served()
        for _ in range(8):
            self.assertGreater(client.answer(), 100)


@unittest.skipIf(slow_file.missing(), f"NOT RUN: all attacks at once need /dev/fuse: {slow_file.missing()}")
class AllAtOnce(FloodCase):
    """One user and all that he can think of, beside root's connections that say nothing."""

    def test_everybody_else_is_served(self):
        attacks.open_control_socket(self.daemon, NOBODY)
        mailbox, control = self.daemon.mailbox_socket("sim:cxl"), self.daemon.control_socket
        client = attacks.ComesAgain(
            self.directory / "fuse", NOBODY, mailbox, attacks.CONNECTIONS, spdm.frame(spdm.NORMAL, doe.discovery(0)))
        self.addCleanup(client.close)
        calls = (attacks.nested_json(200), attacks.combining_characters(320), attacks.CALLS_IN_A_ROW)
        made = attacks.Count()
        bodies = [
            *(attacks.send_again_and_again(control, call, attacks.CONNECTIONS) for call in calls),
            attacks.send_again_and_again(mailbox, attacks.FRAMES_IN_A_ROW, attacks.CONNECTIONS),
            attacks.connect_again_and_again(mailbox, made)]
        with contextlib.ExitStack() as stack:
            stack.enter_context(attacks.idle_connections(mailbox, control))
            client.connect()
            running = [client, *(stack.enter_context(attacks.Attack(NOBODY, body)) for body in bodies)]
            while made.value < attacks.CONNECTS_A_SECOND:
                self.assert_others_are_served()
                self.assertFalse([attack for attack in running if attack.has_ended])


class Connections(FloodCase):
    def test_who_comes_and_goes_a_thousand_times_a_second_keeps_out_nobody_else(self):
        """He has his places, and asks for nothing."""
        made = attacks.Count()
        body = attacks.connect_again_and_again(self.daemon.mailbox_socket("sim:cxl"), made)
        with attacks.Attack(NOBODY, body) as attack:
            while made.value < 3 * attacks.CONNECTS_A_SECOND:
                self.assert_others_are_served()
                self.assertFalse(attack.has_ended)
        processes.eventually(
            lambda: len(os.listdir(f"/proc/{self.daemon.pid}/fd")) < 64, "none is kept whose client has gone", NEVER)

    def test_a_burst_of_connections_finds_room_in_the_queue(self):
        """As many as the kernel lets wait, while the daemon does not come to take them."""
        count = min(1000, int(pathlib.Path("/proc/sys/net/core/somaxconn").read_text()))

        def connect():
            taken = 0
            held = []
            for _ in range(count):
                client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                client.setblocking(False)
                try:
                    client.connect(self.daemon.mailbox_socket("sim:cxl"))
                    taken += 1
                except BlockingIOError:
                    pass
                held.append(client)
            return taken
        os.kill(self.daemon.pid, signal.SIGSTOP)
        try:
            taken = processes.as_user(NOBODY, connect)[1]
        finally:
            os.kill(self.daemon.pid, signal.SIGCONT)
        self.assertEqual(taken, count)
        self.assert_others_are_served()

    def test_idle_connections_of_root_keep_root_neither_from_the_status_nor_others_from_mailboxes(self):
        for path in (self.daemon.mailbox_socket("sim:cxl"), self.daemon.control_socket):
            with self.subTest(path=path), attacks.idle_connections(path):
                for _ in range(3):
                    answer = tool.run("status", daemon=self.daemon)
                    self.assertEqual(answer.status, 0, answer.complaint)
                self.assert_others_are_served()

    def test_who_finds_no_place_on_the_control_socket_is_told_so(self):
        """Places are taken by calls that are under way, which nobody may end."""
        call = varlink.message(f"{attacks.CONTROL}.GetStatus")
        attacks.open_control_socket(self.daemon, NOBODY)

        def ask():
            held = [self.daemon.control() for _ in range(16)]
            for control in held:
                # Answers that nobody takes: the connection is not idle.
                control.socket.setblocking(False)
                sent = 0
                try:
                    while sent < 1 << 20:
                        sent += control.socket.send(call * 100)
                except BlockingIOError:
                    pass
            for control in held:
                control.socket.settimeout(NEVER)
                control.socket.recv(1, socket.MSG_PEEK)
            return [self.daemon.control().receive() for _ in range(2)]
        for answer in processes.as_user(NOBODY, ask)[1]:
            self.assertEqual(answer["error"], f"{attacks.CONTROL}.LimitExceeded")
            self.assertIn(answer["parameters"]["limit"], ("connections", "rate"))
        self.assert_others_are_served()


class Memory(FloodCase):
    """Generous bounds: what is looked at is whether memory grows with what is sent, and whether it goes back."""

    def push(self, size, count):
        """Connections that each send all but the last byte of a frame, as far as it is taken."""
        held = []
        for _ in range(count):
            client = self.daemon.connect()
            client.socket.setblocking(False)
            held.append((client, memoryview(spdm.frame(spdm.NORMAL, size=size) + bytes(size - 1))))
        end = time.monotonic() + 5
        rest = list(held)
        while rest and time.monotonic() < end:
            left = []
            for client, data in rest:
                try:
                    data = data[client.socket.send(data):]
                except BlockingIOError:
                    pass
                except OSError:
                    continue
                if data:
                    left.append((client, data))
            if len(left) == len(rest):
                time.sleep(0.001)
            rest = left
        return [client for client, _ in held]

    def grown(self):
        return processes.resident_kibibytes(self.daemon.pid) - self.before

    def assert_goes_back(self):
        processes.eventually(lambda: self.grown() < 24 << 10, "memory goes back", NEVER)
        self.assert_others_are_served()

    def setUp(self):
        super().setUp()
        self.before = processes.resident_kibibytes(self.daemon.pid)

    @procfs.needed
    def test_what_a_user_may_not_send_is_not_kept(self):
        def flood():
            held = self.push(1 << 20, 32)
            return self.grown(), len(held)
        grown, count = processes.as_user(NOBODY, flood)[1]
        self.assertEqual(count, 32)
        # Not even what a user may send, and far from what he has sent.
        self.assertLess(grown, 8 << 10)

    def test_root_s_half_frames_are_kept_up_to_a_bound_and_not_longer_than_they_take(self):
        """256 of them of 1 MiB each."""
        held = self.push(1 << 20, 256)
        self.assertLess(self.grown(), 64 << 10)
        self.assert_others_are_served()
        for client in held:
            client.close()
        self.assert_goes_back()

    def test_half_frames_of_eight_users_leave_memory_for_the_next(self):
        def body(ready):
            held = self.push((128 << 10), 32)
            ready()
            while held:
                time.sleep(60)
        attackers = [attacks.Attack(uid, body) for uid in range(61001, 61009)]
        self.assertLess(self.grown(), 56 << 10)

        def ask():
            with self.daemon.connect() as client:
                client.socket.settimeout(NEVER)
                # Refused by no rule that lets it pass: so it was read whole.
                client.exchange(doe.named(doe.ECHO, bytes((128 << 10) - 8)))
                return client.explain()["rule"]
        self.assertEqual(processes.as_user(NEIGHBOUR, ask)[1], "default")
        for attacker in attackers:
            attacker.__exit__()
        self.assert_goes_back()
