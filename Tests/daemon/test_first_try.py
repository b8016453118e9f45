"""A first try leaves no taint: what is known not to be worth it is not sent, by the tool and by the daemon."""

import hashlib

from support import doe, made_up, processes, spdm, tool
from support.case import DaemonCase
from support.processes import NOBODY

VENDOR = "allow object={0001:00,1e98:02}\nallow object=10de:* uid=65534\nallow object=10de:* uid=0 ask-device\n"
UNLISTED = "10de:77"


def sha256(request):
    return hashlib.sha256(request).hexdigest()


class FirstTry(DaemonCase):
    def start(self, **options):
        self.daemon = self.new_daemon(**options).start()
        return self.daemon

    def ask(self, *arguments, uid=0):
        return tool.run_as(uid, *arguments, daemon=self.daemon)

    def numbers(self):
        status = self.daemon.status()
        return status["exchanges"], status["taint"]

    def test_what_the_help_names_is_not_sent_without_its_payload_and_the_right_one_is_shown(self):
        self.start()
        for mailbox, data in (("sim:cxl", "00000000"), ("sim:vendor", "00020000")):
            before = self.numbers()
            answer = self.ask("exchange", mailbox, "0001:00")
            self.assertEqual((answer.status, answer.output), (2, ""), answer)
            self.assertIn("nothing was sent", answer.complaint)
            self.assertIn(f"--data {data} (index 0, version {data[3]})", answer.complaint)
            self.assertIn("--force", answer.complaint)
            self.assertEqual(self.numbers(), before)
            self.assertEqual(self.ask("exchange", mailbox, "0001:00", "--data", data).status, 0)
        answer = self.ask("exchange", "sim:vendor", "0001:00", "--data", "00000000")
        self.assertEqual(answer.status, 2)
        self.assertIn("--data 00020000", answer.complaint)
        answer = self.ask("exchange", "sim:cxl", "1e98:02", "--data", "0000000000")
        self.assertEqual(answer.status, 2)
        self.assertIn("--data 00000000", answer.complaint)
        self.assertEqual(self.daemon.status()["taint"], "")
        # Whoever means it is judged like anybody: it is never sent, and is on record.
        answer = self.ask("exchange", "sim:cxl", "0001:00", "--force")
        self.assertEqual(answer.status, 1)
        self.assertIn("malformed", answer.complaint)
        self.assertEqual(self.daemon.status()["taint"], "M")

    def test_an_attempt_on_compliance_mode_is_never_kept_from_the_record(self):
        self.start()
        for mailbox in ("sim:cxl", "sim:vendor"):
            answer = self.ask("exchange", mailbox, "1e98:00")
            self.assertEqual(answer.status, 1)
            self.assertIn("rule gatekeeper", answer.complaint)
        self.assertIn("C", self.daemon.status()["taint"])

    def test_what_a_mailbox_does_not_list_is_not_asked_of_it(self):
        self.start()
        for uid in (NOBODY, 0):
            for words, name in ((("cdat", "sim:vendor"), "CXL Table Access (CDAT)"),
                                (("exchange", "sim:vendor", "0001:01", "--data", "10840000"), "CMA/SPDM"),
                                (("exchange", "sim:vendor", UNLISTED), UNLISTED)):
                answer = self.ask(*words, uid=uid)
                self.assertEqual((answer.status, answer.output), (1, ""), answer)
                self.assertIn(f"sim:vendor has no {name}", answer.complaint)
                self.assertIn("doe-audit discover sim:vendor", answer.complaint)
                self.assertIn("--force", answer.complaint)
        self.assertEqual(self.daemon.status()["taint"], "")
        # The first one read the list, in three exchanges; nobody else had to.
        self.assertEqual(self.numbers()[0], 3)

    def test_the_daemon_does_not_send_what_the_list_lacks_for_anybody_whom_no_rule_lets_ask_the_device(self):
        self.start(rules=self.rules(VENDOR))
        request = doe.named(UNLISTED)

        def raw():
            with self.daemon.connect("sim:vendor") as client:
                return client.exchange(request).hex(), client.explain()
        self.assertEqual(self.ask("discover", "sim:vendor", uid=NOBODY).status, 0)
        response, notice = processes.as_user(NOBODY, raw)[1]
        self.assertEqual(
            [response, notice["status"], notice["rule"], notice["taint"]], ["", "refused", "copy", ""])
        self.assertIn("ask-device", notice["reason"])
        answer = self.ask("exchange", "sim:vendor", UNLISTED, "--force", uid=NOBODY)
        self.assertEqual(answer.status, 1)
        self.assertIn("rule copy", answer.complaint)
        self.assertEqual(self.daemon.status()["taint"], "")
        # A rule with ask-device has it sent; the device knows nothing of it.
        answer = self.ask("exchange", "sim:vendor", UNLISTED, "--force")
        self.assertEqual(answer.status, 3)
        self.assertIn("did not answer", answer.complaint)
        self.assertEqual(self.daemon.status()["taint"], "A")

    def test_roots_vendor_objects_pass_as_ever_under_the_shipped_rules(self):
        self.start()
        self.assertEqual(self.ask("discover", "sim:vendor").status, 0)
        self.assertEqual(self.ask("exchange", "sim:vendor", doe.ECHO).status, 0)
        with self.daemon.connect("sim:vendor") as client:
            client.exchange(doe.named(UNLISTED))
            self.assertEqual(client.explain()["status"], "timeout")

    def test_who_may_not_read_the_list_is_not_kept_from_what_he_may(self):
        self.start(rules=self.rules(f"allow object={doe.ECHO}\n"))
        self.assertEqual(self.ask("exchange", "sim:vendor", doe.ECHO).status, 0)


class Versions(DaemonCase):
    def requests(self, daemon, mailbox):
        """The digest of each discovery request of this mailbox, by who sent it."""
        return {
            record["DOE_CLIENT_UID"]: record["DOE_REQUEST_SHA256"] for record in daemon.all_records().values()
            if record.get("DOE_MAILBOX") == mailbox and record.get("DOE_OBJECT") == "0001:00"}

    def test_everybody_asks_in_the_version_that_the_capability_has(self):
        for version in (1, 2):
            root = made_up.make_tree(self.directory / f"sys{version}", mailbox_version=version)
            (root / "bus/pci/devices" / made_up.ADDRESS / "config").chmod(0o600)
            daemon = self.new_daemon(simulate=None, options=("--sysfs-root", root, "--witness", "off")).start()
            for uid in (0, NOBODY):
                # It never answers.
                answer = tool.run_as(uid, "discover", made_up.MAILBOX, "--sysfs-root", root, daemon=daemon)
                self.assertEqual(answer.status, 3, answer)
            asked = 2 if version == 2 else 0
            self.assertEqual(
                self.requests(daemon, made_up.MAILBOX),
                dict.fromkeys(("0", str(NOBODY)), sha256(doe.discovery(0, asked))))
            [entry] = tool.run("mailboxes", "--json", daemon=daemon).json["mailboxes"]
            self.assertEqual(entry["capability_version"], version)

    def test_simulated_mailboxes_are_asked_like_real_ones(self):
        daemon = self.new_daemon().start()
        for mailbox, version, last in (("sim:cxl", 0, 2), ("sim:vendor", 2, 2)):
            for uid in (NOBODY, 0):
                self.assertEqual(tool.run_as(uid, "discover", mailbox, daemon=daemon).status, 0)
            self.assertEqual(
                self.requests(daemon, mailbox),
                dict.fromkeys(("0", str(NOBODY)), sha256(doe.discovery(last, version))))

    def test_what_is_known_of_a_mailbox_can_be_asked_by_whoever_may_connect(self):
        daemon = self.new_daemon().start()

        def describe():
            with daemon.connect("sim:vendor") as client:
                return client.describe()
        facts = {"mailbox": "sim:vendor", "capability_version": 2, "discovery_version": 2}
        before = daemon.status()["exchanges"]
        self.assertEqual(processes.as_user(NOBODY, describe)[1], facts)
        self.assertEqual(daemon.status()["exchanges"], before)
        tool.run("discover", "sim:vendor", daemon=daemon)
        self.assertEqual(
            processes.as_user(NOBODY, describe)[1], {**facts, "objects": ["0001:00", "10de:01", "10de:02"]})
        with daemon.connect("sim:cxl") as client:
            client.send(spdm.frame(spdm.DESCRIBE, transport=0))
            command, transport, _ = client.receive()
            self.assertEqual((command, transport), (spdm.DESCRIBE, 0))

    def test_a_program_that_knows_version_0_alone_gets_the_list_that_others_have_read(self):
        daemon = self.new_daemon().start()

        def ask():
            with daemon.connect("sim:vendor") as client:
                return list(doe.discovered(client.exchange(doe.discovery(1)))[0]), client.explain()["status"]
        tool.run_as(NOBODY, "discover", "sim:vendor", daemon=daemon)
        self.assertEqual(processes.as_user(NOBODY, ask)[1], [[0x10DE, 0x01], "copied"])
