"""Limits on clients: who asks for more than his share is refused, others are served, and the journal shows it folded."""

import os
import re
import time

from support import doe, processes, procfs, silent_peer, spdm, tool
from support.case import DaemonCase
from support.processes import NOBODY
from support.record import check_whole

SESSION = 2500


def flood(daemon, count, request=None, connections=4):
    """Sends requests as fast as the daemon reads them; how many were refused."""
    frame = spdm.frame(spdm.NORMAL, request or doe.discovery(0))
    clients = [daemon.connect() for _ in range(connections)]
    refused = 0
    for _ in range(count // (10 * connections)):
        for client in clients:
            client.send(frame * 10)
        for client in clients:
            refused += sum(client.answer() == b"" for _ in range(10))
    for client in clients:
        client.close()
    return refused


class Limits(DaemonCase):
    def limit_records(self, daemon):
        return [record for record in daemon.all_records().values() if record["DOE_EVENT"] == "limits-refused"]

    def test_a_flood_is_refused_and_folded_and_others_are_served_meanwhile(self):
        daemon = self.new_daemon(options=("--rate", "200", "--burst", "50")).start()
        started = time.monotonic()
        _, refused = processes.as_user(NOBODY, lambda: flood(daemon, 1200))
        self.assertGreater(refused, 100)
        # Root has a share of his own.
        self.assert_serves(daemon)
        first = self.limit_records(daemon)
        self.assertEqual(
            [first[0][name] for name in ("DOE_LIMIT", "DOE_COUNT", "DOE_CLIENT_UID", "DOE_MAILBOX", "DOE_RULE", "PRIORITY")],
            ["rate", "1", str(NOBODY), "sim:cxl", "limits", "3"])
        self.assertIn("DOE_CLIENT_EXE", first[0])
        self.assertTrue(any(f"rate {refused}" in text for text in daemon.status()["attention"]), daemon.status())

        instance = daemon.instance
        self.assertEqual(daemon.terminate(), 0)
        # The end writes what was counted: one record, however many there were.
        most = self.most_records_since(started)
        records = processes.eventually(
            lambda: (lambda all: all if list(all.values())[-1]["DOE_EVENT"] == "daemon-stopped" else None)(
                daemon.journal.records(instance)), "the last record is in the journal")
        check_whole(records)
        folded = [record for record in records.values() if record["DOE_EVENT"] == "limits-refused"]
        self.assertEqual(sum(int(record["DOE_COUNT"]) for record in folded), refused)
        self.assertLessEqual(len(folded), most)
        self.assertLessEqual(int(folded[-1]["DOE_FIRST"]), int(folded[-1]["DOE_LAST"]))
        report = tool.run("report", "--directory", daemon.journal.log, "--json")
        found = [
            finding for finding in report.json["attention"] if finding["kind"] == "limited" and str(NOBODY) in finding["what"]]
        self.assertGreaterEqual(sum(finding["count"] for finding in found), refused)

    def test_a_whole_session_of_one_user_passes_without_a_refusal(self):
        daemon = self.new_daemon().start()

        def session():
            with daemon.connect() as client:
                return sum(client.exchange(doe.discovery(0)) == b"" for _ in range(SESSION))
        self.assertEqual(processes.as_user(NOBODY, session)[1], 0)
        self.assertEqual(daemon.status()["refused"], 0)

    def test_the_client_is_told_which_limit_it_was(self):
        daemon = self.new_daemon(options=("--request-size", "16", "--rate", "1", "--burst", "3")).start()

        def ask():
            with daemon.connect() as client:
                client.exchange(doe.named(doe.ECHO, bytes(64)))
                size = client.explain()
                # Sent ahead: who waits for his answer would wait for his token, and not be refused.
                client.send(spdm.frame(spdm.NORMAL, doe.discovery(0)) + spdm.frame(spdm.EXPLAIN))
                assert client.answer() == b""
                return size, client.explanation()
        size, rate = processes.as_user(NOBODY, ask)[1]
        self.assertEqual([size["rule"], size["status"], size["verdict"], size["name"]], ["limits", "refused", "deny", "vendor-specific object"])
        self.assertIn("72 bytes", size["reason"])
        self.assertNotIn("sequence", size)
        self.assertIn("more than 1 frames a second", rate["reason"])
        self.assertEqual({record["DOE_LIMIT"] for record in self.limit_records(daemon)}, {"request-size", "rate"})

    def test_an_attempt_on_compliance_does_not_hide_behind_a_flood(self):
        daemon = self.new_daemon(options=("--rate", "1", "--burst", "1")).start()

        def ask():
            # The connection took the only token.
            with daemon.connect() as client:
                client.exchange(doe.named(doe.COMPLIANCE))
                return client.explain()
        notice = processes.as_user(NOBODY, ask)[1]
        self.assertEqual([notice["rule"], notice["taint"]], ["gatekeeper", "C"])
        self.assertEqual(self.record_of(daemon, notice)["DOE_EVENT"], "compliance-refused")

    @procfs.needed
    def test_who_spins_on_refusals_does_not_keep_the_daemon_busy(self):
        daemon = self.new_daemon(options=("--rate", "20", "--burst", "8")).start()

        def spin():
            before = processes.processor_seconds(daemon.pid)
            refused = flood(daemon, 80)
            return processes.processor_seconds(daemon.pid) - before, refused
        used, refused = processes.as_user(NOBODY, spin)[1]
        self.assertGreater(refused, 5)
        # 80 frames at 20 a second take four seconds, of which the daemon sleeps nearly all.
        self.assertLess(used, 1)

    def test_refused_connections_are_folded_too(self):
        daemon = self.new_daemon(
            rules=self.rules("allow object=0001:00 ask-device\n"),
            options=(
                "--connections-per-user", "2", "--first-request", "2", *silent_peer.SilentPeer(self).options)).start()

        def hoard():
            held = [silent_peer.occupy(daemon.connect(silent_peer.MAILBOX)) for _ in range(2)]
            time.sleep(0.3)
            refused = [daemon.connect() for _ in range(50)]
            for connection in refused:
                assert connection.answer() == b""
            return len(held)
        started = time.monotonic()
        processes.as_user(NOBODY, hoard)
        records = self.limit_records(daemon)
        self.assertLessEqual(len(records), self.most_records_since(started))
        self.assertEqual({record["DOE_LIMIT"] for record in records}, {"connections"})
        self.assertEqual(records[0]["DOE_COUNT"], "1")
        # Whose name comes late goes by the uid alone for a while, and may rest at a place of that one first.
        found = re.search(r"refused by limits on clients since the start: connections (\d+)", str(daemon.status()["attention"]))
        self.assertIn(int(found[1]), range(10, 51))

    def test_root_waits_for_the_exchange_under_way_and_not_for_every_uid_that_came_before(self):
        rules = self.rules("allow object=10de:77\nallow object=0001:00 ask-device\n")
        daemon = self.new_daemon(rules=rules).start()
        dropped = spdm.frame(spdm.NORMAL, doe.named("10de:77", bytes(4)))  # the device says nothing, for a second

        def ask():
            held = []
            for uid in range(100_000, 100_008):
                os.setresuid(uid, uid, 0)
                held.append(daemon.connect("sim:vendor"))
                held[-1].send(dropped)
                os.setresuid(0, 0, 0)
            time.sleep(0.4)  # so that all of them wait: who they are is known after 200 ms at most
            with daemon.connect("sim:vendor") as connection:
                before = time.monotonic()
                assert connection.exchange(doe.discovery(0)) != b""
                return before * 1_000_000, connection.explain()["sequence"]
        before, number = processes.as_user(0, ask)[1]
        daemon.journal.record(daemon.instance, number)
        records = daemon.journal.records(daemon.instance)
        others = [record for key, record in records.items() if record.get("DOE_OBJECT") == "10de:77" and key < number]
        # One may end and the next begin while root's request is on its way.
        self.assertLessEqual(sum(int(record["DOE_MONOTONIC"]) > before for record in others), 1, others)

    def test_who_is_refused_a_place_hears_it_and_is_not_killed(self):
        port = processes.free_port()
        daemon = self.new_daemon(
            rules=self.rules("allow object=0001:00 via={unix,tcp} ask-device\n"),
            options=(
                "--connections-per-user", "1", "--tcp", f"{silent_peer.MAILBOX}=127.0.0.1:{port}",
                *silent_peer.SilentPeer(self).options)).start()
        request = spdm.frame(spdm.NORMAL, doe.discovery(0))

        def turned_away(connect):
            with connect() as held:
                silent_peer.occupy(held)
                time.sleep(0.3)
                connection = connect()
                # Before it has read anything, and after the end: each is a write to a closed socket otherwise.
                for _ in range(3):
                    connection.send(request)
                assert connection.answer() == b"" and connection.is_closed_by_the_daemon()
                for _ in range(3):
                    connection.send(request)
                    time.sleep(0.05)
                held.close()
                connection.close()
            return True
        self.assertTrue(processes.as_user(
            NOBODY, lambda: turned_away(lambda: daemon.connect(silent_peer.MAILBOX)))[1])
        self.assertTrue(turned_away(lambda: spdm.TCPConnection(f"127.0.0.1:{port}")))

    def test_the_tool_says_that_a_limit_was_reached(self):
        daemon = self.new_daemon(
            rules=self.rules("allow object=0001:00 ask-device\n"),
            options=("--connections-per-user", "1", *silent_peer.SilentPeer(self).options)).start()
        for _ in range(8):
            connection = silent_peer.occupy(daemon.connect(silent_peer.MAILBOX))
            self.addCleanup(connection.close)
        time.sleep(0.3)
        answer = tool.run("exchange", "sim:cxl", "0001:00", daemon=daemon)
        self.assertEqual(answer.status, 1, answer)
        self.assertIn("a limit on clients was reached", answer.complaint)

    def test_an_option_out_of_its_range_ends_the_start(self):
        for option in ("--rate", "--burst", "--open-exchanges", "--request-size", "--connections-per-user", "--connections-of-users", "--connection-idle", "--first-request"):
            daemon = self.new_daemon(options=(option, "0"))
            daemon.start(wait=False)
            self.assertEqual(daemon.process.wait(20), 2)
            self.assertIn(option, daemon.said())
