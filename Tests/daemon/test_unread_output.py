"""Nobody reads what the daemon says: its standard error is a full pipe, or a full socket. It neither waits nor spins."""

import fcntl
import os
import socket
import subprocess
import time
import unittest.mock

from support import doe, processes
from support.case import DaemonCase


class UnreadOutput(DaemonCase):
    seen = b""

    def full_pipe(self):
        """A pipe's path, as full as it gets, and a descriptor to read from it."""
        path = self.new_directory() / "pipe"
        os.mkfifo(path)
        end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.addCleanup(os.close, end)
        fcntl.fcntl(end, 1031, 4096)  # F_SETPIPE_SZ
        try:
            while True:
                os.write(end, b"x" * 4096)
        except BlockingIOError:
            return path, end

    def saying_to(self, path, **options):
        daemon = self.new_daemon(**options)
        daemon.arguments = ["sh", "-c", 'exec "$@" 2<>"$0"', str(path), *daemon.arguments]
        return daemon

    def test_the_start_and_what_comes_after_it_wait_for_nobody(self):
        path, end = self.full_pipe()
        # What has something to say at its start: rules that cannot be used, and a limit that does not suffice.
        daemon = self.saying_to(path, rules=self.rules("nonsense\n"), files=300)
        begin = time.monotonic()
        daemon.start()
        self.assertLess(time.monotonic() - begin, 10)
        with daemon.connect("sim:cxl") as connection:
            self.assertEqual(connection.exchange(doe.discovery(0)), b"")
        used = processes.processor_seconds(daemon.pid)
        time.sleep(1)
        self.assertLess(processes.processor_seconds(daemon.pid) - used, 0.5)
        os.read(end, 1 << 20)
        daemon.process.send_signal(1)
        processes.eventually(lambda: b"left out" in self.read(end), "what was left out is said", 10)
        self.assertEqual(daemon.terminate(), 0)

    def read(self, end):
        try:
            self.seen += os.read(end, 1 << 16)
        except BlockingIOError:
            pass
        return self.seen

    def test_a_start_that_fails_ends_all_the_same(self):
        path, _ = self.full_pipe()
        daemon = self.saying_to(path)
        daemon.arguments += ["--mode", "nonsense"]
        daemon.start(wait=False)
        self.assertEqual(daemon.process.wait(20), 2)

    def test_a_socket_of_which_nobody_reads(self):
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        theirs.setblocking(False)
        try:
            while True:
                theirs.send(b"x" * 4096)
        except BlockingIOError:
            theirs.setblocking(True)
        daemon = self.new_daemon(rules=self.rules("nonsense\n"))
        popen = subprocess.Popen
        with unittest.mock.patch.object(
                subprocess, "Popen", lambda *arguments, **options: popen(*arguments, **{**options, "stderr": theirs})):
            daemon.start()
        with daemon.connect("sim:cxl") as connection:
            self.assertEqual(connection.exchange(doe.discovery(0)), b"")
        theirs.close()
        self.assertEqual(daemon.terminate(), 0)
