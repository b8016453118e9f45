"""What the tests of the running daemon share. Python's standard library alone, and nothing of doe-audit's own code: the
clients here are written from the documents (docs/decisions/0006-python-daemon-tests.md)."""

import os

# Rules that others may write to are refused, and some distributions' umask lets a group write: the tests' own files
# are to be believed wherever they run.
os.umask(0o022)
