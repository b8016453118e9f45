"""Starting processes that do not outlive the tests, and acting as somebody else."""

import ctypes
import json
import os
import resource
import signal
import socket
import time
import warnings

NOBODY = 65534
DAEMON_USER = 64321
"""Whom the daemon becomes in these tests: nobody's number, so that no host needs an account for it."""
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def dies_with_us():
    """For `preexec_fn`: the kernel ends the process when the tests end, however they end."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_group(process):
    """Kills a process that leads a group of its own, and the group with it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def eventually(condition, what, seconds=15):
    """Waits for a condition and returns its value; the time only limits how long a failure takes."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_user(uid, function):
    """Runs a function in a child that belongs to another user and returns (the child's pid, what it returned)."""
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            # What goes wrong is seen in the status; the tests' own output stays whole.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            warnings.simplefilter("ignore", ResourceWarning)  # a child may leave its sockets open on purpose
            os.close(receive)
            if uid != 0:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            os.write(send, json.dumps(function()).encode() + b"\n")
            status = 0
        finally:
            os._exit(status)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        # One line, not all there is: a child of the child may hold the pipe too.
        text = pipe.readline()
    _, status = os.waitpid(pid, 0)
    assert status == 0, f"the child of uid {uid} failed with status {status}"
    return pid, json.loads(text)


def daemons_limit(pid, which, limits=None):
    """The (soft, hard) limit of a daemon, as it was; with others, sets these.

    Only who is the daemon's user may: root needs CAP_SYS_RESOURCE for other users' processes, which it lacks in containers.
    """
    # Root's setuid and setgid change the real, the effective and the saved id: the kernel compares all of them.
    return tuple(as_user(DAEMON_USER, lambda: resource.prlimit(pid, which, *([limits] if limits else [])))[1])


def resident_kibibytes(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
