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
    words = [str(program or places.TOOL), *map(str, arguments)]
    if daemon is not None:
        words += ["--runtime-directory", str(daemon.runtime)]
    return Answer(
        subprocess.run(words, capture_output=True, text=True, timeout=90, check=False, stdin=subprocess.DEVNULL, **options))


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
