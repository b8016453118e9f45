"""proxy = false: nothing is served, nothing is written to, and everything that reads goes on."""

import os
import pathlib

from support import made_up, tool
from support.case import DaemonCase

NAME = "org.doeaudit.Control1"


class WitnessOnly(DaemonCase):
    def setUp(self):
        super().setUp()
        self.root = made_up.make_tree(self.directory / "sys")
        self.config = self.root / "bus/pci/devices" / made_up.ADDRESS / "config"

    def start(self, *options):
        return self.new_daemon(
            simulate=None, options=("--sysfs-root", str(self.root), "--no-proxy", *options)).start()

    def test_no_mailbox_socket_is_there_and_the_status_says_so(self):
        daemon = self.start()
        self.assertEqual(os.listdir(daemon.runtime / "mailbox"), [])
        status = daemon.status()
        self.assertEqual((status["proxy"], status["mailboxes"], status["exchanges"]), (False, 1, 0))
        self.assertIn(["mailboxes", "1,", "none", "of", "them", "served:", "witness", "only"],
                      [line.split() for line in tool.run("status", daemon=daemon).output.splitlines()])
        daemon.wait_for_notice("STATUS=witness only, mailboxes: 1, rules: 4", seconds=1)

    def test_the_mailboxes_are_listed_with_what_is_known_of_them(self):
        daemon = self.start()
        with daemon.control() as control:
            [mailbox] = control.ask(f"{NAME}.ListMailboxes")["mailboxes"]
        self.assertEqual(
            (mailbox["name"], mailbox["socket"], mailbox["device"], mailbox["taint"]),
            (made_up.MAILBOX, "", "8086:0d93", ""))

    def test_the_device_is_read_and_can_not_be_written_to(self):
        before = self.config.read_bytes()
        daemon = self.start()
        held = []
        for entry in pathlib.Path(f"/proc/{daemon.pid}/fd").iterdir():
            if os.path.realpath(entry) == os.path.realpath(self.config):
                flags = (entry.parent.parent / "fdinfo" / entry.name).read_text().split("flags:")[1].split()[0]
                held.append(int(flags, 8) & os.O_ACCMODE)
        self.assertEqual(set(held), {os.O_RDONLY})
        self.assertEqual(self.config.read_bytes(), before)

    def test_an_exchange_is_refused_with_what_to_do(self):
        answer = tool.run("exchange", made_up.MAILBOX, "0001:00", daemon=self.start())
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("witness only (proxy = false)", answer.complaint)
        self.assertIn("proxy = true", answer.complaint)

    def test_a_mailbox_cannot_be_leased(self):
        answer = tool.run(
            "lease", "start", made_up.MAILBOX, "--for", "10m", "--reason", "test", daemon=self.start())
        self.assertNotEqual(answer.status, 0)

    def test_start_and_policy_are_on_record(self):
        daemon = self.start()
        records = daemon.all_records()
        events = [record["DOE_EVENT"] for record in records.values()]
        self.assertEqual(events[:2], ["policy-loaded", "daemon-started"])
        started = next(record for record in records.values() if record["DOE_EVENT"] == "daemon-started")
        self.assertIn("witness only", started["MESSAGE"])

    def test_what_a_daemon_that_served_left_open_is_not_touched(self):
        daemon = self.new_daemon(simulate=None, options=("--sysfs-root", str(self.root)))
        daemon.start()
        connection = daemon.connect(made_up.MAILBOX)
        self.addCleanup(connection.close)
        before = self.config.read_bytes()
        daemon.terminate()
        daemon.arguments.append("--no-proxy")
        daemon.start()
        self.assertEqual(os.listdir(daemon.runtime / "mailbox"), [])
        self.assertEqual(self.config.read_bytes(), before)

    def test_doors_of_a_proxy_that_is_not_there_end_the_start(self):
        for option in (("--remote", "x=127.0.0.1:9"), ("--tcp", f"{made_up.MAILBOX}=127.0.0.1:2399")):
            with self.subTest(option=option):
                daemon = self.new_daemon(
                    simulate=None, options=("--sysfs-root", str(self.root), "--no-proxy", *option))
                daemon.start(wait=False)
                self.assertEqual(daemon.process.wait(timeout=20), 2)
                self.assertIn("proxy is false", daemon.said())
