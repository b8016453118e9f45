"""A disk that remembers each write and each flush, so that it can be had as it was left at any moment.

The block device is a loop device; what lies behind it is a file that we answer for ourselves (FUSE). A copy of a
running disk would be no moment: its first block is older than its last."""

import errno
import threading

from support import fuse_file

BLOCK = 4096
NOTHING = bytes(BLOCK)
FLUSH = None
"""Stands in the log where the kernel had everything before it made durable."""


class Disk(fuse_file.FuseFile):
    """Blocks by their number; one that is not there is all zeros."""

    NAME = "disk"
    # The kernel may keep pages of the file: it writes each through to us before the loop device says that it is done.
    OPENED = 0
    LARGEST_WRITE = 128 << 10

    def __init__(self, directory, blocks, size):
        self._size = size
        self._before = blocks
        self._now = dict(blocks)
        self.log = []
        """(offset, bytes) of each write, and FLUSH, in the order in which they were done."""
        self.failed = 0
        self._operations = 0
        self._fails = lambda operation: False
        self._is_frozen = False
        self._lock = threading.Lock()
        super().__init__(directory)

    def size(self):
        return self._size

    def read(self, offset, size):
        with self._lock:
            return read(self._now, offset, size)

    def write(self, offset, data):
        with self._lock:
            self._operate()
            if not self._is_frozen:
                self.log.append((offset, data))
                write(self._now, offset, data)

    def synchronize(self):
        with self._lock:
            self._operate()
            if not self._is_frozen:
                self.log.append(FLUSH)

    def fail(self, fails):
        """`fails` says of each write and flush from now on, counted from 0, whether it ends with EIO and leaves
        nothing."""
        with self._lock:
            self._fails, self._operations = fails, 0

    def _operate(self):
        operation = self._operations
        self._operations += 1
        if self._fails(operation):
            self.failed += 1
            raise OSError(errno.EIO, "the disk fails here")

    def moment(self):
        """How many writes and flushes were done; None once it is frozen."""
        with self._lock:
            return None if self._is_frozen else len(self.log)

    def freeze(self):
        """The machine is dead: nothing that is written from now on counts, and nothing fails any more."""
        with self._lock:
            self._is_frozen = True
            self._fails = lambda operation: False

    def as_left(self, moment, keep):
        """The blocks as a machine leaves them that dies at this moment. What was written before the last flush is
        there; `keep` says what is left of each later write."""
        done = self.log[:moment]
        flushed = max((index for index, entry in enumerate(done) if entry is FLUSH), default=0)
        blocks = dict(self._before)
        for index, entry in enumerate(done):
            if entry is FLUSH:
                continue
            for offset, data in [entry] if index < flushed else keep(*entry):
                write(blocks, offset, data)
        return blocks


def read(blocks, offset, size):
    first, last = offset // BLOCK, (offset + size - 1) // BLOCK
    data = b"".join(blocks.get(number, NOTHING) for number in range(first, last + 1))
    return data[offset - first * BLOCK:][:size]


def write(blocks, offset, data):
    for start in range(offset - offset % BLOCK, offset + len(data), BLOCK):
        number = start // BLOCK
        piece = data[max(start - offset, 0):start + BLOCK - offset]
        if len(piece) < BLOCK:
            whole = bytearray(blocks.get(number, NOTHING))
            inside = max(offset - start, 0)
            whole[inside:inside + len(piece)] = piece
            piece = bytes(whole)
        blocks[number] = piece


def load(path):
    """The blocks of an image in a file."""
    blocks = {}
    with open(path, "rb") as file:
        number = 0
        while data := file.read(BLOCK):
            if data != NOTHING:
                blocks[number] = data
            number += 1
    return blocks


def keep_all(offset, data):
    return [(offset, data)]


def keep_none(offset, data):
    return []


def keep_some(random):
    """A disk writes what was not flushed in any order: some blocks had their turn. None is torn: that left file systems
    that could not be mounted."""
    def keep_some(offset, data):
        return [
            (offset + start, data[start:start + BLOCK]) for start in range(0, len(data), BLOCK)
            if random.random() < 0.5]
    return keep_some
