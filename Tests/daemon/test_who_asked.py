"""Who a record says had asked. What could not be learned is unknown, and nobody else is blamed for it."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

from support import doe, processes, spdm
from support.case import DaemonCase, SharedDaemonCase
from support.processes import NOBODY

FACTS = ("EXE", "UNIT", "LOGINUID", "SESSION", "CONTAINER", "PARENT")


class Clients(SharedDaemonCase):
    def ask_as(self, uid, request, mailbox):
        def ask():
            with self.daemon.connect(mailbox) as connection:
                response = connection.exchange(request)
                return response.hex(), connection.explain()
        pid, (response, notice) = processes.as_user(uid, ask)
        return pid, bytes.fromhex(response), notice

    def test_another_user_is_on_record_with_uid_pid_and_program(self):
        pid, response, notice = self.ask_as(NOBODY, doe.discovery(0), "sim:cxl")
        self.assertTrue(response)
        record = self.record_of(self.daemon, notice)
        self.assertEqual(
            [record[f"DOE_CLIENT_{name}"] for name in ("UID", "PID", "EXE")],
            [str(NOBODY), str(pid), os.path.realpath(sys.executable)])
        self.assertEqual(record["DOE_CLIENT_PARENT"].split(" ", 1)[0], str(os.getpid()))

    def test_a_vendor_object_is_for_root_only(self):
        before = doe.count(self.ask_as(0, doe.named(doe.COUNTER), "sim:vendor")[1])
        _, response, notice = self.ask_as(NOBODY, doe.named(doe.COUNTER), "sim:vendor")
        self.assertEqual((response, notice["verdict"], notice["rule"]), (b"", "deny", "default"))
        self.assertEqual(self.record_of(self.daemon, notice)["DOE_CLIENT_UID"], str(NOBODY))
        self.assertEqual(doe.count(self.ask_as(0, doe.named(doe.COUNTER), "sim:vendor")[1]), before + 1)

    def test_nobody_may_not_use_the_control_socket(self):
        def connect():
            try:
                self.daemon.control().close()
                return "connected"
            except PermissionError:
                return "refused"
        self.assertEqual(processes.as_user(NOBODY, connect)[1], "refused")

    def test_login_and_session_are_what_audit_says_or_absent(self):
        _, notice = self.ask_once(self.daemon, doe.discovery(0))
        record = self.record_of(self.daemon, notice)
        for field, file in (("LOGINUID", "loginuid"), ("SESSION", "sessionid")):
            try:
                with open(f"/proc/self/{file}") as text:
                    number = text.read().strip()
            except FileNotFoundError:
                number = "4294967295"
            self.assertEqual(record.get(f"DOE_CLIENT_{field}", "4294967295"), number)

    def test_a_program_that_was_deleted_while_it_runs_is_unknown(self):
        copy = pathlib.Path(shutil.copy(os.path.realpath(sys.executable), self.directory / "python"))
        here = os.path.dirname(os.path.abspath(__file__))
        script = (
            "import json, os, sys; sys.path.insert(0, sys.argv[1]); from support import doe, spdm\n"
            "os.unlink(os.readlink('/proc/self/exe'))\n"
            "with spdm.Connection(sys.argv[2]) as c: c.exchange(doe.discovery(0)); print(json.dumps(c.explain()))")
        run = subprocess.run(
            [str(copy), "-c", script, here, self.daemon.mailbox_socket("sim:cxl")], capture_output=True, text=True,
            env={**os.environ, "PYTHONHOME": sys.base_prefix})
        self.assertEqual(run.returncode, 0, run.stderr)
        record = self.record_of(self.daemon, json.loads(run.stdout))
        self.assertEqual(record["DOE_CLIENT_EXE"], "unknown")


class LateClients(DaemonCase):
    """Clients that have gone before the daemon could look at them. It is suspended meanwhile, so that they surely have."""

    def setUp(self):
        super().setUp()
        self.daemon = self.new_daemon(
            rules=self.rules('allow object=0001:00\nallow class=vendor exe=/usr/bin/nothing\n')).start()
        self.instance = self.daemon.instance
        self.before = self.daemon.status()["trail"]["sequence"]

    def ask_and_die(self, request, mailbox="sim:cxl"):
        """A child asks and is gone, its process id free again, before the daemon sees it."""
        os.kill(self.daemon.pid, signal.SIGSTOP)

        def ask():
            connection = self.daemon.connect(mailbox)
            connection.send(spdm.frame(spdm.NORMAL, request))
            return None
        return processes.as_user(0, ask)[0]

    def next_record(self):
        os.kill(self.daemon.pid, signal.SIGCONT)
        return self.daemon.journal.record(self.instance, self.before + 1)

    def assert_nothing_is_known(self, record):
        self.assertEqual((record["DOE_CLIENT_PID"], record["DOE_CLIENT_UID"]), ("unknown", "unknown"))
        self.assertEqual({name: record.get(f"DOE_CLIENT_{name}") for name in FACTS}, dict.fromkeys(FACTS, "unknown"))

    def test_a_client_that_died_at_once_is_not_named(self):
        self.ask_and_die(doe.discovery(0))
        self.assert_nothing_is_known(self.next_record())

    def test_the_next_owner_of_a_dead_clients_pid_is_not_blamed(self):
        for _ in range(20):
            pid = self.ask_and_die(doe.discovery(0))
            with open("/proc/sys/kernel/ns_last_pid", "w") as last:
                last.write(str(pid - 1))
            impostor = subprocess.Popen(["sleep", "60"])
            self.addCleanup(impostor.wait)
            self.addCleanup(impostor.kill)
            record = self.next_record()
            if impostor.pid == pid:
                break
            self.before += 1
        self.assertEqual(impostor.pid, pid, "somebody else was quicker to take the pid, twenty times")
        self.assert_nothing_is_known(record)

    def test_a_child_that_inherits_the_socket_of_a_dead_client_is_not_taken_for_it(self):
        os.kill(self.daemon.pid, signal.SIGSTOP)
        go_receive, go_send = os.pipe()

        def connect_and_leave():
            connection = self.daemon.connect()
            if os.fork() == 0:
                os.read(go_receive, 1)
                connection.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
                connection.answer()
                os._exit(0)
            return None
        processes.as_user(0, connect_and_leave)
        os.write(go_send, b"x")
        os.close(go_send), os.close(go_receive)
        self.assert_nothing_is_known(self.next_record())

    def test_a_rule_that_needs_the_program_refuses_a_client_of_which_it_is_unknown(self):
        self.ask_and_die(doe.named(doe.COUNTER), "sim:vendor")
        record = self.next_record()
        self.assertEqual(record["DOE_VERDICT"], "deny")
        self.assertIn("unknown exe", record["MESSAGE"])
        self.assertRegex(record["DOE_RULE"], r"^50-test\.rules:2$")
