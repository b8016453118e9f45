"""doe-audit, the command-line tool."""

import json
import subprocess

from . import places


class Answer:
    def __init__(self, run):
        self.status = run.returncode
        self.output = run.stdout
        self.complaint = run.stderr

    def __repr__(self):
        return f"exit {self.status}\n{self.output}\n{self.complaint}"

    @property
    def json(self):
        return json.loads(self.output)


def run(*arguments, daemon=None, **options):
    """Runs doe-audit; with a daemon, against that one."""
    words = [str(places.TOOL), *map(str, arguments)]
    if daemon is not None:
        words += ["--runtime-directory", str(daemon.runtime)]
    return Answer(
        subprocess.run(words, capture_output=True, text=True, timeout=90, check=False, stdin=subprocess.DEVNULL, **options))
