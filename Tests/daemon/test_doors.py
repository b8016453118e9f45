"""Whole SPDM sessions over TCP and Unix sockets, and what goes over the doors frame by frame."""

import os
import socket
import struct
import time

from support import doe, processes, silent_peer, spdm, spdm_session, tool
from support.doors import GET_VERSION, DoorsCase
from support.processes import NOBODY, free_port


class WholeSessions(DoorsCase):
    def assert_passes(self, mailbox):
        responder = self.new_responder()
        daemon = self.start(responder)
        requester = self.new_requester(mailbox)
        requester.run()
        requester.shut_down()
        self.assertEqual((requester.exchanges, requester.refused), (2500, []))
        self.assertGreater(requester.largest, 4096)
        self.assertTrue(responder.is_alive, "the client's shutdown has ended everybody's responder")
        # What the responder says of the connection comes once it has ended.
        daemon.terminate()
        seen = responder.connection()
        self.assertEqual((seen["exchanges"], seen["sha256"]), (2500, requester.digest.hexdigest()))
        self.assertEqual(seen["commands"], [], "neither hello nor shutdown is passed on")

    def test_a_session_of_2500_exchanges_passes_the_simulated_mailbox_unchanged(self):
        self.assert_passes("sim:spdm")

    def test_a_session_of_2500_exchanges_passes_the_remote_mailbox_unchanged(self):
        self.assert_passes("remote:far")

    def test_a_ring_that_the_session_fills_slows_it_down_and_refuses_nothing(self):
        self.start(self.new_responder(), options=["--ring-slots", "64"])  # 16 records of one user at a time
        requester = self.new_requester("sim:spdm")
        requester.run(exchanges=300)
        self.assertEqual((requester.exchanges, requester.refused), (300, []))

    def test_records_name_what_shows_of_each_message_and_no_user_behind_tcp(self):
        responder = self.new_responder()
        daemon = self.start(responder)
        requester = self.new_requester("remote:far")
        requester.run(exchanges=20)
        records = [
            record for record in daemon.all_records().values() if record.get("DOE_MAILBOX") == "remote:far"]
        names = [record["DOE_SPDM"] for record in records]
        self.assertEqual(names[:3], ["GET_VERSION", "GET_CAPABILITIES", "NEGOTIATE_ALGORITHMS"])
        self.assertLessEqual({"GET_CERTIFICATE", "CHALLENGE", "GET_MEASUREMENTS", "KEY_EXCHANGE", "opaque"}, set(names))
        self.assertEqual(len(records), 20)
        for record in records:
            self.assertEqual((record["DOE_KIND"], record["DOE_STATUS"]), ("remote", "done"))
            client = {field: value for field, value in record.items() if field.startswith("DOE_CLIENT_")}
            self.assertEqual(client, {"DOE_CLIENT_TCPUID": str(os.geteuid())})
            self.assertIn(f"for a TCP client of uid {os.geteuid()}:", record["MESSAGE"])

    def test_an_encrypted_object_that_ends_as_one_that_is_refused_is_refused_and_a_fresh_one_passes(self):
        responder = self.new_responder()
        self.start(responder)
        requester = self.new_requester("sim:spdm")
        requester.hello()
        requester.connect()
        # 14 bytes stand before what is encrypted, so dword 104 of the object is the header's first.
        place, left = 2 + 4 * 100, (14 + 4096 + 3) // 4 - 104
        for header in (0x0000_1E98, 0xFF00_1E98, 0x0002_10DE):
            hidden = bytearray(requester.random.randbytes(4096))
            struct.pack_into("<II", hidden, place, header, left)
            requester.socket.send(spdm.NORMAL, spdm_session.secured(spdm_session.SESSION, bytes(hidden)))
            self.assertEqual(requester.socket.receive(), (spdm.NORMAL, spdm.PCI_DOE, b""), hex(header))
        # With another length, or with a reserved bit of a header that is no compliance object's, it is none.
        passing = ((0x0000_1E98, left + 1), (0x0002_10DE, left - 1), (0x0102_10DE, left), (0x0002_10DE, left | 1 << 18))
        for header, length in passing:
            hidden = bytearray(requester.random.randbytes(4096))
            struct.pack_into("<II", hidden, place, header, length)
            requester.socket.send(spdm.NORMAL, spdm_session.secured(spdm_session.SESSION, bytes(hidden)))
            self.assertNotEqual(requester.socket.receive(), (spdm.NORMAL, spdm.PCI_DOE, b""), hex(header))
        requester.ask_secured(4096)
        self.assertEqual(requester.exchanges, 4)


class PermissiveDoor(DoorsCase):
    def test_what_nobody_vouches_for_stays_refused(self):
        daemon = self.start(rules="allow object=0001:00 via={unix,tcp}\n", options=["--permissive"])
        connection = self.over_tcp("sim:cxl")
        connection.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
        self.assertTrue(connection.answer())
        for request in (doe.table_access(0), GET_VERSION, doe.named(doe.ECHO)):
            connection.send(spdm.frame(spdm.NORMAL, request))
            self.assertEqual(connection.receive(), (spdm.NORMAL, spdm.PCI_DOE, b""))
        self.assertEqual(daemon.status()["unenforced"], 0)
        # The same over the socket of the mailbox, where the kernel says who it is.
        _, notice = self.ask_once(daemon, doe.table_access(0))
        self.assertEqual((notice["verdict"], notice["taint"]), ("warn", "UP"))


class Frames(DoorsCase):
    def test_frames_may_come_in_pieces_and_glued(self):
        self.start()
        connection = self.over_tcp("sim:cxl")
        for byte in spdm.frame(spdm.NORMAL, doe.discovery(0)):
            connection.send(bytes([byte]))
        self.assertEqual(doe.discovered(connection.answer()), ((0x0001, 0x00), 1))
        connection.send(spdm.frame(spdm.NORMAL, doe.discovery(1)) * 3 + spdm.frame(spdm.CONTINUE))
        for _ in range(3):
            self.assertEqual(doe.discovered(connection.answer())[1], 2)
        self.assertEqual(connection.receive()[0], spdm.CONTINUE)

    def test_half_a_frame_costs_its_own_connection(self):
        daemon = self.start(options=["--frame-timeout", "1"])
        half = self.over_tcp("sim:cxl")
        half.send(spdm.frame(spdm.NORMAL, doe.discovery(0))[:-1])
        self.assertEqual(half.answer(), b"")
        self.assertTrue(half.is_closed_by_the_daemon())
        self.assertEqual(doe.discovered(self.over_tcp("sim:cxl").exchange(doe.discovery(0)))[0], (1, 0))
        self.assert_serves(daemon)

    def test_an_unknown_command_is_answered_as_unknown_and_never_passed_on(self):
        responder = self.new_responder()
        daemon = self.start(responder)
        connection = self.over_tcp("remote:far")
        connection.send(spdm.frame(0x8003, b"1234"))
        self.assertEqual(connection.receive(), (spdm.UNKNOWN, spdm.PCI_DOE, b""))
        connection.exchange(GET_VERSION)
        daemon.terminate()
        self.assertEqual(responder.connection()["commands"], [])

    def test_a_discovery_answer_passes_unchanged(self):
        """A requester's discovery reaches a peer that answers it, and comes back byte by byte."""
        answer = doe.data_object(1, 0, struct.pack("<I", 0x0001 | 0x01 << 16 | 0x02 << 24) + b"more")
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        daemon = self.start(options=["--remote", "near=127.0.0.1:{}".format(listener.getsockname()[1])])
        with daemon.connect("remote:near") as connection:
            connection.send(spdm.frame(spdm.NORMAL, doe.discovery(1)))
            peer, _ = listener.accept()
            self.addCleanup(peer.close)
            sent = spdm.frame(spdm.NORMAL, doe.discovery(1))
            self.assertEqual(peer.recv(len(sent), socket.MSG_WAITALL), sent)
            peer.sendall(spdm.frame(spdm.NORMAL, answer))
            self.assertEqual(connection.answer(), answer)


class WhoComesOverTCP(DoorsCase):
    def test_only_rules_with_via_are_for_a_tcp_client(self):
        self.start(rules="allow object=1e98:02\nallow object=0001:00 via=tcp ask-device\nallow object=0001:01 uid=0\n")
        connection = self.over_tcp("sim:cxl")
        self.assertNotEqual(connection.exchange(doe.discovery(0)), b"")
        self.assertEqual(connection.exchange(doe.table_access(0)), b"")
        self.assertEqual(connection.explain()["rule"], "default")

    def test_whose_the_socket_is_stands_in_the_record_and_opens_nothing(self):
        daemon = self.start(rules="allow object=0001:00 uid=0\nallow object=0001:00 uid={0,65534} via={unix,tcp}\n"
                                  "allow object=1e98:02 via=tcp ask-device\n", journal=self.new_journal().start())
        place = self.doors["sim:cxl"]

        class MappedConnection(spdm.Connection):
            """As programs connect that know IPv6 alone."""
            FAMILY = socket.AF_INET6

            def __init__(self, place):
                super().__init__(("::ffff:127.0.0.1", int(place.rsplit(":", 1)[1])))

        def ask(kind):
            with kind(place) as client:
                discovery = client.exchange(doe.discovery(0))
                return discovery.hex(), client.explain()["rule"], client.exchange(doe.table_access(0)) != b""
        for uid in (0, NOBODY):
            for kind in (spdm.TCPConnection, MappedConnection):
                self.assertEqual(processes.as_user(uid, lambda: ask(kind))[1], ["", "default", True], (uid, kind))
        records = [record for record in daemon.all_records().values() if record.get("DOE_OBJECT") == "1e98:02"]
        self.assertEqual([record["DOE_CLIENT_TCPUID"] for record in records], ["0", "0", str(NOBODY), str(NOBODY)])
        for record in records:
            self.assertNotIn("DOE_CLIENT_UID", record)
        report = tool.run("report", "--directory", daemon.journal.log)
        self.assertIn(f"by a TCP client of uid {NOBODY}", report.output)
        suggested = tool.run("policy", "suggest", "--rules", self.rules("deny object=10de:77\n"), "--directory", daemon.journal.log)
        self.assertIn("0001:00 DOE Discovery at sim:cxl by a TCP client, 2 times", suggested.output)
        self.assertNotIn("\nallow", suggested.output, "whoever comes by TCP may be anybody")
        self.assertNotIn("uid=", suggested.output)

    def test_two_users_over_tcp_have_a_share_of_the_ring_each(self):
        journal = self.new_journal().start()
        daemon = self.start(options=["--ring-slots", "32"], journal=journal)
        journal.suspend()
        self.addCleanup(journal.resume)

        def flood():
            with spdm.TCPConnection(self.doors["sim:cxl"]) as client:
                while client.exchange(doe.discovery(0)):
                    pass
                return client.explain()["reason"]
        for uid in (NOBODY, NOBODY - 1):
            self.assertIn(f"uid {uid} over TCP has ", processes.as_user(uid, flood)[1])
        # Nor has that user himself spent anything.
        self.assertEqual(processes.as_user(NOBODY, lambda: self.ask_once(daemon, doe.discovery(0))[1]["status"])[1], "done")

    def test_one_user_who_has_all_his_places_over_tcp_keeps_no_other_out(self):
        door = f"127.0.0.1:{free_port()}"
        daemon = self.start(
            options=[*silent_peer.SilentPeer(self).options, "--tcp", f"{silent_peer.MAILBOX}={door}"])
        for _ in range(32):
            self.addCleanup(silent_peer.occupy(spdm.TCPConnection(door)).close)
        time.sleep(0.3)
        refused = self.over_tcp("sim:cxl")
        self.assertEqual(refused.answer(), b"")
        self.assertTrue(refused.is_closed_by_the_daemon())
        # The users of the Unix socket keep theirs, and so do other users over TCP.
        self.assert_serves(daemon)

        def ask():
            with spdm.TCPConnection(self.doors["sim:cxl"]) as connection:
                return connection.exchange(doe.discovery(0)) != b""
        self.assertTrue(processes.as_user(NOBODY, ask)[1])
