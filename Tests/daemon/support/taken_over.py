"""A daemon that was taken over: the real process, in its own sandbox, made to call the kernel with what a test says (ptrace, as
root). All its threads stand still meanwhile, so nothing honest happens beside it."""

import ctypes
import errno
import os
import platform
import signal
import socket
import time

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long
SINGLE_STEP, GET_REGISTERS, SET_REGISTERS, ATTACH, DETACH = 9, 12, 13, 16, 17
ALL_KINDS = 0x40000000  # __WALL
PIDFD_GETFD = 438
POSSIBLE = platform.machine() == "x86_64"
"""The registers and the calls' numbers here are of this machine."""

CALLS = {
    "read": 0, "write": 1, "open": 2, "socket": 41, "clone": 56, "fork": 57, "execve": 59, "exit": 60, "kill": 62, "rename": 82,
    "mkdir": 83, "unlink": 87, "chmod": 90, "ptrace": 101, "setuid": 105, "capset": 126, "pivot_root": 155, "prctl": 157,
    "mount": 165, "init_module": 175, "exit_group": 231, "keyctl": 250, "openat": 257, "unshare": 272, "perf_event_open": 298,
    "fanotify_init": 300, "prlimit64": 302, "process_vm_writev": 311, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425,
    "pidfd_getfd": PIDFD_GETFD}


class Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in (
        "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs"
    ).split()]


class TakenOver:
    def __init__(self, pid):
        self.pid = pid
        self._threads = []
        self._memory = None

    def __enter__(self):
        # As long as new ones come.
        while True:
            new = [int(task) for task in os.listdir(f"/proc/{self.pid}/task") if int(task) not in self._threads]
            if not new:
                break
            for thread in new:
                self._ptrace(ATTACH, thread)
                os.waitpid(thread, ALL_KINDS)
                self._threads.append(thread)
        self._memory = os.open(f"/proc/{self.pid}/mem", os.O_RDWR)
        self._saved = Registers()
        self._ptrace(GET_REGISTERS, self.pid, data=ctypes.byref(self._saved))
        # It waits in a call: the instruction that made it stands before.
        self._instruction = self._saved.rip - 2
        assert os.pread(self._memory, 2, self._instruction) == b"\x0f\x05", "the main thread is in no call"
        # Below what the thread's own code may have in use.
        self._place = (self._saved.rsp - 65536) & ~0xfff
        return self

    def __exit__(self, *_):
        if self._memory is not None:
            os.close(self._memory)
        try:
            self._ptrace(SET_REGISTERS, self.pid, data=ctypes.byref(self._saved))
        except ProcessLookupError:
            return
        for thread in self._threads:
            try:
                self._ptrace(DETACH, thread)
            except ProcessLookupError:
                pass

    @staticmethod
    def _ptrace(request, thread, address=0, data=None):
        if _libc.ptrace(request, thread, address, data) < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def call(self, name, *arguments):
        """Has it make a call; bytes are put into its memory. Returns the result, an error's name, or that of the signal which
        ended the process."""
        offset, numbers = self._place, []
        for argument in arguments:
            if isinstance(argument, bytes):
                os.pwrite(self._memory, argument + b"\0", offset)
                numbers.append(offset)
                offset += len(argument) + 16 & ~0xf
            else:
                numbers.append(argument & 0xffffffffffffffff)
        registers = Registers.from_buffer_copy(self._saved)
        numbers += [0] * (6 - len(numbers))
        registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8, registers.r9 = numbers
        registers.rax, registers.rip = CALLS[name], self._instruction
        registers.orig_rax = 0xffffffffffffffff  # nothing is to be begun again
        self._ptrace(SET_REGISTERS, self.pid, data=ctypes.byref(registers))
        self._ptrace(SINGLE_STEP, self.pid)
        while True:
            status = self._wait()
            if os.WIFSIGNALED(status):
                return signal.Signals(os.WTERMSIG(status)).name
            if not os.WIFSTOPPED(status):
                return "ended"
            if os.WSTOPSIG(status) == signal.SIGTRAP:
                break
            # The signal of a call that ends the process, or one that came by chance: let it have its way.
            self._ptrace(SINGLE_STEP, self.pid, data=ctypes.c_void_p(os.WSTOPSIG(status)))
        self._ptrace(GET_REGISTERS, self.pid, data=ctypes.byref(registers))
        result = ctypes.c_longlong(registers.rax).value
        return errno.errorcode.get(-result, str(result)) if -4096 < result < 0 else result

    def _wait(self):
        """What becomes of the main thread. Where the process ends, its other threads are waited for by their tracer first."""
        while True:
            for thread in [self.pid, *self._threads]:
                try:
                    found, status = os.waitpid(thread, ALL_KINDS | os.WNOHANG)
                except ChildProcessError:
                    continue
                if found == self.pid:
                    return status
            time.sleep(0.0002)

    def take(self, descriptor):
        """A copy of one of its descriptors, here: what is done with it is done on its own connection."""
        held = os.pidfd_open(self.pid)
        try:
            number = _libc.syscall(PIDFD_GETFD, held, descriptor, 0)
            if number < 0:
                raise OSError(ctypes.get_errno(), "pidfd_getfd")
            return number
        finally:
            os.close(held)

    def broker_socket(self):
        """Its connection to its broker: the only one of whole messages."""
        for name in os.listdir(f"/proc/{self.pid}/fd"):
            if not os.readlink(f"/proc/{self.pid}/fd/{name}").startswith("socket:"):
                continue
            copy = socket.socket(fileno=self.take(int(name)))
            if copy.family == socket.AF_UNIX and copy.type == socket.SOCK_SEQPACKET:
                return copy
            copy.close()
        raise AssertionError("it has no connection to a broker")
