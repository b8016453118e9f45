"""Programs that nobody here wrote: TCP in front, and an SPDM socket behind a mailbox, over whole sessions."""

import os
import socket
import struct
import time

from support import doe, processes, silent_peer, spdm, spdm_session, tool
from support.case import DaemonCase
from support.processes import NOBODY, free_port
from support.responder import Responder
from support.spdm_session import Requester

RULES = """
object 0001:00 published "DOE Discovery" kernel 6.0..
object 0001:01 published "CMA/SPDM" kernel 6.19..
object 0001:02 published "Secured CMA/SPDM" kernel 6.19..
allow object=0001:{00,01,02} via=tcp ask-device
allow object=0001:{00,01} ask-device
"""
GET_VERSION = doe.named("0001:01", b"\x10\x84\0\0")


class DoorsCase(DaemonCase):
    def new_responder(self, address="127.0.0.1:0"):
        responder = Responder(address)
        self.addCleanup(responder.kill)
        return responder

    def start(self, responder=None, rules=RULES, simulate="cxl,vendor", options=(), **more):
        """A daemon with a TCP door to each of its mailboxes that has a peer, and to sim:cxl."""
        doors = {"sim:cxl": free_port()}
        options = list(options)
        if responder is not None:
            simulate += f",spdm={responder.address}"
            options += ["--remote", f"far={responder.address}"]
            doors |= {"sim:spdm": free_port(), "remote:far": free_port()}
        for mailbox, port in doors.items():
            options += ["--tcp", f"{mailbox}=127.0.0.1:{port}"]
        daemon = self.new_daemon(rules=self.rules(rules), simulate=simulate, options=options, **more)
        daemon.start()
        self.doors = {mailbox: f"127.0.0.1:{port}" for mailbox, port in doors.items()}
        return daemon

    def new_requester(self, mailbox):
        requester = Requester(self.doors[mailbox])
        self.addCleanup(requester.close)
        return requester

    def over_tcp(self, mailbox):
        connection = spdm.TCPConnection(self.doors[mailbox])
        self.addCleanup(connection.close)
        return connection


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
        self.assertIn("0001:00 DOE Discovery at sim:cxl by a TCP client\n", suggested.output)
        self.assertIn("\nallow object=0001:00 via=tcp mailbox=sim:cxl", suggested.output)
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


class ThePeer(DoorsCase):
    def test_a_peer_that_was_restarted_between_two_exchanges_is_found_again(self):
        responder = self.new_responder()
        self.start(responder)
        connections = {mailbox: self.over_tcp(mailbox) for mailbox in ("sim:spdm", "remote:far")}
        # The one thread of the stand-in serves one connection at a time.
        for mailbox, connection in connections.items():
            first = connection.exchange(GET_VERSION)
            self.assertEqual(first[:4], GET_VERSION[:4])
            responder.kill()
            responder = self.new_responder(responder.address)
            self.assertEqual(connection.exchange(GET_VERSION), first, mailbox)
            responder.kill()
            self.assertEqual(connection.exchange(GET_VERSION), b"")
            notice = connection.explain()
            self.assertEqual(notice["status"], "timeout" if mailbox == "sim:spdm" else "unavailable")
            responder = self.new_responder(responder.address)
            self.assertEqual(connection.exchange(GET_VERSION), first, mailbox)
            responder.kill()
            responder = self.new_responder(responder.address)

    def test_a_late_answer_is_read_away_and_the_responder_lives(self):
        responder = self.new_responder()
        daemon = self.start(responder)
        for mailbox in ("remote:far", "sim:spdm"):
            with self.subTest(mailbox=mailbox), daemon.connect(mailbox) as connection:
                responder.stop()
                self.assertEqual(connection.exchange(GET_VERSION), b"")
                self.assertEqual(connection.explain()["status"], "timeout")
                responder.go_on()
                seen = responder.connection()
                self.assertEqual((seen["exchanges"], seen["left"]), (1, True), "it was hung up on")
                self.assertEqual(connection.exchange(GET_VERSION)[:4], GET_VERSION[:4])
                self.assertTrue(responder.is_alive)
            # It serves one connection at a time.
            responder.kill()
            responder = self.new_responder(responder.address)

    def test_a_peer_has_as_much_time_as_the_configuration_gives_it(self):
        responder = self.new_responder()
        daemon = self.start(responder, options=["--peer-timeout", "60"])
        for mailbox in ("remote:far", "sim:spdm"):
            with self.subTest(mailbox=mailbox), daemon.connect(mailbox) as connection:
                responder.stop()
                connection.send(spdm.frame(spdm.NORMAL, GET_VERSION))
                # Longer than a mailbox may stand still that has no peer.
                time.sleep(3)
                responder.go_on()
                self.assertEqual(connection.answer()[:4], GET_VERSION[:4])
            responder.kill()
            responder = self.new_responder(responder.address)

    def test_the_end_of_the_daemon_is_not_the_end_of_the_responder(self):
        responder = self.new_responder()
        daemon = self.start(responder)
        with daemon.connect("remote:far") as connection:
            connection.exchange(GET_VERSION)
        daemon.terminate()
        self.assertTrue(responder.connection()["left"], "it was hung up on without a word")
        self.assertTrue(responder.is_alive)

    def test_root_takes_spdm_from_its_owner(self):
        daemon = self.start(self.new_responder())
        with daemon.connect("remote:far") as owner, daemon.connect("remote:far") as other:
            owner.exchange(GET_VERSION)
            self.assertEqual(other.exchange(GET_VERSION), b"")
            answer = tool.run("spdm", "release", "remote:far", "--json", daemon=daemon)
            self.assertIn("uid 0", answer.json["owner"])
            self.assertEqual(owner.exchange(doe.named("0001:01", b"\x11\xe1\0\0")), b"")
            self.assertEqual(owner.explain()["rule"], "spdm-owner")
            self.assertNotEqual(other.exchange(GET_VERSION), b"")
        record, = [record for record in daemon.all_records().values() if record["DOE_EVENT"] == "spdm-released"]
        self.assertEqual((record["DOE_MAILBOX"], record["DOE_CLIENT_UID"]), ("remote:far", "0"))
        self.assertIn(f"was taken from {answer.json['owner']} by uid 0", record["MESSAGE"])
        for mailbox in ("sim:cxl", "sim:no", "x"):
            self.assertEqual(tool.run("spdm", "release", mailbox, daemon=daemon).status, 1)

    def test_an_idle_owner_of_spdm_gives_way(self):
        daemon = self.start(self.new_responder(), options=["--spdm-idle", "1"])
        with daemon.connect("remote:far") as owner, daemon.connect("remote:far") as other:
            owner.exchange(GET_VERSION)
            processes.eventually(lambda: other.exchange(GET_VERSION), "the owner has sent nothing for a second")
            self.assertEqual(owner.exchange(doe.named("0001:01", b"\x11\xe1\0\0")), b"")
            self.assertIn("belongs to another client", owner.explain()["reason"])

    def test_a_socket_of_the_daemon_under_another_name_is_no_peer(self):
        link = self.directory / "link.sock"
        daemon = self.start(options=["--remote", f"self={link}"])
        link.symlink_to(daemon.mailbox_socket("sim:cxl"))
        with daemon.connect("remote:self") as connection:
            self.assertEqual(connection.exchange(doe.discovery(0)), b"")
            notice = connection.explain()
        self.assertEqual(notice["status"], "unavailable")
        self.assertIn("its own client", notice["reason"])

    def test_a_command_out_of_band_is_judged_recorded_and_passed_on(self):
        responder = self.new_responder()
        daemon = self.start(responder)
        with daemon.connect("remote:far") as connection:
            connection.exchange(GET_VERSION)
            connection.send(spdm.frame(spdm_session.KEY_UPDATE, b"abc"))
            self.assertEqual(connection.receive(), (spdm_session.KEY_UPDATE, spdm.PCI_DOE, b"cba"))
            notice = connection.explain()
        self.assertEqual((notice["object"], notice["verdict"], notice["status"]), ("0001:01", "allow", "done"))
        record = self.record_of(daemon, notice)
        self.assertEqual((record["DOE_SPDM"], record["DOE_REQUEST_BYTES"]), ("OOB_KEY_UPDATE", "3"))
        daemon.terminate()
        self.assertEqual(responder.connection()["commands"], [[spdm_session.KEY_UPDATE, b"abc".hex()]])

    def test_a_simulated_function_hands_it_to_the_peer_and_one_without_a_peer_does_not(self):
        responder = self.new_responder()
        daemon = self.start(responder)
        with daemon.connect("sim:spdm") as connection:
            connection.exchange(GET_VERSION)
            connection.send(spdm.frame(spdm_session.ENDPOINT_INFO))
            self.assertEqual(connection.receive(), (spdm_session.ENDPOINT_INFO, spdm.PCI_DOE, b""))
        with daemon.connect("sim:cxl") as connection:
            # It has no SPDM, so nobody can own a talk there.
            connection.send(spdm.frame(spdm_session.ENDPOINT_INFO))
            self.assertEqual(connection.receive(), (spdm.UNKNOWN, spdm.PCI_DOE, b""))
            self.assertEqual(connection.explain()["rule"], "spdm-owner")

    def test_a_command_out_of_band_that_no_rule_allows_is_refused_and_goes_nowhere(self):
        responder = self.new_responder()
        daemon = self.start(responder, rules="allow object=0001:00 via=tcp ask-device\nallow object=0001:00 ask-device\n")
        with daemon.connect("remote:far") as connection:
            connection.send(spdm.frame(spdm_session.KEY_UPDATE))
            self.assertEqual(connection.receive(), (spdm.UNKNOWN, spdm.PCI_DOE, b""))
            notice = connection.explain()
            # Something that reaches the peer, so that it has a connection to tell of. It says no to discovery.
            self.assertEqual(connection.exchange(doe.discovery(0)), b"")
            self.assertEqual(connection.explain()["status"], "refused-by-peer")
        self.assertEqual((notice["status"], notice["rule"]), ("refused", "default"))
        record = self.record_of(daemon, notice)
        self.assertEqual((record["DOE_EVENT"], record["DOE_SPDM"]), ("exchange-refused", "OOB_KEY_UPDATE"))
        daemon.terminate()
        self.assertEqual(responder.connection()["commands"], [])


class BadOptions(DoorsCase):
    def ended(self, *options, simulate="cxl"):
        daemon = self.new_daemon(rules=self.rules(RULES), simulate=simulate)
        daemon.arguments += [option.replace("RUNTIME", str(daemon.runtime)) for option in options]
        daemon.start(wait=False)
        return daemon.process.wait(timeout=20), daemon.said()

    def test_wrong_doors_and_places_end_the_start_and_say_why(self):
        for options, status, words in (
                (["--tcp", "sim:cxl=0.0.0.0:2323"], 2, "can be reached from other hosts"),
                (["--tcp", "sim:cxl=127.0.0.1:0"], 2, "no numeric IPv4 address with a port of 1 to 65535"),
                (["--tcp", "sim:cxl=127.0.0.1:1", "--tcp", "sim:cxl=127.0.0.1:2"], 2, "sim:cxl is named twice"),
                (["--tcp", "sim:cxl=127.0.0.1:1", "--tcp", "sim:x=127.0.0.1:1"], 2, "port 1 is named twice"),
                (["--tcp", "sim:vendor=127.0.0.1:2323"], 3, "there is no mailbox sim:vendor"),
                (["--tcp", "sim:cxl=127.0.0.1:2323", "--remote", "a=0.0.0.0:2323"], 2, "own door to sim:cxl"),
                (["--remote", "a=RUNTIME/mailbox/sim:cxl.sock"], 2, "is doe-auditd's own socket"),
                (["--remote", "a=localhost:1"], 2, "names no mailbox behind an SPDM socket"),
                (["--remote", "a=/x", "--remote", "a=/y"], 2, "remote:a is named twice")):
            with self.subTest(options=options):
                code, said = self.ended(*options)
                self.assertEqual(code, status, said)
                self.assertIn(words, said)

    def test_wrong_doors_in_a_file_are_told_with_their_line_before_anything_is_touched(self):
        file = self.directory / "doe-auditd.toml"
        for text, words in (
                ("\ntcp = ['sim:cxl=0.0.0.0:2323']\n", f"{file}:2: tcp: 0.0.0.0 can be reached from other hosts"),
                ("remote = [\n  'a=localhost:1',\n]\n", f"{file}:1: remote: 'a=localhost:1' names no mailbox")):
            file.write_text(text)
            daemon = self.new_daemon(options=["--configuration", str(self.directory)])
            daemon.start(wait=False)
            self.assertEqual(daemon.process.wait(timeout=20), 2, daemon.said())
            self.assertIn(words, daemon.said())
            self.assertFalse(daemon.state.exists(), "it went on")

    def test_a_simulated_peer_is_no_door_of_the_daemons_own(self):
        code, said = self.ended("--tcp", "sim:spdm=127.0.0.1:2323", simulate="spdm=127.0.0.1:2323")
        self.assertEqual(code, 2)
        self.assertIn("own door to sim:spdm", said)

    def test_a_simulated_peer_needs_an_address(self):
        code, said = self.ended(simulate="spdm=nowhere")
        self.assertEqual(code, 2)
        self.assertIn("'nowhere' is no numeric IPv4 address with a port", said)

    def test_a_port_that_is_taken_ends_the_start_and_is_named(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            place = "127.0.0.1:{}".format(other.getsockname()[1])
            code, said = self.ended("--tcp", f"sim:cxl={place}")
        self.assertEqual(code, 3)
        self.assertIn(f"cannot listen at {place}: Address already in use", said)
