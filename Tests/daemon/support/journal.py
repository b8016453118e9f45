"""A journald of our own (Tests/private-journald), and reading what it holds with journalctl."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess

from . import places, processes


OF_THE_TRAIL = "SYSLOG_IDENTIFIER=doe-auditd"


class PrivateJournal:
    def __init__(self, directory):
        self.directory = directory
        self.socket = directory / "run/socket"
        self.log = directory / "log"
        self.pid = None
        self._script = None
        self._stream = None

    def start(self):
        self._script = subprocess.Popen(
            [str(places.ROOT / "Tests/private-journald"), str(self.directory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        said = [self._script.stdout.readline().split() for _ in range(3)]
        assert [line[:1] for line in said] == [["pid"], ["socket"], ["journal"]], f"journald did not start: {said}"
        lines = dict(said)
        self.pid = int(lines["pid"])
        # journald ends by itself when nothing comes for 30 s, unless somebody may still write to it as a service does.
        self._stream = socket.socket(socket.AF_UNIX)
        self._stream.connect(str(self.directory / "run/stdout"))
        return self

    def stop(self):
        """Ends journald in order; its files stay."""
        if self._script is None:
            return
        if self._stream is not None:
            self._stream.close()
        self._script.stdin.close()
        self._script.wait(timeout=30)
        self._script.stdout.close()
        # The script leads the group, so whatever is left of it goes here.
        processes.end_group(self._script)
        if self.pid is not None:
            processes.eventually(lambda: not os.path.exists(f"/proc/{self.pid}"), "journald ended")
        self._script = None

    def suspend(self):
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.pid, signal.SIGCONT)

    def entries(self, *matches):
        """Every entry that matches, as journalctl gives it, in the order of the journal."""
        run = subprocess.run(
            ["journalctl", "--quiet", "--all", "--output=json", f"--directory={self.log}", *matches],
            capture_output=True, text=True, check=False)
        # Files that journald has not made yet are no entries.
        return [json.loads(line) for line in run.stdout.splitlines()]

    def export(self, file, *matches):
        """Writes every entry that matches into a file, as a host hands them on; returns the file."""
        with open(file, "wb") as output:
            subprocess.run(
                ["journalctl", "--quiet", "--output=export", f"--directory={self.log}", *matches],
                stdout=output, check=True)
        return file

    def records(self, instance):
        """The records of one ring by their numbers. One that was delivered twice must be the same both times."""
        found = {}
        for entry in self.entries(f"DOE_INSTANCE={instance}"):
            ours = {name: value for name, value in entry.items() if is_of_the_record(name)}
            number = int(entry["DOE_SEQ"])
            assert found.setdefault(number, ours) == ours, f"two different records {number}"
        return dict(sorted(found.items()))

    def record(self, instance, number):
        matches = (f"DOE_INSTANCE={instance}", f"DOE_SEQ={number}")
        return processes.eventually(lambda: self.entries(*matches), f"record {number} is in the journal")[0]


def is_of_the_record(name):
    return name.startswith("DOE_") or name in ("MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER")


TESTS_OF_ONE = 40
_shared = []
_tests = 0


def begin_test():
    """A journald that many tests have used is left behind: a daemon whose ring is new looks in the journal at each instance
    of the machine, and a thousand daemons of one machine are no host's."""
    global _tests
    _tests += 1
    if _shared and _tests % TESTS_OF_ONE == 0:
        _shared.append(_new_shared())


def shared():
    """One journald for the tests that do not stop it: records are told apart by their instance. It is the same for all of
    one test."""
    if not _shared:
        _shared.append(_new_shared())
    return _shared[-1]


def _new_shared():
    directory = places.new_directory()
    journal = PrivateJournal(directory).start()
    # Daemons of a whole class may write to it for longer.
    atexit.register(lambda: (journal.stop(), shutil.rmtree(directory, ignore_errors=True)))
    return journal
