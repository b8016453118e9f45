"""What the daemon takes from itself at its start, however it is started: each of its threads is under the filter, and where the
kernel has none, it goes on and says so."""

import ctypes
import os
import pathlib
import platform
import signal
import struct
import sys

if __name__ == "__main__":
    DaemonCase = object
else:
    from support import procfs
    from support.case import DaemonCase

SENTENCE = "system calls that the daemon never needs are not taken from it"


def play_a_kernel_without_filters():
    """From here on seccomp(2) is answered with ENOSYS, by a filter that was set in the older way."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = {"x86_64": 317, "aarch64": 277, "riscv64": 277}[platform.machine()]
    program = ctypes.create_string_buffer(b"".join(
        struct.pack("=HBBI", *instruction) for instruction in (
            (0x20, 0, 0, 0),  # load the call's number
            (0x15, 0, 1, number), (0x06, 0, 0, 0x0005_0000 | 38),  # seccomp: ENOSYS
            (0x06, 0, 0, 0x7FFF_0000))))  # all else is allowed
    description = struct.pack("@HP", 4, ctypes.addressof(program))
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    if libc.prctl(22, 2, description, 0, 0) != 0:  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        sys.exit(99)


class FromTheStart(DaemonCase):
    def fields(self, status):
        return dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)

    def test_each_thread_is_filtered_and_can_gain_nothing(self):
        daemon = self.new_daemon().start()
        self.assert_serves(daemon)
        tasks = list(pathlib.Path(f"/proc/{daemon.pid}/task").iterdir())
        self.assertGreater(len(tasks), 8)
        for task in tasks:
            status = self.fields(task / "status")
            name = (task / "comm").read_text().strip()
            self.assertEqual(status["Seccomp"], "2", name)
            self.assertEqual(status["NoNewPrivs"], "1", name)
        if procfs.HIDDEN:
            self.skipTest(procfs.NOT_TESTED)
        self.assertEqual(daemon.status()["attention"], [])
        self.assertEqual(daemon.said(), "")

    def test_a_crash_ends_it_at_once_though_no_program_can_report_it(self):
        daemon = self.new_daemon().start()
        daemon.process.send_signal(signal.SIGABRT)
        self.assertEqual(daemon.process.wait(timeout=20), -signal.SIGABRT)

    def test_where_the_kernel_has_none_it_goes_on_and_says_so(self):
        daemon = self.new_daemon()
        daemon.arguments = [sys.executable, __file__, *daemon.arguments]
        daemon.start()
        self.assert_serves(daemon)
        self.assertIn(f"doe-auditd: {SENTENCE}: cannot seccomp", daemon.said())
        said = [sentence for sentence in daemon.status()["attention"] if SENTENCE in sentence]
        self.assertEqual(len(said), 1, daemon.status()["attention"])
        self.assertIn("CONFIG_SECCOMP_FILTER", said[0])


if __name__ == "__main__":
    play_a_kernel_without_filters()
    os.execv(sys.argv[1], sys.argv[1:])
