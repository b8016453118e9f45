"""A mailbox in a made-up sysfs tree that answers: the registers of one DOE capability (PCIe r6.0 7.9.24) behind the
config space that the daemon drives as it drives real hardware. It sends each object back, and outlives the daemon; a
machine's boot begins it anew."""

import hashlib
import struct

from support import fuse_file, made_up

from .device import Device, RemoteDevice

SIZE = 4096
CAPABILITY = 0x190
CONTROL, STATUS, WRITE_MAILBOX, READ_MAILBOX = (CAPABILITY + offset for offset in (0x08, 0x0C, 0x10, 0x14))
ABORT, GO, READY = 1 << 0, 1 << 31, 1 << 31


class MailboxFile(fuse_file.FuseFile):
    """The file `config`. `executed` is called with each object before anything of its answer can be read."""

    def __init__(self, directory, executed):
        self._config = made_up.config_space()
        self._executed = executed
        self.reset()
        super().__init__(directory)

    def reset(self):
        """As power does that comes back: nothing is left of an exchange that was under way."""
        self._request, self._response = [], []

    def size(self):
        return SIZE

    def read(self, offset, size):
        if size == 4 and offset == STATUS:
            return struct.pack("<I", READY if self._response else 0)
        if size == 4 and offset == READ_MAILBOX:
            return struct.pack("<I", self._response[0] if self._response else 0)
        return bytes(self._config[offset:offset + size])

    def write(self, offset, data):
        value = int.from_bytes(data, "little")
        if offset == WRITE_MAILBOX:
            self._request.append(value)
        elif offset == READ_MAILBOX:
            self._response = self._response[1:]
        elif offset == CONTROL and value & ABORT:
            self._request, self._response = [], []
        elif offset == CONTROL and value & GO:
            self._executed(struct.pack(f"<{len(self._request)}I", *self._request))
            self._request, self._response = [], self._request


class MadeUpDevice(Device):
    """A device of this host, for all that the daemon can tell: what is sent to it has to be on the disk before.
    `beside` it is a remote one, whose exchanges have not."""

    mailbox = made_up.MAILBOX
    counted_by = "the device itself"
    is_synced = True

    def __init__(self, directory):
        self._digests = []
        self.whenever_executed = lambda digest: None
        """Is called with each digest before the device answers."""
        root = made_up.make_tree(directory / "sys")
        place = directory / "device"
        place.mkdir()
        self._file = MailboxFile(place, self._execute)
        config = root / "bus/pci/devices" / made_up.ADDRESS / "config"
        config.unlink()
        config.symlink_to(self._file.path)
        self.beside = RemoteDevice(directory)
        self.options = ("--sysfs-root", str(root), *self.beside.options)

    def _execute(self, request):
        digest = hashlib.sha256(request).hexdigest()
        self._digests.append(digest)
        self.whenever_executed(digest)

    def power_cycle(self):
        self._file.reset()

    def executed(self):
        return list(self._digests)

    def close(self):
        self.beside.close()
        self._file.close()
