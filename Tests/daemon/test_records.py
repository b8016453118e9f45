"""What the journal holds of every event: fields, numbers, chain, priorities, and texts in the catalog."""

import hashlib
import os
import pathlib
import re
import sys

from support import doe, places, processes, spdm
from support.case import SharedDaemonCase
from support.record import ORDER, check_whole

ALWAYS = {
    "MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER", "DOE_EVENT", "DOE_INSTANCE", "DOE_SEQ", "DOE_CHAIN",
    "DOE_BOOT", "DOE_TIME", "DOE_MONOTONIC", "DOE_SCHEMA"}
OF_AN_EXCHANGE = ALWAYS | {
    "DOE_KIND", "DOE_ROAD", "DOE_MAILBOX", "DOE_DEVICE", "DOE_SERIAL", "DOE_OBJECT_NAME", "DOE_CLASS", "DOE_VERDICT",
    "DOE_RULE", "DOE_POLICY", "DOE_MODE", "DOE_STATUS", "DOE_REQUEST_BYTES", "DOE_REQUEST_SHA256", "DOE_CLIENT_PID",
    "DOE_CLIENT_UID", "DOE_CLIENT_EXE", "DOE_CLIENT_PARENT"}
OF_A_RESPONSE = {"DOE_OBJECT", "DOE_RESPONSE_BYTES", "DOE_RESPONSE_SHA256", "DOE_LATENCY_USEC"}


class Records(SharedDaemonCase):
    def test_an_allowed_exchange_has_every_promised_field_with_its_value(self):
        request = doe.discovery(2)
        response, notice = self.ask_once(self.daemon, request)
        record = self.record_of(self.daemon, notice)
        self.assertEqual((OF_AN_EXCHANGE | OF_A_RESPONSE) - record.keys(), set())
        policy = self.daemon.status()["policy"]
        expected = {
            "DOE_EVENT": "exchange-allowed", "DOE_KIND": "simulated", "DOE_ROAD": "proxy", "DOE_MAILBOX": "sim:cxl",
            "DOE_DEVICE": "8086:0d93", "DOE_SERIAL": "00-00-00-00-00-00-12-34", "DOE_OBJECT": "0001:00",
            "DOE_OBJECT_NAME": "DOE Discovery", "DOE_CLASS": places.DISCOVERY_CLASS, "DOE_VERDICT": "allow",
            "DOE_RULE": notice["rule"], "DOE_POLICY": f"{policy['generation']}:{policy['sha256']}",
            "DOE_MODE": "production", "DOE_STATUS": "done", "DOE_REQUEST_BYTES": str(len(request)),
            "DOE_REQUEST_SHA256": hashlib.sha256(request).hexdigest(), "DOE_RESPONSE_BYTES": str(len(response)),
            "DOE_RESPONSE_SHA256": hashlib.sha256(response).hexdigest(), "DOE_CLIENT_PID": str(os.getpid()),
            "DOE_CLIENT_UID": "0", "DOE_CLIENT_EXE": os.path.realpath(sys.executable), "PRIORITY": "6",
            "SYSLOG_IDENTIFIER": "doe-auditd", "DOE_SCHEMA": "5", "DOE_INSTANCE": notice["instance"],
            "DOE_BOOT": pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")}
        self.assertEqual({name: record.get(name) for name in expected}, expected)
        # The time is the event's: before journald's own, and not by much.
        self.assertLess(abs(int(record["__REALTIME_TIMESTAMP"]) - int(record["DOE_TIME"])), 60_000_000)
        self.assertLess(abs(int(record["__MONOTONIC_TIMESTAMP"]) - int(record["DOE_MONOTONIC"])), 60_000_000)

    def test_the_rule_on_record_is_the_line_in_the_file(self):
        _, notice = self.ask_once(self.daemon, doe.discovery(0))
        name, _, line = self.record_of(self.daemon, notice)["DOE_RULE"].rpartition(":")
        text = (places.RULES / name).read_text().splitlines()[int(line) - 1]
        self.assertRegex(text, r"^allow object=.*0001:00")

    def test_every_kind_of_exchange_has_its_event_and_its_priority(self):
        with self.daemon.connect() as cxl, self.daemon.connect("sim:vendor") as vendor:
            def after(connection, request):
                connection.exchange(request)
                record = self.record_of(self.daemon, connection.explain())
                return record["DOE_EVENT"], record["PRIORITY"], record.get("DOE_TAINT")
            compliance = doe.named(doe.COMPLIANCE, bytes(4))
            expected = [
                (cxl, doe.discovery(0), ("exchange-allowed", "6", None)),
                (vendor, doe.named(doe.ECHO), ("exchange-warned", "4", "V")),
                (vendor, doe.named(doe.ECHO), ("exchange-warned", "4", "V")),
                (cxl, doe.named("0001:01", b"\x10\x84\0\0"), ("exchange-refused", "3", None)),
                # The first attempt at compliance is critical, journald syncs then; another one is an error.
                (vendor, compliance, ("compliance-refused", "2", "C")),
                (vendor, doe.named(doe.COMPLIANCE, b"\1\0\0\0"), ("compliance-refused", "3", "C")),
                (cxl, b"\0" * 9, ("malformed-request", "3", "M")),
                (cxl, doe.named("0001:01"), ("malformed-request", "3", "M")),
            ]
            for connection, request, wanted in expected:
                with self.subTest(wanted=wanted):
                    self.assertEqual(after(connection, request), wanted)

    def test_every_message_id_is_explained_in_the_catalog(self):
        self.ask_once(self.daemon, doe.discovery(0))
        known = set(re.findall(r"^-- ([0-9a-f]{32})$", places.CATALOG.read_text(), re.MULTILINE))
        used = {record["MESSAGE_ID"] for record in self.daemon.all_records().values()}
        self.assertGreater(len(used), 2)
        self.assertEqual(used - known, set())

    def test_an_event_has_one_message_id_and_a_message_id_one_event(self):
        self.ask_once(self.daemon, doe.named("0001:01"))
        pairs = {(record["DOE_EVENT"], record["MESSAGE_ID"]) for record in self.daemon.all_records().values()}
        self.assertEqual(len(pairs), len({event for event, _ in pairs}))
        self.assertEqual(len(pairs), len({message for _, message in pairs}))

    def test_the_daemons_start_is_on_record_behind_its_policy(self):
        records = self.daemon.all_records()
        self.assertEqual([records[1]["DOE_EVENT"], records[2]["DOE_EVENT"]], ["policy-loaded", "daemon-started"])
        self.assertEqual((records[1]["PRIORITY"], records[2]["PRIORITY"]), ("5", "5"))
        self.assertEqual(records[2]["DOE_MODE"], "production")

    def test_numbers_have_no_gap_and_each_record_carries_the_digest_of_the_one_before(self):
        with self.daemon.connect() as cxl, self.daemon.connect("sim:vendor") as vendor:
            for index in range(20):
                cxl.send(spdm.frame(spdm.NORMAL, doe.discovery(index)))
                vendor.send(spdm.frame(spdm.NORMAL, doe.named(doe.ECHO)))
                cxl.answer(), vendor.answer()
        records = self.daemon.all_records()
        check_whole(records)
        self.assertGreater(len(records), 41)
        for record in records.values():
            self.assertEqual([name for name in record if name not in ORDER], [])

    def test_one_exchange_makes_one_record(self):
        # On a daemon of its own: what repeats a refusal is counted with it.
        daemon = self.new_daemon().start()
        before = daemon.status()["trail"]["sequence"]
        with daemon.connect() as connection:
            for request in (doe.discovery(0), doe.named("0001:01"), doe.named(doe.COMPLIANCE), b"odd"):
                connection.exchange(request)
        self.assertEqual(daemon.status()["trail"]["sequence"], before + 4)

    def test_the_journal_is_written_by_the_daemon_itself(self):
        _, notice = self.ask_once(self.daemon, doe.discovery(0))
        record = self.record_of(self.daemon, notice)
        self.assertEqual((record["_PID"], record["_UID"]), (str(self.daemon.pid), str(processes.DAEMON_USER)))

    def test_the_ring_is_empty_once_the_journal_was_seen_to_hold_everything(self):
        self.ask_once(self.daemon, doe.discovery(0))
        processes.eventually(lambda: self.daemon.status()["trail"]["unconfirmed"] == 0, "the ring was emptied")
        trail = self.daemon.status()["trail"]
        self.assertEqual((trail["pending"], trail.get("problem")), (0, None))
