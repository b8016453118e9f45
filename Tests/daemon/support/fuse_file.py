"""A file whose every access we answer ourselves: one file on a FUSE mount. The kernel's side is the real thing, whoever
reads and writes it.

The protocol is spoken here directly (linux/fuse.h): a file system of one file needs seven requests of it."""

import ctypes
import errno
import os
import stat
import struct
import threading

HEADER = struct.Struct("<IIQQIIII")  # len, opcode, unique, nodeid, uid, gid, pid, padding
ANSWER = struct.Struct("<IiQ")
LOOKUP, FORGET, GETATTR, OPEN, READ, WRITE, RELEASE, FSYNC, INIT, BATCH_FORGET = 1, 2, 3, 14, 15, 16, 18, 20, 26, 42
ROOT, FILE = 1, 2
# What a write has in front of its bytes.
WRITE_HEADER = 40
DIRECT_IO = 1
_libc = ctypes.CDLL(None, use_errno=True)


def missing():
    """Why there can be no such file here; None where there can."""
    return None if os.access("/dev/fuse", os.R_OK | os.W_OK) else "no /dev/fuse: load the kernel's module fuse"


class FuseFile:
    """`directory/NAME`. Which bytes it has is said by `size`, `read` and `write`; an OSError of theirs is the
    caller's."""

    NAME = "config"
    MODE = 0o644
    OPENED = DIRECT_IO
    """What the kernel is told when it opens the file: to keep nothing of it, unless a subclass says otherwise."""
    LARGEST_WRITE = 4096

    def __init__(self, directory):
        self.path = directory / self.NAME
        self._directory = str(directory).encode()
        self._device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self._device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        if _libc.mount(b"doe-test", self._directory, b"fuse", 0, options) != 0:
            os.close(self._device)
            raise OSError(ctypes.get_errno(), "mount of a FUSE file system")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def size(self):
        raise NotImplementedError

    def read(self, offset, size):
        raise NotImplementedError

    def write(self, offset, data):
        raise NotImplementedError

    def synchronize(self):
        """What was written before has to last."""

    def close(self):
        _libc.umount2(self._directory, 2)  # MNT_DETACH
        self._thread.join(5)
        os.close(self._device)

    def _serve(self):
        while True:
            try:
                request = os.read(self._device, 1 << 18)
            except OSError as error:
                if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                    continue
                return  # ENODEV: unmounted
            _, opcode, unique, node, *_ = HEADER.unpack_from(request)
            if opcode not in (FORGET, BATCH_FORGET):
                self._take(opcode, unique, node, request[HEADER.size:])

    def _take(self, opcode, unique, node, body):
        """One request that wants an answer."""
        self._answer(opcode, unique, node, body)

    def _answer(self, opcode, unique, node, body):
        try:
            error, data = self._reply(opcode, node, body)
        except OSError as problem:
            error, data = problem.errno, b""
        try:
            os.write(self._device, ANSWER.pack(ANSWER.size + len(data), -error, unique) + data)
        except OSError:
            pass  # the caller has gone

    def _reply(self, opcode, node, body):
        if opcode == INIT:
            major, minor = struct.unpack_from("<II", body)
            return 0, struct.pack(
                "<IIIIHHIIHHI7I", major, min(minor, 31), 65536, 0, 8, 8, self.LARGEST_WRITE, 1, 1, 0, *[0] * 8)
        if opcode == LOOKUP:
            if body.rstrip(b"\0") != self.NAME.encode():
                return errno.ENOENT, b""
            return 0, struct.pack("<QQQQII", FILE, 0, 0, 0, 0, 0) + self._attributes(FILE)
        if opcode == GETATTR:
            return 0, struct.pack("<QII", 0, 0, 0) + self._attributes(node)
        if opcode == OPEN:
            return 0, struct.pack("<QII", 0, self.OPENED, 0)
        if opcode == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            return 0, self.read(offset, size)
        if opcode == WRITE:
            _, offset, size = struct.unpack_from("<QQI", body)
            self.write(offset, body[WRITE_HEADER:WRITE_HEADER + size])
            return 0, struct.pack("<II", size, 0)
        if opcode == FSYNC:
            self.synchronize()
            return 0, b""
        return (0, b"") if opcode == RELEASE else (errno.ENOSYS, b"")

    def _attributes(self, node):
        mode, size = (stat.S_IFDIR | 0o755, 0) if node == ROOT else (stat.S_IFREG | self.MODE, self.size())
        return struct.pack("<QQQQQQIIIIIIIIII", node, size, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)
