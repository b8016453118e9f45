"""The SPDM socket behind a mailbox: peers that come late, leave or lie, and options that name none."""

import socket
import time

from support import doe, processes, spdm, spdm_session, tool
from support.doors import GET_VERSION, RULES, DoorsCase


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
                (["--tcp", "sim:vendor=127.0.0.1:2323"], 2, "there is no mailbox sim:vendor"),
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
