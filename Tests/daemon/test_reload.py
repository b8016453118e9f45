"""New rules while the daemon serves: `policy reload` and SIGHUP. All or nothing, and told wherever somebody may look."""

import os
import signal
import socket
import threading

from support import doe, processes, spdm, tool
from support.case import DaemonCase

NAME = "org.doeaudit.Control1"
OPEN = "allow object={0001:00,1e98:02} ask-device\n"
BROKEN = "allow object=0001:00\nalow object=1e98:02\nallow object=1e98:02 uid=\n"


class Reload(DaemonCase):
    def setUp(self):
        super().setUp()
        self.directory = self.rules(OPEN)

    def write(self, text, name="50-test.rules"):
        (self.directory / name).write_text(text)
        (self.directory / name).chmod(0o644)

    def start(self, **options):
        return self.new_daemon(rules=self.directory, **options).start()

    def reload(self, daemon, *options):
        return tool.run("policy", "reload", *options, daemon=daemon)

    def verdict(self, daemon, request=None):
        """(verdict, rule, generation) of the next exchange."""
        notice = self.ask_once(daemon, request or doe.discovery(0))[1]
        return notice["verdict"], notice["rule"], self.record_of(daemon, notice)["DOE_POLICY"].split(":")[0]

    def last_policy_record(self, daemon, event):
        def found():
            records = [record for record in daemon.all_records().values() if record["DOE_EVENT"] == event]
            return records[-1] if records else None

        return processes.eventually(found, f"a record {event}")

    def hang_up(self, daemon):
        """A SIGHUP, and waits until what it asked for is done."""
        daemon.notifications.clear()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for_notice("READY=1")

    def test_new_rules_are_in_force_when_the_command_has_ended(self):
        daemon = self.start()
        self.assertEqual(self.verdict(daemon), ("allow", "50-test.rules:1", "1"))
        self.write('deny object=0001:00 because "closed today"\n' + OPEN)
        answer = self.reload(daemon)
        self.assertEqual((answer.status, answer.complaint), (0, ""))
        self.assertRegex(answer.output, r"^generation 2 is in force: 2 rules in 1 file, [0-9a-f]{12}$")
        self.assertEqual(self.verdict(daemon), ("deny", "50-test.rules:1", "2"))
        self.assertEqual(self.verdict(daemon, doe.table_access(0)), ("allow", "50-test.rules:2", "2"))
        status = daemon.status()["policy"]
        self.assertEqual((status["generation"], status["rules"], status.get("problem")), (2, 2, None))
        loaded = self.last_policy_record(daemon, "policy-loaded")
        self.assertEqual(loaded["DOE_POLICY"], f"2:{status['sha256']}")
        self.assertEqual((loaded["DOE_CLIENT_UID"], loaded["PRIORITY"]), ("0", "5"))
        self.assertIn("reloaded for uid 0", loaded["MESSAGE"])

    def test_the_same_rules_are_told_apart_and_get_a_generation_all_the_same(self):
        daemon = self.start()
        answer = self.reload(daemon)
        self.assertEqual(answer.status, 0)
        self.assertIn("generation 2 is in force, with the same rules as before", answer.output)
        self.assertTrue(self.reload(daemon, "--json").json["unchanged"])
        self.assertEqual(self.verdict(daemon)[2], "3")
        self.write(OPEN + "deny\n")
        self.assertFalse(self.reload(daemon, "--json").json["unchanged"])

    def assert_broken(self, daemon, generation):
        status = daemon.status()
        self.assertEqual(status["policy"]["generation"], generation)
        self.assertIn(status["policy"]["problem"], status["attention"])
        broken = self.last_policy_record(daemon, "policy-broken")
        self.assertEqual((broken["DOE_POLICY"].split(":")[0], broken["PRIORITY"]), (str(generation), "3"))
        for text in (broken["MESSAGE"], status["policy"]["problem"], daemon.said()):
            self.assertRegex(text, r"50-test\.rules:2:1\b")
        for text in (broken["MESSAGE"], status["policy"]["problem"]):
            self.assertIn(f"generation {generation} stays in force", text)

    def test_broken_rules_leave_the_old_ones_in_force_and_are_shown_as_policy_check_shows_them(self):
        daemon = self.start()
        self.write(BROKEN)
        answer = self.reload(daemon)
        checked = tool.run("policy", "check", "--rules", self.directory)
        self.assertEqual((answer.status, answer.complaint), (2, ""))
        self.assertEqual(answer.output.splitlines()[:-1], checked.output.splitlines()[:-1])
        self.assertEqual(answer.output.splitlines()[-1], "2 errors: generation 1 stays in force")
        found = self.reload(daemon, "--json")
        self.assertEqual((found.status, found.json["errorCount"], found.json["consequence"]),
                         (2, 2, "generation 1 stays in force"))
        self.assertEqual([(error["line"], error["column"]) for error in found.json["errors"]][0], (2, 1))
        self.assert_broken(daemon, 1)
        self.assertEqual(self.verdict(daemon), ("allow", "50-test.rules:1", "1"))
        # Mended: as if nothing had been.
        self.write(OPEN + "deny\n")
        self.assertEqual(self.reload(daemon).status, 0)
        self.assertNotIn("problem", daemon.status()["policy"])
        self.assertEqual(self.verdict(daemon)[2], "2")

    def test_one_broken_file_keeps_the_others_out_too(self):
        daemon = self.start()
        self.write("deny\n", "10-good.rules")
        self.write("nonsense\n", "20-broken.rules")
        self.assertEqual(self.reload(daemon).status, 2)
        self.assertEqual(self.verdict(daemon), ("allow", "50-test.rules:1", "1"))
        self.assertEqual([os.path.basename(file) for file in daemon.status()["policy"]["files"]], ["50-test.rules"])

    def test_rules_that_must_not_be_believed_are_not_loaded(self):
        daemon = self.start()
        (self.directory / "50-test.rules").chmod(0o666)
        answer = self.reload(daemon)
        self.assertEqual(answer.status, 3)
        self.assertIn("50-test.rules", answer.complaint)
        self.assertIn("generation 1 stays in force", answer.complaint)
        self.assertEqual(self.verdict(daemon), ("allow", "50-test.rules:1", "1"))
        self.last_policy_record(daemon, "policy-broken")

    def test_a_good_reload_mends_a_start_with_broken_rules(self):
        self.write(BROKEN)
        daemon = self.start()
        self.assertEqual(self.verdict(daemon), ("deny", "default", "1"))
        answer = self.reload(daemon)
        self.assertEqual((answer.status, answer.output.splitlines()[-1]), (2, "2 errors: every exchange is refused"))
        self.write(OPEN)
        self.assertEqual(self.reload(daemon).status, 0)
        self.assertEqual(self.verdict(daemon), ("allow", "50-test.rules:1", "2"))
        self.assertNotIn("problem", daemon.status()["policy"])

    def test_a_directory_that_was_emptied_shuts_everything_and_says_so(self):
        daemon = self.start()
        (self.directory / "50-test.rules").unlink()
        answer = self.reload(daemon)
        self.assertEqual(answer.status, 0)
        self.assertIn("every exchange is refused", answer.output)
        self.assertEqual(self.verdict(daemon), ("deny", "default", "2"))

    def test_a_sighup_reloads_and_does_not_end_the_daemon(self):
        daemon = self.start()
        self.write("deny object=0001:00\n")
        self.hang_up(daemon)
        self.assertTrue(any(line == "RELOADING=1" for message in daemon.notifications for line in message))
        self.assertTrue(any("rules: 1" in line for message in daemon.notifications for line in message))
        self.assertEqual(self.verdict(daemon), ("deny", "50-test.rules:1", "2"))
        self.assertIn("SIGHUP", self.last_policy_record(daemon, "policy-loaded")["MESSAGE"])
        self.write(BROKEN)
        self.hang_up(daemon)
        self.assert_broken(daemon, 2)
        self.assertEqual(self.verdict(daemon), ("deny", "50-test.rules:1", "2"))
        self.assertEqual(daemon.terminate(), 0)

    def test_warnings_are_told_to_whoever_reloads(self):
        daemon = self.start()
        self.write(OPEN + "allow object=0001:01 user=nobody-of-this-name\n")
        answer = self.reload(daemon)
        self.assertEqual(answer.status, 0)
        self.assertIn("50-test.rules:2:27: warning: there is no user 'nobody-of-this-name'", answer.output)

    def test_an_exchange_under_way_ends_under_the_policy_that_it_began_with(self):
        self.write("allow object=10de:7f\n" + OPEN)
        daemon = self.start()
        with daemon.connect("sim:vendor") as slow:
            # Dropped in silence: it stays at the device for a second.
            slow.send(spdm.frame(spdm.NORMAL, doe.named("10de:7f")))
            processes.eventually(lambda: b"10de:7f" in (daemon.state / "ring").read_bytes(), "it is on record as open")
            self.write("deny\n")
            self.assertEqual(self.reload(daemon).status, 0)
            self.assertEqual(self.verdict(daemon), ("deny", "50-test.rules:1", "2"))
            slow.answer()
            notice = slow.explain()
        self.assertEqual((notice["verdict"], notice["rule"], notice["status"]), ("allow", "50-test.rules:1", "timeout"))
        self.assertEqual(self.record_of(daemon, notice)["DOE_POLICY"].split(":")[0], "1")

    def test_many_reloads_at_once_come_one_after_the_other_and_no_exchange_is_lost(self):
        daemon = self.start()
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(self.reload(daemon).status)) for _ in range(8)]
        for thread in threads:
            thread.start()
        with daemon.connect() as connection:
            while any(thread.is_alive() for thread in threads):
                self.assertTrue(connection.exchange(doe.discovery(0)))
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [0] * 8)
        self.assertEqual(daemon.status()["policy"]["generation"], 9)
        loaded = [record["DOE_POLICY"].split(":")[0] for record in daemon.all_records().values()
                  if record["DOE_EVENT"] == "policy-loaded"]
        self.assertEqual(loaded, [str(generation) for generation in range(1, 10)])

    def test_a_service_manager_that_does_not_read_keeps_no_reload_from_its_answer(self):
        daemon = self.start()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as others:
            others.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:
                    others.sendto(b"full", str(daemon.directory / "notify"))
        for generation in (2, 3):
            answer = self.reload(daemon)
            self.assertEqual(answer.status, 0, answer.complaint)
            self.assertIn(f"generation {generation} is in force", answer.output)
        # It does not keep the daemon from ending either.
        self.assertEqual(daemon.terminate(), 0)

    def test_while_many_rules_are_loaded_everybody_is_served_and_the_watchdog_fed(self):
        daemon = self.start(environment={"WATCHDOG_USEC": "200000"})
        # What lets them pass stays the rule of that line: a request that is sent by another rule than judged is refused.
        self.write(OPEN + "".join(f"deny object={number >> 8:04x}:{number & 255:02x} uid={number}\n"
                                  for number in range(4096, 84096)))
        daemon.notifications.clear()
        with daemon.control() as reloads, daemon.control() as asks:
            reloads.send(b'{"method":"' + f"{NAME}.ReloadPolicy".encode() + b'"}\0')
            daemon.wait_for_notice("RELOADING=1")
            answered = fed = 0
            reloads.socket.setblocking(False)
            while True:
                asks.ask(f"{NAME}.GetStatus")
                self.assert_serves(daemon)
                answered += 1
                try:
                    daemon._notify.settimeout(0)
                    fed += b"WATCHDOG=1" in daemon._notify.recv(4096)
                except (BlockingIOError, socket.timeout):
                    pass
                try:
                    if reloads.socket.recv(1, socket.MSG_PEEK):
                        break
                except BlockingIOError:
                    pass
            reloads.socket.settimeout(30)
            self.assertEqual(reloads.receive()["parameters"]["policy"]["rules"], 80001)
        # The load takes several of the watchdog's half times; how many depends on the machine.
        self.assertGreater(answered, 1)
        self.assertGreater(fed, 0)

    def test_without_a_daemon_it_says_what_to_start(self):
        answer = tool.run("policy", "reload", "--runtime-directory", self.new_directory())
        self.assertEqual(answer.status, 3)
        self.assertIn("systemctl start doe-auditd", answer.complaint)
