"""What the tests of the running daemon share. Python's standard library alone, and nothing of doe-audit's own code: the
clients here are written from the documents (docs/decisions/0006-python-daemon-tests.md)."""
