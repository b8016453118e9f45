"""A function that is not there for us: asleep, lent to a guest, or behind a kernel that does not let a thread go."""

import signal
import time

from support import doe, made_up, processes, slow_file, spdm
from support.case import DaemonCase
from support.record import check_whole

OTHER = "0000:02:00.0"


class NotOurs(DaemonCase):
    """The kernel's own knowledge is enough: such a function is not touched."""

    def setUp(self):
        super().setUp()
        self.root = made_up.make_tree(self.new_directory() / "sys")
        self.function = self.root / "bus/pci/devices" / made_up.ADDRESS
        self.daemon = self.new_daemon(simulate=None, options=("--sysfs-root", str(self.root))).start()

    def assert_unavailable(self, words):
        config = self.function / "config"
        before = config.read_bytes()
        response, notice = self.ask_once(self.daemon, doe.discovery(0), made_up.MAILBOX)
        self.assertEqual((response, notice["status"], notice["verdict"]), (b"", "unavailable", "allow"))
        for word in words:
            self.assertIn(word, notice["reason"])
        record = self.record_of(self.daemon, notice)
        self.assertEqual([record["DOE_EVENT"], record["DOE_STATUS"]], ["exchange-failed", "unavailable"])
        self.assertEqual(config.read_bytes(), before)

    def assert_asked(self):
        """It is asked again; the made-up mailbox never answers."""
        self.assertEqual(self.ask_once(self.daemon, doe.discovery(0), made_up.MAILBOX)[1]["status"], "timeout")

    def test_a_sleeping_function_is_left_alone_until_it_wakes(self):
        for state in ("D1", "D3hot", "D3cold"):
            (self.function / "power_state").write_text(state + "\n")
            self.assert_unavailable([made_up.ADDRESS, state])
        (self.function / "power_state").write_text("D0\n")
        self.assert_asked()

    def test_a_function_that_a_guest_has_is_left_alone_until_it_is_given_back(self):
        (self.root / "drivers/vfio-pci").mkdir(parents=True)
        (self.function / "driver").symlink_to(self.root / "drivers/vfio-pci")
        self.assert_unavailable(["vfio-pci", "lent"])
        (self.function / "driver").unlink()
        self.assert_asked()


class Blocked(DaemonCase):
    """Two made-up functions; the kernel holds up each access to the first one's config space while it is told to."""

    def setUp(self):
        super().setUp()
        if slow_file.missing():
            self.skipTest(slow_file.missing())
        self.root = made_up.make_tree(self.new_directory() / "sys")
        made_up.make_tree(self.root, OTHER)
        self.other = f"{OTHER}@190"
        self.file = slow_file.SlowFile(self.new_directory(), made_up.config_space())
        self.addCleanup(self.file.close)
        config = self.root / "bus/pci/devices" / made_up.ADDRESS / "config"
        config.unlink()
        config.symlink_to(self.file.path)
        self.daemon = self.new_daemon(
            simulate=None, options=("--sysfs-root", str(self.root)), environment={"WATCHDOG_USEC": "600000"}).start()
        # Before the daemon is killed, or the kernel could not end it.
        self.addCleanup(self.file.let_go)

    def block(self):
        """A client whose exchange the kernel holds up."""
        client = self.daemon.connect(made_up.MAILBOX)
        self.addCleanup(client.close)
        self.file.hold()
        client.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
        self.assertTrue(self.file.held.wait(10), "no access reached the file")
        return client

    def blocked_sentence(self):
        return next((text for text in self.daemon.status()["attention"] if "is blocked since" in text), None)

    def test_everybody_is_answered_in_time_and_the_next_exchange_works(self):
        begin = time.monotonic()
        client = self.block()
        waiting = self.daemon.connect(made_up.MAILBOX)
        self.addCleanup(waiting.close)
        waiting.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))

        # Meanwhile another mailbox answers as ever (it never does, so after one second), and the watchdog is fed.
        self.assertEqual(self.ask_once(self.daemon, doe.discovery(0), self.other)[1]["status"], "timeout")
        self.daemon.notifications.clear()
        self.daemon.wait_for_notice("WATCHDOG=1", seconds=5)

        self.assertEqual(client.answer(), b"")
        told = client.explain()
        self.assertEqual((told["status"], told["verdict"]), ("blocked", "allow"))
        self.assertNotIn("sequence", told)
        self.assertRegex(told["reason"], made_up.MAILBOX + r" is blocked since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
        self.assertEqual(waiting.answer(), b"")
        self.assertLess(time.monotonic() - begin, 15)
        for connection in (waiting, None):
            notice = connection.explain() if connection else self.ask_once(
                self.daemon, doe.discovery(0), made_up.MAILBOX)[1]
            self.assertEqual((notice["status"], notice["rule"], notice["verdict"]), ("refused", "mailbox", "deny"))
            self.assertIn("is blocked since", notice["reason"])
            record = self.record_of(self.daemon, notice)
            self.assertEqual([record["DOE_EVENT"], record["DOE_RULE"]], ["exchange-refused", "mailbox"])
        self.assertIn(made_up.MAILBOX, self.blocked_sentence())
        self.daemon.notifications.clear()
        self.daemon.wait_for_notice("WATCHDOG=1", seconds=5)

        # The kernel lets the thread go: the record says how it ended, and what its client had been told.
        self.file.let_go()
        processes.eventually(lambda: self.blocked_sentence() is None, "the mailbox is free again")
        records = self.daemon.all_records()
        check_whole(records)
        late = [record for record in records.values() if record.get("DOE_TOLD")]
        self.assertEqual([[record["DOE_TOLD"], record["DOE_STATUS"]] for record in late], [["blocked", "timeout"]])
        self.assertEqual(self.ask_once(self.daemon, doe.discovery(0), made_up.MAILBOX)[1]["status"], "timeout")

    def test_a_thread_that_is_blocked_for_ever_does_not_keep_the_daemon_from_ending(self):
        self.block()
        instance = self.daemon.instance
        begin = time.monotonic()
        self.daemon.process.send_signal(signal.SIGTERM)
        processes.eventually(
            lambda: any(record["DOE_EVENT"] == "daemon-stopped" for record in self.daemon.journal.records(instance).values()),
            "the daemon has recorded its end", seconds=20)
        self.assertLess(time.monotonic() - begin, 18)
        # The kernel itself keeps what is left of the process until it lets the thread go.
        self.file.let_go()
        self.assertEqual(self.daemon.process.wait(20), 0)
        self.assertIn("still blocked", self.daemon.said())

        self.daemon.start()
        records = self.daemon.all_records()
        interrupted = [record for record in records.values() if record["DOE_EVENT"] == "exchange-interrupted"]
        self.assertEqual([record["DOE_MAILBOX"] for record in interrupted], [made_up.MAILBOX])
