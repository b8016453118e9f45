"""The daemon ends, is killed, and comes back: nothing is forgotten and no number is left out."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import unittest

from support import doe, made_up, processes, spdm, tool
from support.case import DaemonCase
from support.record import check_whole

USER = 60121


def events(records):
    return [record["DOE_EVENT"] for record in records.values()]


class Restarts(DaemonCase):
    def assert_report_is_whole(self, daemon):
        answer = tool.run("report", "--directory", daemon.journal.log, "--json")
        self.assertEqual((answer.status, answer.json["gaps"], answer.json["chainBreaks"]), (0, [], []))
        return answer.json

    def test_sigterm_ends_the_daemon_in_order_and_its_sockets_are_gone(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self.new_daemon().start()
            instance = daemon.instance
            daemon.process.send_signal(number)
            self.assertEqual(daemon.process.wait(20), 0)
            self.assertEqual([path.name for path in daemon.runtime.rglob("*") if path.is_socket()], [])
            # Handed over by now, and written as soon as journald gets to it.
            processes.eventually(
                lambda: events(daemon.journal.records(instance))[-1:] == ["daemon-stopped"], "the end is on record")

    def test_sigterm_ends_the_daemon_although_clients_are_connected_and_idle(self):
        daemon = self.new_daemon().start()
        with daemon.connect() as idle, daemon.connect() as half, daemon.control():
            half.send(b"\0\0\0")
            self.assertEqual(daemon.terminate(), 0)
            self.assertTrue(idle.is_closed_by_the_daemon())

    def test_sigterm_ends_the_daemon_although_clients_never_stop_asking(self):
        # Its own journald: a flood would use up what the shared one takes in a while.
        daemon = self.new_daemon(journal=self.new_journal().start()).start()
        flood = spdm.frame(spdm.NORMAL, doe.discovery(0)) * 500
        script = (
            "import socket, sys, threading\n"
            "def flood():\n"
            "    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
            "    def drain():\n"
            "        try:\n"
            "            while s.recv(65536): pass\n"
            "        except OSError: pass\n"
            "    threading.Thread(target=drain, daemon=True).start()\n"
            "    try:\n"
            "        while True: s.sendall(bytes.fromhex(sys.argv[2]))\n"
            "    except OSError: pass\n"
            "for _ in range(4): threading.Thread(target=flood).start()\n")
        client = subprocess.Popen(
            [sys.executable, "-c", script, daemon.mailbox_socket("sim:cxl"), flood.hex()], start_new_session=True)
        self.addCleanup(processes.end_group, client)
        processes.eventually(lambda: daemon.status()["exchanges"] > 100, "the flood has begun")
        self.assertEqual(daemon.terminate(), 0)

    def test_the_next_daemon_goes_on_with_the_same_instance_and_the_next_number(self):
        daemon = self.new_daemon().start()
        self.assert_serves(daemon)
        instance, last = daemon.instance, daemon.status()["trail"]["sequence"]
        self.assertEqual(daemon.terminate(), 0)
        daemon.start()
        self.assert_serves(daemon)
        self.assertEqual(daemon.instance, instance)
        records = daemon.all_records()
        check_whole(records)
        self.assertEqual(
            events(records)[last:],
            ["daemon-stopped", "policy-loaded", "daemon-started", "exchange-allowed"])

    @unittest.skipUnless(os.geteuid() == 0, "needs root: it gives a trail to another user")
    def test_a_daemon_that_its_manager_made_nobody_takes_up_what_one_that_root_started_has_left(self):
        daemon = self.new_daemon()
        daemon.arguments[daemon.arguments.index("--user") + 1] = str(USER)
        daemon.start()
        self.assert_serves(daemon)
        instance = daemon.instance
        daemon.journal.record(instance, daemon.status()["trail"]["sequence"])
        # Killed: its ring may still hold what journald has taken.
        daemon.kill()
        group = str((daemon.journal.log).stat().st_gid)
        daemon.arguments[:0] = ["setpriv", f"--reuid={USER}", f"--regid={USER}", f"--groups={group}"]
        os.chown(daemon.directory, USER, 0)
        daemon.start()
        self.assertEqual(daemon.instance, instance)
        with daemon.connect() as connection:
            self.assertTrue(connection.exchange(doe.discovery(0)))
        self.assertEqual(daemon.terminate(), 0)
        entries = daemon.journal.entries(f"DOE_INSTANCE={instance}")
        self.assertEqual({entry["_UID"] for entry in entries}, {str(USER)})
        numbers = [int(entry["DOE_SEQ"]) for entry in entries]
        self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)), "each once: nothing was sent again")
        started = [entry["MESSAGE"] for entry in entries if entry["DOE_EVENT"] == "daemon-started"]
        self.assertNotIn("journal", started[1])

    def test_ten_daemons_after_each_other_leave_no_gap(self):
        daemon = self.new_daemon()
        for round in range(10):
            daemon.start()
            self.assert_serves(daemon)
            daemon.terminate() if round % 2 else daemon.kill()
        daemon.start()
        records = daemon.all_records()
        check_whole(records)
        self.assertEqual(events(records).count("exchange-allowed"), 10)

    def test_an_exchange_that_a_kill_cut_off_is_on_record_as_interrupted(self):
        journal = self.new_journal().start()
        root = made_up.make_tree(self.new_directory() / "sys")
        daemon = self.new_daemon(journal=journal, simulate=None, options=("--sysfs-root", str(root))).start()
        with daemon.connect(made_up.MAILBOX) as client:
            request = doe.discovery(0)
            client.send(spdm.frame(spdm.NORMAL, request))
            config = root / "bus/pci/devices" / made_up.ADDRESS / "config"
            processes.eventually(lambda: config.read_bytes()[0x190 + 8 + 3] & 0x80, "GO was written")
            daemon.kill()
            self.assertTrue(client.is_closed_by_the_daemon())
        daemon.start()
        records = daemon.all_records()
        check_whole(records)
        interrupted = [record for record in records.values() if record["DOE_EVENT"] == "exchange-interrupted"]
        self.assertEqual(len(interrupted), 1)
        record = interrupted[0]
        self.assertEqual(
            [record[name] for name in ("DOE_STATUS", "DOE_MAILBOX", "DOE_OBJECT", "DOE_CLIENT_PID", "PRIORITY")],
            ["interrupted", made_up.MAILBOX, "0001:00", str(os.getpid()), "3"])
        self.assertEqual(record["DOE_REQUEST_SHA256"], hashlib.sha256(request).hexdigest())
        # The mailbox was aborted, and says so.
        self.assertEqual(config.read_bytes()[0x190 + 8], 1)
        with daemon.control() as control:
            self.assertEqual(control.ask("org.doeaudit.Control1.GetTaint")["since_boot"], "A")
        self.assertEqual((daemon.runtime / "tainted").read_text(), "128 A\n")
        report = self.assert_report_is_whole(daemon)
        self.assertIn("interrupted", [finding["kind"] for finding in report["attention"]])

    def test_a_kill_under_load_loses_no_record_of_an_answered_exchange(self):
        journal = self.new_journal().start()
        daemon = self.new_daemon(journal=journal).start()
        instance = daemon.instance
        answered = set()
        for _ in range(3):
            clients = [daemon.connect("sim:vendor") for _ in range(20)] + [daemon.connect() for _ in range(20)]
            for index, client in enumerate(clients):
                request = doe.named(doe.ECHO) if index < 20 else doe.discovery(0)
                client.send((spdm.frame(spdm.NORMAL, request) + spdm.frame(spdm.EXPLAIN)) * 20)
            # What these are told is known before the kill, however soon it comes.
            for client in clients[:3] + clients[20:23]:
                self.assertTrue(client.answer())
                answered.add(client.explanation()["sequence"])
            daemon.kill()
            for client in clients:
                answered |= {notice["sequence"] for notice in self.rest_of(client)}
                client.close()
            daemon.start()
        self.assertEqual(daemon.instance, instance)
        records = daemon.all_records()
        check_whole(records)
        self.assertGreaterEqual(len(answered), 3 * 6)
        for number in answered:
            self.assertEqual(records[number]["DOE_STATUS"], "done")
        self.assertLessEqual(events(records).count("exchange-interrupted"), 6)
        self.assert_report_is_whole(daemon)

    def rest_of(self, client):
        """What was explained to a client before the connection broke off, inside a frame perhaps."""
        data = b""
        try:
            while piece := client.socket.recv(65536):
                data += piece
        except ConnectionResetError:
            pass
        # The first answer may be half read, so frames are looked for by their explanation's text.
        for piece in data.split(b'{"class"')[1:]:
            text, end, _ = (b'{"class"' + piece).partition(b"}")
            if end:
                yield json.loads(text + end)

    def test_a_second_daemon_on_the_same_state_is_refused_and_the_first_goes_on(self):
        first = self.new_daemon().start()
        second = self.new_daemon()
        second.arguments = first.arguments
        # The ledger too is the first one's alone: written again, it would lose a letter that was raised meanwhile.
        ledger = (first.state / "taint").stat()
        with self.assertRaisesRegex(AssertionError, "ended with 3.*another daemon"):
            second.start()
        self.assertTrue(os.path.samestat(ledger, (first.state / "taint").stat()))
        self.assert_serves(first)

    def test_a_ring_that_was_overwritten_is_made_good_loudly(self):
        daemon = self.new_daemon().start()
        self.assert_serves(daemon)
        before = daemon.instance
        self.assertEqual(daemon.terminate(), 0)
        ring = daemon.state / "ring"
        ring.write_bytes(b"something else entirely" * (ring.stat().st_size // 23))
        daemon.start()
        self.assert_serves(daemon)
        self.assertNotEqual(daemon.instance, before)
        records = daemon.all_records()
        self.assertEqual((records[1]["DOE_EVENT"], records[1]["PRIORITY"]), ("records-lost", "1"))
        status = daemon.status()
        self.assertIn("L", status["taint"])
        self.assertTrue(status["attention"])
        self.assertIn("L", (daemon.runtime / "tainted").read_text())

    def test_sockets_that_a_killed_daemon_left_are_replaced(self):
        daemon = self.new_daemon().start()
        daemon.kill()
        with self.assertRaises(ConnectionRefusedError):
            daemon.connect()
        self.assert_serves(daemon.start())


class JournalAway(DaemonCase):
    def wait_delivered(self, daemon):
        records = daemon.all_records()
        check_whole(records)
        return records

    def test_without_journald_exchanges_work_and_their_records_arrive_when_it_comes(self):
        journal = self.new_journal()
        daemon = self.new_daemon(journal=journal).start()
        for _ in range(5):
            self.assert_serves(daemon)
        status = daemon.status()
        self.assertEqual(status["trail"]["pending"], status["trail"]["sequence"])
        self.assertIn("journald", status["trail"]["problem"])
        self.assertIn(status["trail"]["problem"], status["attention"])
        journal.start()
        records = self.wait_delivered(daemon)
        self.assertEqual(events(records).count("exchange-allowed"), 5)
        processes.eventually(lambda: "problem" not in daemon.status()["trail"], "the problem is over")

    def test_records_that_a_daemon_could_not_deliver_are_delivered_by_the_next(self):
        journal = self.new_journal()
        daemon = self.new_daemon(journal=journal).start()
        self.assert_serves(daemon)
        self.assertEqual(daemon.terminate(), 0)
        journal.start()
        records = self.wait_delivered(daemon.start())
        self.assertEqual(events(records).count("exchange-allowed"), 1)
        self.assertEqual(events(records).count("daemon-stopped"), 1)

    def test_a_journald_that_was_restarted_gets_the_records_from_then_on(self):
        journal = self.new_journal().start()
        daemon = self.new_daemon(journal=journal).start()
        self.assert_serves(daemon)
        self.wait_delivered(daemon)
        journal.stop()
        self.assert_serves(daemon)
        journal.start()
        self.assert_serves(daemon)
        self.assertEqual(events(self.wait_delivered(daemon)).count("exchange-allowed"), 3)

    def test_a_journald_that_hangs_holds_up_nobody(self):
        journal = self.new_journal().start()
        daemon = self.new_daemon(journal=journal).start()
        self.wait_delivered(daemon)
        journal.suspend()
        with daemon.connect() as connection:
            for _ in range(200):
                self.assertTrue(connection.exchange(doe.discovery(0)))
        journal.resume()
        records = self.wait_delivered(daemon)
        self.assertEqual(events(records).count("exchange-allowed"), 200)

    def test_who_fills_his_share_of_the_ring_is_refused_until_the_journal_is_back_and_others_are_not(self):
        journal = self.new_journal()
        daemon = self.new_daemon(
            journal=journal, rules=self.rules("allow object=0001:00 ask-device\n"),
            options=["--ring-slots", "256", "--ring-share", "25"]).start()
        capacity = daemon.status()["trail"]["capacity"]
        self.assertEqual(capacity, 256)
        with daemon.connect() as connection:
            for _ in range(capacity):
                if not connection.exchange(doe.discovery(0)):
                    break
            notice = connection.explain()
            self.assertEqual((notice["verdict"], notice["rule"], notice["status"]), ("deny", "trail", "refused"))
            self.assertIn("uid 0 has 64 records in the ring", notice["reason"])
            self.assertNotIn("sequence", notice)
        status = daemon.status()
        self.assertTrue(any("no record could be kept" in sentence for sentence in status["attention"]))
        # No more than the share and the daemon's own, and nothing was sent without a record.
        self.assertLess(status["trail"]["sequence"], 64 + 8)
        # Another user is served.
        _, is_served = processes.as_user(processes.NOBODY, lambda: bool(self.ask_once(daemon, doe.discovery(0))[0]))
        self.assertTrue(is_served)
        journal.start()
        self.wait_delivered(daemon)
        processes.eventually(lambda: self.ask_once(daemon, doe.discovery(0))[0], "exchanges pass again")
        self.assertEqual(daemon.terminate(), 0)
