"""PyPI's `varlink`: a client of Varlink that nobody here wrote, fetched when it is missing, into `.cache`."""

import glob
import importlib
import subprocess
import sys

from . import places

HOME = places.ROOT / ".cache/varlink"
# This very file: what is run here as root must not change by itself.
REQUIREMENT = (
    "varlink==31.0.0 --hash=sha256:0d0629e5ca7e629f79ed84dc5a4f29e04f3cc83b24641528e91a41fa158e58e9\n")


def client():
    """The module, or None where it could be neither found nor fetched; then `missing` says why."""
    if HOME.is_dir():
        sys.path += [path for path in glob.glob(f"{HOME}/lib/python3*/site-packages") if path not in sys.path]
    try:
        return importlib.import_module("varlink")
    except ImportError:
        return None


def missing():
    """Why there is no such client here, in one line; None where there is one."""
    if client() is not None:
        return None
    HOME.parent.mkdir(exist_ok=True)
    requirement = HOME.parent / "varlink.txt"
    requirement.write_text(REQUIREMENT)
    for command in (
            [sys.executable, "-m", "venv", str(HOME)],
            [str(HOME / "bin/pip"), "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(requirement)]):
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{command[0]}: {error}"
        if run.returncode != 0:
            said = (run.stderr + run.stdout).strip().splitlines() or [f"exit {run.returncode}"]
            return f"{' '.join(command[:3])}: {said[-1]}"
    importlib.invalidate_caches()
    return None if client() is not None else f"{HOME} has no module varlink"
