"""What clients get on the mailboxes' sockets, and what the daemon says of it."""

import os
import stat
import struct

from support import doe, made_up, places, processes, spdm
from support.case import DaemonCase, SharedDaemonCase

NOTICE = {
    "mailbox", "object", "name", "class", "verdict", "rule", "reason", "status", "taint", "sequence", "instance"}


class AllowedExchanges(SharedDaemonCase):
    def test_discovery_lists_the_objects_of_a_mailbox_in_a_chain_that_ends(self):
        with self.daemon.connect() as connection:
            objects, index = [], 0
            while True:
                found, index_after = doe.discovered(connection.exchange(doe.discovery(index)))
                objects.append(found)
                if index_after == 0:
                    break
                self.assertEqual(index_after, index + 1)
                index = index_after
        self.assertEqual(objects, [(0x0001, 0x00), (0x1E98, 0x00), (0x1E98, 0x02)])

    def test_discovery_past_the_end_answers_as_a_device_does(self):
        response, _ = self.ask_once(self.daemon, doe.discovery(9))
        self.assertEqual(doe.discovered(response), ((0xFFFF, 0xFF), 0))

    def test_a_walk_through_the_cdat_gives_a_table_whose_bytes_add_up_to_zero(self):
        with self.daemon.connect() as connection:
            table, handle = b"", 0
            while handle != 0xFFFF:
                response = connection.exchange(doe.table_access(handle))
                self.assertEqual(response[:4], doe.table_access(0)[:4])
                self.assertEqual(int.from_bytes(response[4:8], "little") * 4, len(response))
                handle, entry = doe.table_entry(response)
                table += entry
        self.assertEqual(sum(table) % 256, 0)
        self.assertEqual(int.from_bytes(table[:4], "little"), len(table))
        kinds, place = [], 16
        while place < len(table):
            kinds.append(table[place])
            place += int.from_bytes(table[place + 2:place + 4], "little")
        self.assertEqual((place, kinds), (len(table), [0, 1, 1, 1, 1, 4]))

    def test_a_vendor_object_of_root_passes_with_a_warning_and_the_taint_v(self):
        request = doe.named(doe.ECHO, b"seven bytes and more")
        response, notice = self.ask_once(self.daemon, request, "sim:vendor")
        self.assertEqual(response, request)
        self.assertEqual(
            {key: notice[key] for key in ("verdict", "class", "taint", "status", "object", "mailbox")},
            {"verdict": "warn", "class": "vendor", "taint": "V", "status": "done", "object": "10de:01",
             "mailbox": "sim:vendor"})
        self.assertRegex(notice["rule"], r"^90-doe-audit\.rules:\d+$")

    def test_an_explanation_has_every_field_and_the_number_of_its_record(self):
        _, notice = self.ask_once(self.daemon, doe.discovery(0))
        self.assertEqual(notice.keys(), NOTICE)
        self.assertEqual((notice["name"], notice["class"]), ("DOE Discovery", places.DISCOVERY_CLASS))
        record = self.record_of(self.daemon, notice)
        self.assertIn(notice["reason"], record["MESSAGE"])

    def test_an_explanation_is_about_the_last_exchange_of_its_own_connection(self):
        with self.daemon.connect() as one, self.daemon.connect("sim:vendor") as other:
            one.exchange(doe.discovery(0))
            other.exchange(doe.named(doe.ECHO))
            self.assertEqual((one.explain()["object"], other.explain()["object"]), ("0001:00", "10de:01"))
            self.assertEqual(one.explain(), one.explain())

    def test_an_explanation_before_the_first_exchange_is_empty(self):
        with self.daemon.connect() as connection:
            self.assertEqual(connection.explain(), {})

    def test_an_object_of_the_largest_size_passes_both_ways(self):
        request = doe.named(doe.ECHO, bytes((1 << 20) - 8))
        self.assertEqual((len(request), request[4:8]), (1 << 20, bytes(4)))
        response, _ = self.ask_once(self.daemon, request, "sim:vendor")
        self.assertEqual(response, request)

    def test_exchanges_follow_each_other_on_one_connection_and_each_is_counted(self):
        before = self.daemon.status()["exchanges"]
        with self.daemon.connect() as connection:
            for index in range(50):
                connection.exchange(doe.discovery(index % 3))
        self.assertEqual(self.daemon.status()["exchanges"], before + 50)

    def test_everybody_may_connect_to_a_mailbox_and_only_root_and_the_group_to_the_control_socket(self):
        def mode(path):
            status = os.stat(path)
            return stat.S_ISSOCK(status.st_mode), stat.S_IMODE(status.st_mode)
        self.assertEqual(mode(self.daemon.mailbox_socket("sim:cxl")), (True, 0o666))
        self.assertEqual(mode(self.daemon.control_socket), (True, 0o660))
        self.assertEqual(stat.S_IMODE(os.stat(self.daemon.state).st_mode), 0o700)


class SeveralOfOneModel(SharedDaemonCase):
    simulate = "vendor*3,vendor"

    def test_each_is_a_device_of_its_own(self):
        names = ["sim:vendor-1", "sim:vendor-2", "sim:vendor-3", "sim:vendor"]
        with self.daemon.control() as control:
            found = control.ask("org.doeaudit.Control1.ListMailboxes")["mailboxes"]
        self.assertEqual([entry["name"] for entry in found], names)
        # The only one and the first are the same device, which no two functions of a host are.
        self.assertEqual(len({entry["serial"] for entry in found[:3]}), 3)
        for mailbox, times in zip(names, (1, 2, 3, 1)):
            for count in range(times):
                response, notice = self.ask_once(self.daemon, doe.named(doe.COUNTER), mailbox)
                self.assertEqual((notice["mailbox"], response[8:]), (mailbox, (count + 1).to_bytes(4, "little")))


class OtherCommands(SharedDaemonCase):
    def test_a_hello_is_answered_with_a_hello(self):
        with self.daemon.connect() as connection:
            connection.send(spdm.frame(spdm.TEST, b"Client Hello!\0"))
            self.assertEqual(connection.receive()[::2], (spdm.TEST, b"Server Hello!\0"))
            connection.exchange(doe.discovery(0))

    def test_shutdown_ends_the_connection_and_not_the_daemon(self):
        with self.daemon.connect() as connection:
            connection.send(spdm.frame(spdm.SHUTDOWN))
            self.assertEqual(connection.receive()[0], spdm.SHUTDOWN)
            self.assertTrue(connection.is_closed_by_the_daemon())
        self.assert_serves(self.daemon)

    def test_continue_is_answered_with_the_same(self):
        with self.daemon.connect() as connection:
            connection.send(spdm.frame(spdm.CONTINUE))
            self.assertEqual(connection.receive(), (spdm.CONTINUE, spdm.PCI_DOE, b""))

    def test_a_command_that_is_not_known_is_answered_as_unknown_and_the_talk_goes_on(self):
        with self.daemon.connect() as connection:
            for command in (0, 2, 0x8000, 0xD0E0, 0xFFFFFFFF, spdm.UNKNOWN):
                connection.send(spdm.frame(command, b"whatever"))
                self.assertEqual(connection.receive(), (spdm.UNKNOWN, spdm.PCI_DOE, b""))
            self.assertTrue(connection.exchange(doe.discovery(0)))


class RefusedExchanges(SharedDaemonCase):
    def refused(self, request, mailbox="sim:cxl"):
        before = self.daemon.status()["trail"]["sequence"]
        response, notice = self.ask_once(self.daemon, request, mailbox)
        self.assertEqual((response, notice["verdict"], notice["status"]), (b"", "deny", "refused"), notice)
        record = self.record_of(self.daemon, notice)
        # What never reached a mailbox has neither a response nor a latency.
        self.assertEqual([name for name in record if name.startswith("DOE_RESPONSE") or "LATENCY" in name], [])
        # One that repeats another is counted, and the record of the first, which stands for it, has the first one's bytes.
        if notice["sequence"] > before:
            self.assertEqual(record["DOE_REQUEST_BYTES"], str(len(request)))
        self.assertEqual([record["DOE_RULE"], record.get("DOE_OBJECT")], [notice["rule"], notice.get("object")])
        return notice, record

    def executions(self):
        """How often the vendor function executed its counting object, this time not counted."""
        response, _ = self.ask_once(self.daemon, doe.named(doe.COUNTER), "sim:vendor")
        self.counted = getattr(self, "counted", 0) + 1
        return doe.count(response) - self.counted

    def test_spdm_is_refused_by_default(self):
        clear, secured = b"\x12\x84\0\0", b"\1\0\0\0\x10\0" + bytes(16)
        for name, payload in (("0001:01", clear), ("0001:02", secured), ("0001:03", clear), ("0001:04", secured)):
            notice, record = self.refused(doe.named(name, payload))
            self.assertEqual((notice["rule"], notice["taint"]), ("default", ""))
            self.assertEqual(record["DOE_EVENT"], "exchange-refused")
            if name == "0001:01":
                self.assertEqual(record["DOE_SPDM"].lower().replace("_", "-"), "get-version")

    def test_an_unknown_object_is_refused_by_default(self):
        for name in ("0001:7f", "1e98:55"):
            notice, _ = self.refused(doe.named(name))
            self.assertEqual((notice["class"], notice["rule"]), ("unknown", "default"))

    def test_compliance_is_refused_whatever_its_header_carries_besides(self):
        requests = [
            doe.named(doe.COMPLIANCE),
            doe.named(doe.COMPLIANCE, b"\x06\x01\0\0"),
            doe.named(doe.COMPLIANCE, bytes(40)),
            # A connection id, and bits of the first dword that a device ignores.
            doe.named(doe.COMPLIANCE, bytes(4), connection=0xFFF),
            doe.named(doe.COMPLIANCE, bytes(4), reserved=0xFF),
            doe.named(doe.COMPLIANCE, bytes(8), connection=1, reserved=0x80),
            # The longest object there is, whose length field is 0.
            doe.named(doe.COMPLIANCE, bytes((1 << 20) - 8)),
        ]
        for mailbox in ("sim:cxl", "sim:vendor"):
            for request in requests:
                with self.subTest(mailbox=mailbox, header=request[:12].hex()):
                    notice, record = self.refused(request, mailbox)
                    self.assertEqual((notice["rule"], notice["class"], notice["taint"]), ("gatekeeper", "compliance", "C"))
                    self.assertEqual(record["DOE_EVENT"], "compliance-refused")
                    self.assertEqual(record["DOE_OBJECT"], "1e98:00")

    def test_the_name_of_a_compliance_request_is_on_record(self):
        _, record = self.refused(doe.named(doe.COMPLIANCE, b"\x06\x01\0\0"))
        self.assertEqual(record["DOE_COMPLIANCE"], "inject-link-poison")

    def test_compliance_with_a_length_that_is_not_its_own_is_compliance_as_soon_as_it_can_be_read(self):
        for length in (0, 1, 2, 4, 0x3FFFF):
            with self.subTest(length=length):
                notice, _ = self.refused(doe.named(doe.COMPLIANCE, bytes(4), length=length))
                self.assertEqual((notice["rule"], notice["class"], notice["taint"]), ("gatekeeper", "compliance", "CM"))
        for cut in range(12):
            with self.subTest(cut=cut):
                notice, record = self.refused(doe.named(doe.COMPLIANCE, bytes(4))[:cut])
                self.assertEqual(
                    (notice["class"], notice["taint"]), ("malformed", "M") if cut < 4 else ("compliance", "CM"))
                self.assertEqual(
                    record["DOE_EVENT"], "malformed-request" if cut < 4 else "compliance-refused")

    def test_a_compliance_request_hidden_in_a_vendor_object_never_reaches_the_device(self):
        hidden = doe.named(doe.COMPLIANCE, b"\x06\x01\0\0")
        before = self.executions()
        for place in (0, 4, 40, 4000):
            notice, record = self.refused(doe.named(doe.COUNTER, bytes(place) + hidden), "sim:vendor")
            self.assertEqual((notice["rule"], notice["class"], notice["taint"]), ("gatekeeper", "vendor", "C"))
            self.assertEqual(record["DOE_EVENT"], "compliance-refused")
        self.assertEqual(self.executions(), before)
        # And the same object without it passes, so it was the hidden request.
        self.assertTrue(self.ask_once(self.daemon, doe.named(doe.COUNTER, bytes(20)), "sim:vendor")[0])

    def test_a_discovery_full_of_another_object_never_reaches_the_device(self):
        # At every even dword the counting object's header, with the length that is left: whatever a reset leaves of it is
        # that object.
        dwords = 32768
        vendor, kind = (int(part, 16) for part in doe.COUNTER.split(":"))
        filling = b"".join(
            struct.pack("<II", vendor | kind << 16, dwords - index) for index in range(2, dwords, 2))
        before = self.executions()
        for name in ("0001:00", "1e98:02"):
            notice, record = self.refused(doe.named(name, filling), "sim:vendor")
            self.assertEqual((notice["rule"], notice["class"], notice["taint"]), ("gatekeeper", "malformed", "M"))
            self.assertEqual(record["DOE_EVENT"], "malformed-request")
            self.assertIn("byte 4: expected a length of 3 dwords, found 32768", record["MESSAGE"])
        # In what root may send it is refused as what it is: so many headers are no accident.
        notice, record = self.refused(doe.named(doe.ECHO, filling), "sim:vendor")
        self.assertEqual((notice["rule"], notice["class"], notice["taint"]), ("gatekeeper", "vendor", "M"))
        self.assertEqual(record["DOE_EVENT"], "exchange-refused")
        # One that root may send by itself may stand at the end of another one.
        self.assertTrue(self.ask_once(self.daemon, doe.named(doe.ECHO, doe.named(doe.COUNTER)), "sim:vendor")[0])
        notice, _ = self.refused(doe.named(doe.ECHO, doe.named("0001:7f")), "sim:vendor")
        self.assertEqual((notice["rule"], notice["taint"]), ("gatekeeper", "M"))
        self.assertEqual(self.executions(), before)

    def test_an_object_that_is_malformed_never_reaches_the_device(self):
        before = self.executions()
        for request in (doe.named(doe.COUNTER, length=3), doe.named(doe.COUNTER) + b"\0", doe.named(doe.COUNTER) + bytes(4)):
            self.refused(request, "sim:vendor")
        self.assertEqual(self.executions(), before)

    def test_a_refusal_does_not_end_the_connection(self):
        with self.daemon.connect() as connection:
            for _ in range(3):
                self.assertEqual(connection.exchange(doe.named(doe.COMPLIANCE, bytes(4))), b"")
                self.assertTrue(connection.exchange(doe.discovery(0)))

    def test_refused_exchanges_are_counted_apart(self):
        before = self.daemon.status()
        self.refused(doe.named("0001:01"))
        after = self.daemon.status()
        self.assertEqual(
            (after["exchanges"] - before["exchanges"], after["refused"] - before["refused"]), (1, 1))


class SlowMailbox(DaemonCase):
    """A mailbox that takes a request and never answers it."""

    def setUp(self):
        super().setUp()
        self.mailbox = made_up.MAILBOX
        root = made_up.make_tree(self.new_directory() / "sys")
        self.daemon = self.new_daemon(simulate=None, options=("--sysfs-root", str(root))).start()

    def test_an_exchange_without_a_response_is_a_failure_on_record_with_the_taint_a(self):
        with self.daemon.connect(self.mailbox) as connection:
            self.assertEqual(connection.exchange(doe.discovery(0)), b"")
            notice = connection.explain()
        self.assertEqual((notice["status"], notice["verdict"], notice["taint"]), ("timeout", "allow", "A"))
        record = self.record_of(self.daemon, notice)
        self.assertEqual(record["DOE_EVENT"], "exchange-failed")
        self.assertEqual(record["DOE_ADDRESS"], "0000:01:00.0")
        self.assertGreaterEqual(int(record["DOE_LATENCY_USEC"]), 1_000_000)

    def test_a_client_that_leaves_in_the_middle_of_its_exchange_is_on_record_all_the_same(self):
        with self.daemon.connect(self.mailbox) as connection:
            connection.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
            # Else the next one may be named before it, and served first.
            self.wait_until_under_way()
        with self.daemon.connect(self.mailbox) as connection:
            connection.exchange(doe.discovery(1))
            second = connection.explain()
        first = self.daemon.journal.record(second["instance"], second["sequence"] - 1)
        self.assertEqual((first["DOE_OBJECT"], first["DOE_STATUS"]), ("0001:00", "timeout"))

    def test_sigterm_waits_for_the_exchange_under_way_and_answers_it(self):
        with self.daemon.connect(self.mailbox) as connection:
            connection.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
            self.wait_until_under_way()
            instance = self.daemon.instance
            self.assertEqual(self.daemon.terminate(), 0)
            self.assertEqual(connection.answer(), b"")
        events = [record["DOE_EVENT"] for record in self.daemon.journal.records(instance).values()]
        self.assertEqual(events[-2:], ["exchange-failed", "daemon-stopped"])

    def wait_until_under_way(self):
        # The mailbox's GO bit is in the made-up config space once the request is written.
        options = self.daemon.arguments
        root = options[options.index("--sysfs-root") + 1]

        def written():
            with open(f"{root}/bus/pci/devices/{made_up.ADDRESS}/config", "rb") as file:
                file.seek(0x190 + 8)
                return int.from_bytes(file.read(4), "little") >> 31
        processes.eventually(written, "GO was written")
