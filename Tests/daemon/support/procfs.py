"""Whether procfs hides other users' processes here (`hidepid=`, proc(5)), from the daemon of these tests and from those who act as
another user. The daemon says so in its status, and nobody but root sees the daemon."""

import os
import pathlib
import sys
import unittest

from . import processes


def hidden():
    """Why the daemon's user does not see a process of root's; None where it does."""
    process = f"/proc/{os.getpid()}/stat"
    if processes.as_user(processes.DAEMON_USER, lambda: os.access(process, os.R_OK))[1]:
        return None
    mounts = [line.split() for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
    options = [mount[3] for mount in mounts if mount[1] == "/proc"][-1]
    return f"/proc hides other users' processes (it is mounted with {options})"


HIDDEN = hidden()
NOT_TESTED = f"NOT TESTED: {HIDDEN}; mount -o remount,hidepid=0 /proc"
needed = unittest.skipIf(HIDDEN, NOT_TESTED)
"""For a test to which it matters: it looks at the daemon as another user, or expects that the status has nothing to say."""
if HIDDEN:
    print(f"\n{NOT_TESTED}", file=sys.stderr)
