"""What a service manager sees of the daemon: readiness, watchdog, its end."""

import os
import select
import time

from support import doe, processes, spdm
from support.case import DaemonCase


class Service(DaemonCase):
    def test_ready_is_told_once_and_only_when_every_socket_answers(self):
        daemon = self.new_daemon()
        daemon.start()
        # Nothing was waited for but READY=1.
        for mailbox in ("sim:cxl", "sim:vendor"):
            self.assert_serves(daemon, mailbox)
        self.assertTrue(daemon.status())
        self.assertEqual(sum("READY=1" in message for message in daemon.notifications), 1)
        status = next(line for message in daemon.notifications for line in message if line.startswith("STATUS="))
        self.assertIn("2", status)

    def test_the_watchdog_is_fed_in_half_its_time_while_nothing_happens_and_while_much_does(self):
        daemon = self.new_daemon(environment={"WATCHDOG_USEC": "300000"}).start()
        for _ in range(3):
            daemon.notifications.clear()
            daemon.wait_for_notice("WATCHDOG=1", seconds=2)
        with daemon.connect() as connection:
            daemon.notifications.clear()
            deadline = time.monotonic() + 0.6
            while time.monotonic() < deadline:
                connection.exchange(doe.discovery(0))
            daemon.wait_for_notice("WATCHDOG=1", seconds=0.1)

    def test_without_a_watchdog_none_is_fed(self):
        daemon = self.new_daemon().start()
        time.sleep(0.5)
        self.assertEqual(daemon.terminate(), 0)
        daemon._notify.setblocking(False)
        messages = b""
        try:
            while True:
                messages += daemon._notify.recv(4096)
        except BlockingIOError:
            pass
        self.assertNotIn(b"WATCHDOG", messages)

    def test_stopping_is_told(self):
        daemon = self.new_daemon().start()
        self.assertEqual(daemon.terminate(), 0)
        daemon.wait_for_notice("STOPPING=1", seconds=1)

    def test_an_idle_daemon_sleeps(self):
        daemon = self.new_daemon().start()
        self.assert_serves(daemon)
        processes.eventually(lambda: daemon.status()["trail"]["unconfirmed"] == 0, "the ring was emptied")
        used = processes.processor_seconds(daemon.pid)
        time.sleep(1)
        self.assertLess(processes.processor_seconds(daemon.pid) - used, 0.2)

    def test_without_a_service_manager_it_serves_all_the_same(self):
        daemon = self.new_daemon(environment={"NOTIFY_SOCKET": ""})
        daemon.start(wait=False)
        processes.eventually(lambda: os.path.exists(daemon.control_socket), "the last socket is there")
        self.assert_serves(daemon)

    def test_it_stays_in_the_foreground_and_says_nothing_while_all_is_well(self):
        daemon = self.new_daemon().start()
        self.assert_serves(daemon)
        self.assertEqual(os.getpgid(daemon.pid), daemon.pid)
        self.assertEqual(daemon.said(), "")

    def test_several_threads_serve_several_mailboxes(self):
        # A slow exchange on one mailbox does not hold up the other: 10de:7f is dropped in silence and times out.
        rules = self.rules("allow object={0001:00,10de:7f}\n")
        daemon = self.new_daemon(rules=rules).start()
        with daemon.connect("sim:vendor") as slow:
            slow.send(spdm.frame(spdm.NORMAL, doe.named("10de:7f")))
            for _ in range(20):
                self.assert_serves(daemon, "sim:cxl")
                if not select.select([slow.socket], [], [], 0)[0]:
                    break
            else:
                self.fail("the other mailbox was served only when the slow one had answered")
            slow.socket.settimeout(10)
            self.assertEqual(slow.answer(), b"")
            self.assertEqual(slow.explain()["status"], "timeout")
