"""A config space whose accesses the kernel holds up: a file that answers each read and write only when it may. The
caller hangs in pread(2) or pwrite(2) and cannot be woken."""

import threading

from .fuse_file import GETATTR, LOOKUP, READ, WRITE, FuseFile, missing  # noqa: F401


class SlowFile(FuseFile):
    """`content` at `directory/config`. `hold()` holds up these requests from now on, `let_go()` ends that."""

    HELD = (READ, WRITE)

    def __init__(self, directory, content):
        self.content = bytearray(content)
        self._free = threading.Event()
        self._free.set()
        self.held = threading.Event()
        """Set as soon as an access waits."""
        super().__init__(directory)

    def size(self):
        return len(self.content)

    def read(self, offset, size):
        return bytes(self.content[offset:offset + size])

    def write(self, offset, data):
        self.content[offset:offset + len(data)] = data

    def hold(self):
        self.held.clear()
        self._free.clear()

    def let_go(self):
        self._free.set()

    def close(self):
        self.let_go()
        super().close()

    def _take(self, *request):
        if request[0] in self.HELD and not self._free.is_set():
            # Everything else is answered meanwhile: only the access hangs.
            threading.Thread(target=self._answer_late, args=request, daemon=True).start()
        else:
            self._answer(*request)

    def _answer_late(self, *request):
        self.held.set()
        self._free.wait()
        self._answer(*request)


class SlowProgram(SlowFile):
    """A program that can be run, on a file system that then says nothing more of it: neither where it is nor what it is.
    Its bytes are still read, so that what runs goes on running."""

    HELD = (LOOKUP, GETATTR)
    MODE = 0o755
    OPENED = 0

    def __init__(self, directory, program):
        with open(program, "rb") as file:
            super().__init__(directory, file.read())
