"""The device that is counted at. Every request is different from every other, so a digest stands for one exchange."""

import hashlib
import os
import pathlib
import subprocess
import sys

from support import doe, processes

ALLOWED = doe.ECHO
"""The object of the load; WARNED raises a letter, and so has to be kept in the ledger."""
WARNED = "10de:03"
RULES = f"allow object={ALLOWED}\nwarn object={WARNED}\n"


class Device:
    """What a scenario needs of a device: how the daemon gets it, its mailbox, and what it has executed."""

    options = ()
    simulate = None
    mailbox = None
    counted_by = None
    is_synced = False
    """Whether the ring is on the disk before anything is sent to it: of this host's own devices."""

    def request(self, client, number, name=ALLOWED):
        return doe.named(name, f"{client:08x}{number:08x}".encode())

    def answered(self, request):
        """A client got the answer to this request."""

    def power_cycle(self):
        """The machine boots."""

    def executed(self):
        """The digests of everything executed, one for each time."""
        raise NotImplementedError

    def close(self):
        pass


class SimulatedDevice(Device):
    """A device inside the daemon: its own count dies with the daemon, so what clients got an answer to is counted."""

    simulate = "vendor"
    mailbox = "sim:vendor"
    counted_by = "the answers that clients got (the device is simulated inside the daemon)"

    def __init__(self, directory):
        self._answered = []

    def answered(self, request):
        self._answered.append(request)

    def executed(self):
        return [hashlib.sha256(request).hexdigest() for request in list(self._answered)]


class RemoteDevice(Device):
    """A process of its own (Tests/faults/responder), which outlives the daemon and writes down what it executes before
    it answers."""

    # With a simulated one beside it the daemon leaves this machine's own mailboxes alone.
    simulate = "vendor"
    mailbox = "remote:faults"
    counted_by = "a responder in a process of its own, which writes each request's SHA-256 down before it answers"

    def __init__(self, directory):
        self._log = directory / "device.executed"
        self._log.touch()
        self._process = subprocess.Popen(
            [sys.executable, str(pathlib.Path(__file__).parents[1] / "responder"), str(self._log)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=processes.dies_with_us)
        port = int(self._process.stdout.readline())
        self.options = ("--remote", f"faults=127.0.0.1:{port}")

    def executed(self):
        return self._log.read_text().split()

    def close(self):
        processes.end_group(self._process)
        self._process.stdout.close()


def new_device(directory):
    """Which device the scenarios are counted at; the simulated one shows whether a failure is the remote road's."""
    kind = os.environ.get("DOE_FAULTS_DEVICE", "remote")
    return {"simulated": SimulatedDevice, "remote": RemoteDevice}[kind](directory)
