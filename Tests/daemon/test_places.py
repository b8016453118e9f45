"""Places of connections: nobody is kept out by connections that only stand there, and nothing that is in use is ended."""

import os
import select
import socket
import time

from support import attacks, doe, processes, silent_peer, spdm, tool, varlink
from support.case import DaemonCase
from support.processes import NOBODY, free_port
from support.responder import Responder

NEVER = 20
"""Seconds: who has no answer by then is not served."""
GET_VERSION = doe.named("0001:01", b"\x10\x84\0\0")


class PlacesCase(DaemonCase):
    def holding(self, uid, connect, count, asks=0):
        """A user's process that makes so many connections, asks on some, and keeps them all."""
        def body(ready):
            held = [connect() for _ in range(count)]
            for connection in held[:asks]:
                connection.exchange(doe.discovery(0))
            ready()
            while held:
                time.sleep(60)
        attack = attacks.Attack(uid, body)
        self.addCleanup(attack.__exit__)

    def assert_served(self, uid, connect):
        def ask():
            with connect() as client:
                client.socket.settimeout(NEVER)
                return client.exchange(doe.discovery(0)) != b""
        self.assertTrue(processes.as_user(uid, ask)[1], f"uid {uid} is kept out")


class IdleConnections(PlacesCase):
    def test_those_of_eight_users_keep_out_no_ninth(self):
        daemon = self.new_daemon().start()
        for uid in range(61001, 61009):
            self.holding(uid, daemon.connect, 32, asks=16)
        for uid in range(62001, 62021):
            self.assert_served(uid, daemon.connect)
        self.assert_served(61008, daemon.connect)
        self.assertEqual(daemon.status()["refused"], 0)

    def test_those_of_many_uids_keep_out_nobody_either(self):
        """A user namespace gives one person 65,536 of them."""
        daemon = self.new_daemon().start()
        for uid in range(100_000, 100_300):
            self.holding(uid, daemon.connect, 1, asks=1)
        time.sleep(1)
        for uid in range(62001, 62011):
            self.assert_served(uid, daemon.connect)

    def test_those_of_one_user_do_not_keep_him_out(self):
        daemon = self.new_daemon().start()
        self.holding(NOBODY, daemon.connect, 100)
        for _ in range(3):
            self.assert_served(NOBODY, daemon.connect)
        self.assert_served(62001, daemon.connect)
        # Those that had a place were ended, those that were still to be named refused.
        said = " ".join(daemon.status()["attention"])
        self.assertRegex(said, "connections that rested and were ended|refused by limits on clients")

    def test_those_over_tcp_keep_out_no_program_that_knows_tcp_alone(self):
        port = free_port()
        self.new_daemon(
            rules=self.rules("allow object=0001:00 via=tcp\n"), options=("--tcp", f"sim:cxl=127.0.0.1:{port}")).start()
        def connect():
            return spdm.TCPConnection(f"127.0.0.1:{port}")
        self.holding(NOBODY, connect, 32)
        for _ in range(3):
            self.assert_served(62001, connect)

    def test_a_flood_over_tcp_of_one_user_keeps_out_no_other(self):
        """Who closes before his socket was looked at is nobody; who waits behind him in the kernel's queue is not."""
        port = free_port()
        self.new_daemon(
            rules=self.rules("allow object=0001:00 via=tcp\n"), options=["--tcp", f"sim:cxl=127.0.0.1:{port}"]).start()

        def flood(ready):
            ready()
            while True:
                with socket.socket() as client:
                    if client.connect_ex(("127.0.0.1", port)) == 0:
                        client.send(b"\0")
        self.addCleanup(attacks.Attack(61001, flood).__exit__)
        for uid in (0, 62001):
            for _ in range(10):
                self.assert_served(uid, lambda: spdm.TCPConnection(f"127.0.0.1:{port}"))

    def test_who_makes_room_hears_it_before_the_end(self):
        daemon = self.new_daemon(options=("--connections-per-user", "1")).start()
        attacks.open_control_socket(daemon, NOBODY)

        def displaced():
            with daemon.connect() as first:
                with daemon.connect() as second:
                    assert first.answer() == b"" and first.is_closed_by_the_daemon()
                    assert second.exchange(doe.discovery(0)) != b""
            held = []
            for _ in range(17):
                held.append(daemon.control())
                held[-1].socket.settimeout(NEVER)
                held[-1].ask(f"{attacks.CONTROL}.GetStatus")
            return held[0].receive()
        answer = processes.as_user(NOBODY, displaced)[1]
        self.assertEqual(answer["error"], f"{attacks.CONTROL}.LimitExceeded")
        self.assertIn("idle", answer["parameters"]["problem"])

    def test_who_rests_for_too_long_is_told_and_ended(self):
        daemon = self.new_daemon(options=("--connection-idle", "1")).start()
        with daemon.connect() as silent, daemon.connect() as asked, daemon.control() as control:
            self.assertNotEqual(asked.exchange(doe.discovery(0)), b"")
            control.ask(f"{attacks.CONTROL}.GetStatus")
            for connection in (silent, asked):
                self.assertEqual(connection.answer(), b"")
                self.assertTrue(connection.is_closed_by_the_daemon())
            self.assertEqual(control.receive()["error"], f"{attacks.CONTROL}.LimitExceeded")

    def test_who_owns_spdm_keeps_its_place(self):
        responder = Responder("127.0.0.1:0")
        self.addCleanup(responder.kill)
        daemon = self.new_daemon(
            rules=self.rules("allow object=0001:{00,01} ask-device\n"),
            options=("--remote", f"far={responder.address}", "--connections-per-user", "1", "--connection-idle", "1"))
        daemon.start()

        def ask():
            with daemon.connect("remote:far") as owner:
                assert owner.exchange(GET_VERSION) != b""
                time.sleep(2.5)
                with daemon.connect() as other:
                    assert other.answer() == b""
                return owner.exchange(GET_VERSION) != b""
        self.assertTrue(processes.as_user(NOBODY, ask)[1])


class InUse(PlacesCase):
    def test_half_frames_and_answers_that_nobody_takes_end(self):
        """An answer larger than what a socket takes waits for its client, and not for ever."""
        daemon = self.new_daemon(
            rules=self.rules("warn class=vendor\n"), options=("--frame-timeout", "1")).start()
        with daemon.connect("sim:vendor") as deaf, daemon.connect() as half:
            deaf.send(spdm.frame(spdm.NORMAL, doe.named(doe.ECHO, bytes(900_000))))
            half.send(spdm.frame(spdm.NORMAL, size=64) + b"x")
            self.assertEqual(half.answer(), b"")
            # From when there is an answer to take.
            self.assertTrue(select.select([deaf.socket], [], [], 60)[0])
            time.sleep(2)
            taken = 0
            while piece := deaf.piece(1 << 20):
                taken += len(piece)
            self.assertLess(taken, 900_000)

    def test_who_waits_for_each_answer_is_slowed_down_and_never_refused(self):
        daemon = self.new_daemon(options=("--rate", "200", "--burst", "50")).start()

        def ask():
            begin = time.monotonic()
            with daemon.connect() as client:
                refused = sum(client.exchange(doe.discovery(0)) == b"" for _ in range(450))
            return refused, time.monotonic() - begin
        refused, seconds = processes.as_user(NOBODY, ask)[1]
        self.assertEqual(refused, 0)
        self.assertGreater(seconds, 1.9)
        self.assertFalse([line for line in daemon.status()["attention"] if "limits" in line])

    def test_who_comes_again_for_each_request_is_slowed_down_too(self):
        daemon = self.new_daemon(options=("--rate", "200", "--burst", "50")).start()

        def ask():
            refused = 0
            for _ in range(150):
                with daemon.connect() as client:
                    refused += client.exchange(doe.discovery(0)) == b""
            return refused
        self.assertEqual(processes.as_user(NOBODY, ask)[1], 0)


class RefusedConnections(PlacesCase):
    def test_who_is_refused_and_comes_again_at_once_does_so_a_few_times_a_second(self):
        daemon = self.new_daemon(
            rules=self.rules("allow object=0001:00 ask-device\n"),
            options=("--connections-per-user", "2", *silent_peer.SilentPeer(self).options)).start()

        def hammer():
            busy = [silent_peer.occupy(daemon.connect(silent_peer.MAILBOX)) for _ in range(2)]
            time.sleep(0.3)
            begin, made = time.monotonic(), 0
            held = []
            while time.monotonic() - begin < 1:
                held = [connection for connection in held if not over(connection)]
                while len(held) < 64:
                    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                    client.setblocking(False)
                    try:
                        client.connect(daemon.mailbox_socket("sim:cxl"))
                    except BlockingIOError:
                        client.close()
                        break
                    held.append(client)
                    made += 1
                time.sleep(0.0005)
            return made, time.monotonic() - begin, len(busy)

        def over(client):
            try:
                return client.recv(64) == b""
            except BlockingIOError:
                return False
            except OSError:
                return True
        made, seconds, _ = processes.as_user(NOBODY, hammer)[1]
        self.assertGreater(made, 64)
        self.assertLess(made, 64 + 64 * 5 * seconds)
        self.assert_served(62001, daemon.connect)
        # Told or not, none is kept once its client has gone.
        descriptors = f"/proc/{daemon.pid}/fd"
        processes.eventually(lambda: len(os.listdir(descriptors)) < 64, "each is told, lingers for a second, and is let go")

    def test_the_sentence_names_who_it_was_and_how_many_he_has(self):
        daemon = self.new_daemon(
            rules=self.rules("allow object=0001:00 ask-device\n"),
            options=("--connections-per-user", "1", *silent_peer.SilentPeer(self).options)).start()

        def refuse():
            busy = silent_peer.occupy(daemon.connect(silent_peer.MAILBOX))
            time.sleep(0.3)
            return daemon.connect().answer() == b"" and busy is not None
        self.assertTrue(processes.as_user(NOBODY, refuse)[1])
        first, = [record for record in daemon.all_records().values() if record["DOE_EVENT"] == "limits-refused"]
        self.assertIn(f"uid {NOBODY} has 1 connections open already, as many as it may", first["MESSAGE"])


class OnTheControlSocket(PlacesCase):
    def test_idle_connections_of_many_users_keep_out_nobody(self):
        daemon = self.new_daemon().start()
        os.chmod(daemon.control_socket, 0o666)

        def connect():
            return varlink.Connection(daemon.control_socket)
        for uid in range(61001, 61009):
            self.holding(uid, connect, 16)

        def ask():
            with connect() as control:
                return control.ask(f"{attacks.CONTROL}.GetStatus")["status"]["pid"]
        for uid in range(62001, 62011):
            self.assertEqual(processes.as_user(uid, ask)[1], daemon.pid)
        self.assertEqual(tool.run("status", daemon=daemon).status, 0)
