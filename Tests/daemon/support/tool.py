"""doe-audit, the command-line tool."""

import functools
import json
import os
import pathlib
import shutil
import subprocess

from . import places, processes


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


def run(*arguments, daemon=None, program=None, **options):
    """Runs doe-audit; with a daemon, against that one."""
    words = command(*arguments, program=program)
    if daemon is not None:
        words += ["--runtime-directory", str(daemon.runtime)]
    return Answer(
        subprocess.run(words, capture_output=True, text=True, timeout=90, check=False, stdin=subprocess.DEVNULL, **options))


def command(*arguments, program=None):
    """The program and its words, for who starts it himself; what the daemon's user has written counts as records."""
    words = list(map(str, arguments))
    if reads_records(words):
        words += ["--writer", str(processes.DAEMON_USER)]
    return [str(program or places.TOOL), *words]


def reads_records(words):
    """Whether it asks for records, which count where root or the daemon's user has written them."""
    if "--writer" in words or {"--help", "-h", "help"} & set(words):
        return False
    return words[:1] == ["report"] or words[:2] in (["policy", "test"], ["policy", "suggest"], ["policy", "explain"])


def run_as(uid, *arguments, **options):
    """The same, as another user."""
    program = for_everybody()

    def ask():
        answer = run(*arguments, program=program, **options)
        return answer.status, answer.output, answer.complaint
    return Answer(subprocess.CompletedProcess(arguments, *processes.as_user(uid, ask)[1]))


@functools.cache
def for_everybody():
    """The tool, or a copy of it where it lies in a checkout below a home that is closed to others."""
    if processes.as_user(processes.NOBODY, lambda: os.access(places.TOOL, os.X_OK))[1]:
        return places.TOOL
    return pathlib.Path(shutil.copy(places.TOOL, places.new_directory() / "doe-audit"))
