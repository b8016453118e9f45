"""The control interface: Varlink as varlink.org describes it, and what the interface says of itself."""

import json
import os
import re
import time

from support import doe, processes, varlink
from support.case import SharedDaemonCase
from support.interface import Interface

NAME = "org.doeaudit.Control1"
SERVICE = "org.varlink.service"
CALL_BYTES = 8192


class Answers(SharedDaemonCase):
    def ask(self, method, parameters=None):
        with self.daemon.control() as control:
            return control.ask(method, parameters)

    def described(self, name):
        return Interface(self.ask(f"{SERVICE}.GetInterfaceDescription", {"interface": name})["description"])

    def test_the_service_says_who_it_is_and_which_interfaces_it_has(self):
        info = self.ask(f"{SERVICE}.GetInfo")
        self.assertEqual((info["vendor"], info["product"]), ("doe-audit", "doe-auditd"))
        self.assertEqual(sorted(info["interfaces"]), [NAME, SERVICE])
        self.assertTrue(info["version"] and info["url"])

    def test_each_interface_is_described_under_its_own_name(self):
        for name in (NAME, SERVICE):
            self.assertEqual(self.described(name).name, name)

    def test_every_described_method_answers_with_exactly_what_is_described(self):
        # A broken policy, a taint and a client's exchange, so that what is optional appears too.
        self.ask_once(self.daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        for name, arguments in (
                (NAME, {"AcknowledgeTaint": {"reason": "a test"}}),
                (SERVICE, {"GetInterfaceDescription": {"interface": NAME}})):
            interface = self.described(name)
            self.assertTrue(interface.methods)
            # What only works in bring-up is refused here: test_leases.py. No SPDM is here: test_peers.py.
            for method in set(interface.methods) - {"StartLease", "EndLease", "ReleaseSPDM"}:
                with self.subTest(method=method):
                    interface.check_answer(method, self.ask(f"{name}.{method}", arguments.get(method)))

    def test_every_described_type_is_used_by_a_method(self):
        interface = self.described(NAME)
        self.assertEqual(set(interface.types) - interface.used_types(), set())

    def test_the_methods_are_those_that_were_promised(self):
        self.assertEqual(
            set(self.described(NAME).methods),
            {"GetStatus", "ListMailboxes", "GetTaint", "GetSight", "GetConfiguration", "GetPolicy", "ReloadPolicy",
             "ListLeases", "StartLease", "EndLease", "ReleaseSPDM", "AcknowledgeTaint"})

    def test_status_says_what_is_so(self):
        status = self.daemon.status()
        self.assertEqual((status["pid"], status["mode"], status["mailboxes"]), (self.daemon.pid, "production", 2))
        self.assertLess(abs(status["started"] / 1e6 - time.time()), 600)
        self.assertEqual(status["trail"]["journal_socket"], str(self.daemon.journal.socket))
        self.assertEqual(status["policy"]["rules"], 4)
        self.assertTrue(os.path.exists(status["policy"]["files"][0]))

    def test_the_mailboxes_are_listed_with_sockets_that_answer(self):
        mailboxes = self.ask(f"{NAME}.ListMailboxes")["mailboxes"]
        self.assertEqual([entry["name"] for entry in mailboxes], ["sim:cxl", "sim:vendor"])
        for entry in mailboxes:
            self.assertEqual(entry["kind"], "simulated")
            self.assertEqual(entry["socket"], self.daemon.mailbox_socket(entry["name"]))
            self.assert_serves(self.daemon, entry["name"])


class Errors(SharedDaemonCase):
    def error(self, method, parameters=None, **flags):
        with self.daemon.control() as control:
            answer = control.call(method, parameters, **flags)
            self.assertIn("error", answer)
            # The connection is as good as before.
            control.ask(f"{NAME}.GetStatus")
        return answer["error"], answer["parameters"]

    def test_an_unknown_method_is_named(self):
        for method in (f"{NAME}.GetStatusX", f"{NAME}.getstatus", f"{SERVICE}.Reload", f"{NAME}."):
            self.assertEqual(self.error(method), (f"{SERVICE}.MethodNotFound", {"method": method}))

    def test_an_unknown_interface_is_named(self):
        for interface in ("org.doeaudit.Control2", "io.systemd.Manager", "org.doeaudit.Control1.deeper"):
            self.assertEqual(
                self.error(f"{interface}.GetStatus"), (f"{SERVICE}.InterfaceNotFound", {"interface": interface}))
        self.assertEqual(self.error("GetStatus")[0], f"{SERVICE}.InterfaceNotFound")
        self.assertEqual(self.error("")[0], f"{SERVICE}.InterfaceNotFound")

    def test_the_description_of_an_unknown_interface_is_not_found(self):
        self.assertEqual(
            self.error(f"{SERVICE}.GetInterfaceDescription", {"interface": "org.nobody"}),
            (f"{SERVICE}.InterfaceNotFound", {"interface": "org.nobody"}))

    def test_a_parameter_that_is_missing_or_of_another_type_is_named(self):
        for parameters in (None, {}, {"interface": 7}, {"interface": None}, {"interface": [NAME]}, {"interface": 10**4000}):
            self.assertEqual(
                self.error(f"{SERVICE}.GetInterfaceDescription", parameters),
                (f"{SERVICE}.InvalidParameter", {"parameter": "interface"}))


class Wire(SharedDaemonCase):
    def assert_answers(self):
        with self.daemon.control() as control:
            self.assertEqual(control.ask(f"{NAME}.GetStatus")["status"]["pid"], self.daemon.pid)

    def test_what_is_no_call_is_told_so_and_ends_its_connection_and_nothing_else(self):
        garbage = [
            b"garbage\0", b"\0", b"{\0", b"[]\0", b"7\0", b'"text"\0', b"{}\0", b'{"method":7}\0', b'{"method":null}\0',
            b'{"method":"x","parameters":[]}\0', b'{"method":"x","parameters":"y"}\0', b'{"method":"x","oneway":"yes"}\0',
            b'\xef\xbb\xbf{"method":"x"}\0', b'{"method":"x",}\0', b'{"method":"x","parameters":{"a":[1,]}}\0',
            b'{"method":"x","method":"y"}\0', b"\xff\xfe\0", b'{"method":"\xc3"}\0', b"GET / HTTP/1.1\r\n\r\n\0"]
        for data in garbage:
            with self.subTest(data=data[:40]), self.daemon.control() as control:
                control.send(data)
                answer = control.receive()
                self.assertEqual(answer["error"], f"{NAME}.NotACall")
                self.assertIn("the message is ", answer["parameters"]["problem"])
                self.assertIsNone(control.receive())
        self.assert_answers()

    def test_a_message_may_come_byte_by_byte(self):
        with self.daemon.control() as control:
            for byte in varlink.message(f"{NAME}.GetStatus"):
                control.send(bytes([byte]))
            self.assertIn("status", control.receive()["parameters"])

    def test_glued_messages_are_answered_in_their_order(self):
        methods = [f"{NAME}.GetStatus", f"{NAME}.ListMailboxes", f"{NAME}.GetTaint", f"{NAME}.Nothing"] * 50
        with self.daemon.control() as control:
            control.send(b"".join(map(varlink.message, methods)))
            for method in methods:
                answer = control.receive()
                expected = {"GetStatus": "status", "ListMailboxes": "mailboxes", "GetTaint": "taints"}
                key = expected.get(method.rpartition(".")[2], "method")
                self.assertIn(key, answer["parameters"])

    def test_a_call_that_wants_no_answer_gets_none(self):
        with self.daemon.control() as control:
            for method in (f"{NAME}.GetStatus", f"{NAME}.Nothing", "org.nobody.Call"):
                control.send(varlink.message(method, oneway=True))
            # The next answer belongs to the next call.
            self.assertIn("mailboxes", control.ask(f"{NAME}.ListMailboxes"))

    def test_a_caller_that_would_take_several_answers_gets_the_one_there_is(self):
        with self.daemon.control() as control:
            answer = control.call(f"{NAME}.ListMailboxes", more=True)
            self.assertNotEqual(answer.get("continues"), True)
            self.assertIn("taints", control.ask(f"{NAME}.GetTaint"))

    def assert_limit(self, data, limit):
        """This gets the error that names the limit, and the connection ends."""
        with self.subTest(data=data[:40]), self.daemon.control() as control:
            try:
                control.send(data)
            except (BrokenPipeError, ConnectionResetError):
                pass  # closed before all of it was sent
            answer = control.receive()
            self.assertEqual(answer["error"], f"{NAME}.LimitExceeded")
            self.assertEqual(answer["parameters"]["limit"], limit)
            self.assertTrue(answer["parameters"]["problem"] and answer["parameters"]["remedy"])
            self.assertIsNone(control.receive())

    def test_a_call_of_more_than_its_bytes_is_told_so_and_ends_the_connection(self):
        call = varlink.message(f"{NAME}.Nothing", {"padding": ""})
        for data in (b"x" * (2 << 20), b"[" * 100_000 + b"\0", b'{"parameters":' * 50_000 + b"\0",
                     varlink.message(f"{NAME}.Nothing", {"padding": "x" * (CALL_BYTES + 2 - len(call))})):
            self.assert_limit(data, "call-size")
        with self.daemon.control() as control:
            answer = control.call(f"{NAME}.Nothing", {"padding": "x" * (CALL_BYTES + 1 - len(call))})
            self.assertEqual(answer["error"], f"{SERVICE}.MethodNotFound")
        self.assert_answers()

    def test_a_call_that_is_deep_or_has_strange_keys_is_told_so_and_ends_the_connection(self):
        method = '{"method":"%s.GetStatus","parameters":{"a":' % NAME
        for value in ("[" * 9 + "]" * 9, '{"k":' * 9 + "1" + "}" * 9, '{"%s":1}' % ("k" * 65), '{"\u0300":1}'):
            self.assert_limit((method + value + "}}").encode() + b"\0", "call-shape")
        self.assert_answers()

    def test_half_a_message_and_a_client_that_leaves_harm_nobody(self):
        for _ in range(20):
            with self.daemon.control() as control:
                control.send(varlink.message(f"{NAME}.GetStatus")[:-5])
        self.assert_answers()

    def test_a_client_that_never_reads_costs_bounded_memory_and_holds_up_nobody(self):
        before = processes.resident_kibibytes(self.daemon.pid)
        with self.daemon.control() as control:
            control.socket.setblocking(False)
            calls = varlink.message(f"{NAME}.GetStatus") * 1000
            sent = 0
            try:
                while sent < 64 << 20:
                    sent += control.socket.send(calls)
            except BlockingIOError:
                pass
            self.assert_answers()
            self.assertLess(sent, 16 << 20, "the daemon reads on although nobody takes its answers")
        self.assertLess(processes.resident_kibibytes(self.daemon.pid) - before, 64 << 10)

    def test_answers_are_one_line_of_sorted_keys(self):
        with self.daemon.control() as control:
            control.send(varlink.message(f"{NAME}.GetStatus"))
            data = b""
            while not data.endswith(b"\0"):
                data += control.socket.recv(65536)
        self.assertNotIn(b"\n", data)
        self.assertEqual(json.dumps(json.loads(data[:-1]), sort_keys=True), json.dumps(json.loads(data[:-1])))

    def test_the_words_of_the_description_are_spelled_as_varlink_wants_them(self):
        with self.daemon.control() as control:
            text = control.ask(f"{SERVICE}.GetInterfaceDescription", {"interface": NAME})["description"]
        interface = Interface(text)
        for name in [*interface.methods, *interface.types, *interface.errors]:
            self.assertRegex(name, re.compile(r"^[A-Z][A-Za-z0-9]*$"))
