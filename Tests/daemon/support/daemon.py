"""doe-auditd as a service manager runs it: started, waited for until it says READY=1, and ended by SIGTERM."""

import os
import shutil
import signal
import socket
import subprocess
import time

from . import places, processes, spdm, varlink


def copy_rules(source, directory):
    """Rules as the daemon believes them: nobody but root may write to them, whatever the checkout's umask was."""
    directory.mkdir()
    directory.chmod(0o755)
    for file in source.glob("*.rules"):
        shutil.copy(file, directory)
        (directory / file.name).chmod(0o644)
    return directory


class Daemon:
    def __init__(self, directory, journal, rules, simulate="cxl,vendor", options=(), environment=None, files=None, passing=()):
        self.directory = directory
        self.journal = journal
        self.runtime = directory / "run"
        self.state = directory / "state"
        self.output = directory / "output"
        self.notifications = []
        self.process = None
        self._environment = environment or {}
        self._files = files
        self._passing = passing
        self._notify = None
        self.arguments = [
            str(places.DAEMON), "--user", str(processes.DAEMON_USER), "--rules", str(rules), "--runtime-directory", str(self.runtime),
            "--state-directory", str(self.state), "--journal-socket", str(journal.socket), "--journal-directory",
            str(journal.log), *options]
        if simulate:
            self.arguments += ["--simulate", simulate]

    def start(self, wait=True):
        path = self.directory / "notify"
        path.unlink(missing_ok=True)
        self.close_notify()
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notify.bind(str(path))
        path.chmod(0o666)
        self.notifications = []

        def prepare():
            processes.dies_with_us()
            if self._files:
                import resource
                resource.setrlimit(resource.RLIMIT_NOFILE, (self._files, self._files))

        with open(self.output, "ab") as output:
            self.process = subprocess.Popen(
                self.arguments, env={**os.environ, "NOTIFY_SOCKET": str(path), **self._environment},
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, preexec_fn=prepare,
                pass_fds=self._passing)
        if wait:
            self.wait_for_notice("READY=1")
        return self

    def wait_for_notice(self, line, seconds=20):
        """Waits until the daemon tells its service manager this."""
        deadline = time.monotonic() + seconds
        self._notify.settimeout(0.1)
        while not any(line in message for message in self.notifications):
            try:
                self.notifications.append(self._notify.recv(4096).decode().split("\n"))
            except socket.timeout:
                if self.process.poll() is not None:
                    raise AssertionError(f"doe-auditd ended with {self.process.returncode}: {self.said()}") from None
                if time.monotonic() > deadline:
                    raise AssertionError(f"no {line} within {seconds} s: {self.said()}") from None

    def forget_notices(self):
        """What it told its service manager until now."""
        self._notify.settimeout(0)
        try:
            while True:
                self._notify.recv(4096)
        except BlockingIOError:
            self.notifications = []

    def said(self):
        return self.output.read_text(errors="replace")

    @property
    def pid(self):
        return self.process.pid

    def mailbox_socket(self, mailbox):
        return str(self.runtime / "mailbox" / f"{mailbox}.sock")

    @property
    def control_socket(self):
        return str(self.runtime / "control")

    def connect(self, mailbox="sim:cxl"):
        return spdm.Connection(self.mailbox_socket(mailbox))

    def control(self):
        return varlink.Connection(self.control_socket)

    def status(self):
        with self.control() as control:
            return control.ask("org.doeaudit.Control1.GetStatus")["status"]

    @property
    def instance(self):
        return self.status()["trail"]["instance"]

    def terminate(self, seconds=20):
        """Ends the daemon as systemd does; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def kill(self):
        """Ends it without notice."""
        processes.end_group(self.process)

    def clean_up(self):
        if self.process is not None:
            self.kill()
        self.close_notify()

    def close_notify(self):
        if self._notify is not None:
            self._notify.close()
            self._notify = None

    def all_records(self, journal=None):
        """Every record up to the number that the daemon has given last, once the journal holds them all."""
        trail = self.status()["trail"]
        journal = journal or self.journal

        def complete():
            records = journal.records(trail["instance"])
            return records if trail["sequence"] in records and len(records) >= trail["sequence"] else None

        return processes.eventually(complete, f"the journal holds {trail['sequence']} records")
