"""Where things are, and what must be there before a test makes sense."""

import atexit
import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARIES = pathlib.Path(os.environ.get("DOE_AUDIT_BINARIES", ROOT / ".build/release")).resolve()
DAEMON = BINARIES / "doe-auditd"
TOOL = BINARIES / "doe-audit"
BROKER = BINARIES / "doe-audit-broker"
RULES = ROOT / "rules"
CATALOG = ROOT / "packaging/doe-audit.catalog"


def kernel_has(start):
    """Whether the running kernel has a function whose name begins so."""
    return re.search(rb"(?m)^\S+ \S %s" % start.encode(), pathlib.Path("/proc/kallsyms").read_bytes()) is not None


def check_ground():
    """Ends the run with what to do where it could only fail."""
    if os.geteuid() != 0:
        sys.exit("the daemon tests need root: they start journald and act as several users")
    for program in (DAEMON, TOOL, BROKER):
        if not os.access(program, os.X_OK):
            sys.exit(f"{program} is missing: make release, or name the programs' directory in DOE_AUDIT_BINARIES")
    for command in ("journalctl", "unshare"):
        if shutil.which(command) is None:
            sys.exit(f"{command} is missing: apt-get install systemd util-linux")


def new_directory():
    """A directory that other users may enter, with a short path: a socket's path has room for 107 bytes."""
    # Not below /tmp, which may lie in memory: of a journal there the daemon says so.
    path = pathlib.Path(tempfile.mkdtemp(prefix="doe-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    path.chmod(0o755)
    # Mostly the test has removed it long before.
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


check_ground()
# What discovery is here: the kernel uses it itself where it was built with CONFIG_PCI_DOE.
DISCOVERY_CLASS = "kernel-expected" if kernel_has("pci_doe") else "published"
# As Ctrl-C does: unittest ends the run then, and cleans up.
signal.signal(signal.SIGTERM, signal.default_int_handler)
