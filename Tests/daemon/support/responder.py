"""The stand-in responder as a process that a test may kill."""

import json
import os
import signal
import subprocess
import sys

from . import places, processes


class Responder:
    def __init__(self, address="127.0.0.1:0"):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.spdm_responder", address], stdout=subprocess.PIPE, text=True,
            cwd=places.ROOT / "Tests/daemon", env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=processes.dies_with_us)
        self.address = self._next()["address"]

    def _next(self):
        line = self.process.stdout.readline()
        assert line, f"the responder ended with {self.process.wait()}"
        return json.loads(line)

    def connection(self):
        """What came on the next connection that ends; waits for its end."""
        return self._next()

    def stop(self):
        """Does nothing from now on, but what comes waits for it."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    @property
    def is_alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
