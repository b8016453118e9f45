"""A config space whose accesses the kernel holds up: one file on a FUSE mount that answers each read and write only when
it may. The kernel's side is the real thing: the caller hangs in pread(2) or pwrite(2) and cannot be woken.

The protocol is spoken here directly (linux/fuse.h): a file system of one file needs six requests of it."""

import ctypes
import errno
import os
import stat
import struct
import threading

HEADER = struct.Struct("<IIQQIIII")  # len, opcode, unique, nodeid, uid, gid, pid, padding
ANSWER = struct.Struct("<IiQ")
LOOKUP, FORGET, GETATTR, OPEN, READ, WRITE, RELEASE, INIT, BATCH_FORGET = 1, 2, 3, 14, 15, 16, 18, 26, 42
ROOT, FILE, NAME = 1, 2, b"config"
DIRECT_IO = 1
_libc = ctypes.CDLL(None, use_errno=True)


def missing():
    """Why there can be no such file here; None where there can."""
    return None if os.access("/dev/fuse", os.R_OK | os.W_OK) else "no /dev/fuse: load the kernel's module fuse"


class SlowFile:
    """`content` at `directory/config`. `hold()` holds up these requests from now on, `let_go()` ends that."""

    HELD = (READ, WRITE)
    MODE = 0o644
    OPENED = DIRECT_IO

    def __init__(self, directory, content):
        self.path = directory / NAME.decode()
        self.content = bytearray(content)
        self._directory = str(directory).encode()
        self._free = threading.Event()
        self._free.set()
        self.held = threading.Event()
        """Set as soon as an access waits."""
        self._device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self._device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        if _libc.mount(b"doe-test", self._directory, b"fuse", 0, options) != 0:
            os.close(self._device)
            raise OSError(ctypes.get_errno(), "mount of a FUSE file system")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def hold(self):
        self.held.clear()
        self._free.clear()

    def let_go(self):
        self._free.set()

    def close(self):
        self.let_go()
        _libc.umount2(self._directory, 2)  # MNT_DETACH
        self._thread.join(5)
        os.close(self._device)

    def _serve(self):
        while True:
            try:
                request = os.read(self._device, 1 << 17)
            except OSError as error:
                if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                    continue
                return  # ENODEV: unmounted
            _, opcode, unique, node, *_ = HEADER.unpack_from(request)
            body = request[HEADER.size:]
            if opcode in self.HELD and not self._free.is_set():
                # Everything else is answered meanwhile: only the access hangs.
                threading.Thread(target=self._answer_late, args=(opcode, unique, node, body), daemon=True).start()
            elif opcode not in (FORGET, BATCH_FORGET):
                self._answer(opcode, unique, node, body)

    def _answer_late(self, *request):
        self.held.set()
        self._free.wait()
        self._answer(*request)

    def _answer(self, opcode, unique, node, body):
        error, data = self._reply(opcode, node, body)
        try:
            os.write(self._device, ANSWER.pack(ANSWER.size + len(data), -error, unique) + data)
        except OSError:
            pass  # the caller has gone

    def _reply(self, opcode, node, body):
        if opcode == INIT:
            major, minor = struct.unpack_from("<II", body)
            return 0, struct.pack("<IIIIHHIIHHI7I", major, min(minor, 31), 65536, 0, 8, 8, 4096, 1, 1, 0, *[0] * 8)
        if opcode == LOOKUP:
            if body.rstrip(b"\0") != NAME:
                return errno.ENOENT, b""
            return 0, struct.pack("<QQQQII", FILE, 0, 0, 0, 0, 0) + self._attributes(FILE)
        if opcode == GETATTR:
            return 0, struct.pack("<QII", 0, 0, 0) + self._attributes(node)
        if opcode == OPEN:
            return 0, struct.pack("<QII", 0, self.OPENED, 0)
        if opcode == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            return 0, bytes(self.content[offset:offset + size])
        if opcode == WRITE:
            _, offset, size = struct.unpack_from("<QQI", body)
            self.content[offset:offset + size] = body[40:40 + size]
            return 0, struct.pack("<II", size, 0)
        return (0, b"") if opcode == RELEASE else (errno.ENOSYS, b"")

    def _attributes(self, node):
        mode, size = (stat.S_IFDIR | 0o755, 0) if node == ROOT else (stat.S_IFREG | self.MODE, len(self.content))
        return struct.pack("<QQQQQQIIIIIIIIII", node, size, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


class SlowProgram(SlowFile):
    """A program that can be run, on a file system that then says nothing more of it: neither where it is nor what it is.
    Its bytes are still read, so that what runs goes on running."""

    HELD = (LOOKUP, GETATTR)
    MODE = 0o755
    OPENED = 0

    def __init__(self, directory, program):
        with open(program, "rb") as file:
            super().__init__(directory, file.read())
