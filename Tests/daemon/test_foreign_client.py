"""The control interface, seen by a client of Varlink that nobody here wrote: PyPI's `varlink`. It reads the interface's
description, makes a method of each method and an exception of each error, and checks the types of what comes back."""

import os
import sys

from support import doe, foreign, processes
from support.case import SharedDaemonCase
from support.processes import NOBODY

NAME = "org.doeaudit.Control1"
SERVICE = "org.varlink.service"


class ForeignClient(SharedDaemonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.missing = foreign.missing()
        if cls.missing:
            # A skipped test shows in the sum alone. Tests/run repeats such a line at its end.
            print(f"\nNOT TESTED: the control interface with PyPI's varlink: {cls.missing}", file=sys.stderr)
        cls.varlink = foreign.client()
        # As the package does for the group doe-audit.
        os.chown(cls.daemon.control_socket, 0, NOBODY)

    def setUp(self):
        super().setUp()
        if self.missing:
            self.skipTest(self.missing)
        self.client = self.varlink.Client(address=f"unix:{self.daemon.control_socket}")
        self.addCleanup(self.client.cleanup)
        self.interface = self.client.get_interface(NAME)

    def open(self, name=NAME, **options):
        connection = self.client.open(name, **options)
        self.addCleanup(connection.close)
        return connection

    def members(self, kind):
        return {name: member for name, member in self.interface.members.items() if type(member).__name__ == kind}

    def error(self, function, *arguments, **named):
        with self.assertRaises(self.varlink.VarlinkError) as caught:
            function(*arguments, **named)
        return caught.exception

    def test_it_finds_both_interfaces_and_reads_their_descriptions(self):
        self.assertEqual(sorted(self.client.get_interfaces()), [NAME, SERVICE])
        info = self.client.info
        self.assertEqual((info["vendor"], info["product"]), ("doe-audit", "doe-auditd"))
        self.assertLessEqual(
            {"GetStatus", "ListMailboxes", "GetTaint", "GetConfiguration", "GetPolicy", "ReloadPolicy"},
            self.members("_Method").keys())
        self.assertLessEqual({"PermissionDenied", "PolicyBroken", "PolicyUnreadable"}, self.members("_Error").keys())
        # What a person sees of a method is its comment.
        self.assertIn("Root only", self.members("_Method")["ReloadPolicy"].doc)

    def test_each_method_can_be_called_and_answers_as_it_is_described(self):
        self.ask_once(self.daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        connection = self.open()
        for name, method in self.members("_Method").items():
            with self.subTest(method=name):
                # What is needed gets something of its type; that it is nonsense is an error that is declared.
                arguments = {key: self.something(kind) for key, kind in method.in_type.fields.items()
                             if type(kind).__name__ != "_Maybe"}
                try:
                    answer = getattr(connection, name)(**arguments)
                except self.varlink.VarlinkError as error:
                    self.assertTrue(arguments, f"{name}: {error}")
                    self.assert_declared(error)
                else:
                    self.assertEqual(set(answer), {
                        key for key, kind in method.out_type.fields.items()
                        if key in answer or type(kind).__name__ != "_Maybe"})

    @staticmethod
    def something(kind):
        # This client describes a type by a value of it.
        return kind if isinstance(kind, (bool, int, float, str)) else "x"

    def assert_declared(self, error):
        if error.error() == f"{SERVICE}.InvalidParameter":
            return
        interface, _, name = error.error().rpartition(".")
        self.assertEqual(interface, NAME)
        fields = self.members("_Error")[name].type.fields
        self.assertLessEqual(set(error.parameters()), set(fields))
        for key, kind in fields.items():
            self.assertTrue(key in error.parameters() or type(kind).__name__ == "_Maybe", key)

    def test_answers_are_what_is_so(self):
        connection = self.open(namespaced=True)
        status = connection.GetStatus().status
        self.assertEqual((status.pid, status.policy.rules, status.mailboxes), (self.daemon.pid, 4, 2))
        self.assertEqual([mailbox.name for mailbox in connection.ListMailboxes().mailboxes], ["sim:cxl", "sim:vendor"])
        lines = connection.GetPolicy().lines
        self.assertEqual(len([line for line in lines if line.kind == "rule"]), 4)
        self.assertEqual(connection.GetPolicy(first=len(lines)).lines, [])
        self.assertEqual(len(list(connection.GetTaint(_more=True))), 1)
        self.assertIsNone(connection.GetStatus(_oneway=True))
        self.assertTrue(connection.GetStatus())

    def test_errors_are_its_exceptions(self):
        connection = self.open()
        error = self.error(connection.GetPolicy, first=-1)
        self.assertIsInstance(error, self.varlink.InvalidParameter)
        self.assertEqual(error.parameters(), {"parameter": "first"})
        service = self.open(SERVICE)
        error = self.error(service.GetInterfaceDescription, "org.nobody")
        self.assertIsInstance(error, self.varlink.InterfaceNotFound)
        self.assertEqual(error.parameters(), {"interface": "org.nobody"})
        # The connection is as good as before.
        self.assertTrue(service.GetInfo())

    def test_root_changes_and_broken_rules_are_an_error_with_their_places(self):
        connection = self.open()
        before = connection.GetStatus()["status"]["policy"]["generation"]
        answer = connection.ReloadPolicy()
        self.assertEqual((answer["policy"]["generation"], answer["unchanged"]), (before + 1, True))
        broken = self.daemon.directory / "rules/10-broken.rules"
        broken.write_text("alow\n")
        self.addCleanup(broken.unlink)
        broken.chmod(0o644)
        error = self.error(connection.ReloadPolicy)
        self.assertEqual(error.error(), f"{NAME}.PolicyBroken")
        self.assert_declared(error)
        place, = error.parameters()["errors"]
        self.assertEqual((place["file"], place["line"], place["column"]), (str(broken), 1, 1))
        self.assertEqual(error.parameters()["consequence"], f"generation {before + 1} stays in force")

    def test_nobody_else_changes(self):
        def ask():
            with self.varlink.Client(address=f"unix:{self.daemon.control_socket}") as client, client.open(NAME) as member:
                pid = member.GetStatus()["status"]["pid"]
                try:
                    member.ReloadPolicy()
                except self.varlink.VarlinkError as error:
                    return [pid, error.error(), error.parameters()]
                return [pid, None, None]

        pid, name, parameters = processes.as_user(NOBODY, ask)[1]
        self.assertEqual((pid, name), (self.daemon.pid, f"{NAME}.PermissionDenied"))
        self.assertEqual(set(parameters), set(self.members("_Error")["PermissionDenied"].type.fields))
