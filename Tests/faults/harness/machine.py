"""A house that can die as a machine does: the ring and the journal lie on a disk that remembers its writes, and nothing
but what that disk was left with is there after the next boot."""

import dataclasses
import hashlib
import json
import pathlib
import shutil
import subprocess
import uuid

from support import fuse_file

from . import aftermath, disk, load
from .house import UNLIMITED, House
from .scenario import Impossible

SIZE = 320 << 20
BOOT_ID = "/proc/sys/kernel/random/boot_id"
# journald keeps all that is written here, however small its disk is. The size of a file decides how large its tables
# are: with the usual ones most moments would fall into their first way to the disk.
KEEPS_ALL = (UNLIMITED, "SystemKeepFree=0", "SystemMaxUse=1G")
ROOM = (*KEEPS_ALL, "SystemMaxFileSize=8M")
SMALL_FILES = (*KEEPS_ALL, "SystemMaxFileSize=512K")


@dataclasses.dataclass
class Seen:
    """An exchange that is to be on record on every disk that is left at this moment or later."""
    digest: str
    moment: int
    is_durable: bool
    """The ring was synced for it. Else a dying machine may take its record, and the trail has to say that it may."""


class Machine(House):
    def __init__(self, directory, new_device):
        if fuse_file.missing():
            raise Impossible(fuse_file.missing())
        if shutil.which("mkfs.ext4") is None or not pathlib.Path("/dev/loop-control").exists():
            raise Impossible("needs mkfs.ext4 (e2fsprogs) and loop devices")
        super().__init__(directory, new_device=new_device)
        self.fresh = self._make_file_system()
        self.disk = None
        self.seen = []
        """Of this boot."""
        self.aftermaths = []
        self._image = directory / "image"
        self._place = directory / "disk"
        self.boot_id = None
        self._boot_id_file = directory / "boot_id"
        self._image.mkdir()
        self._boot_id_file.touch()
        self.mount_file(self._boot_id_file, BOOT_ID)
        if self.device.is_synced:
            self.device.whenever_executed = lambda digest: self._see(digest, is_durable=True)
            self.device.beside.answered = self._see_answered
        else:
            self.device.answered = self._see_answered

    def _make_file_system(self):
        """An ext4 with the two directories in it, as blocks."""
        content, file = self.directory / "content", self.directory / "fresh"
        for name in ("state", "journal"):
            (content / name).mkdir(parents=True, mode=0o700)
        with open(file, "wb") as image:
            image.truncate(SIZE)
        subprocess.run(
            ["mkfs.ext4", "-q", "-F", "-b", str(disk.BLOCK), "-E", "lazy_itable_init=0", "-d", str(content), str(file)],
            check=True)
        blocks = disk.load(file)
        file.unlink()
        return blocks

    def mount_file(self, source, place):
        subprocess.run(["mount", "--bind", str(source), str(place)], check=True)
        self._mounts.append(str(place))

    def _see(self, digest, is_durable):
        moment = self.disk and self.disk.moment()
        if moment is not None:
            self.seen.append(Seen(digest, moment, is_durable))

    def _see_answered(self, request):
        self._see(hashlib.sha256(request).hexdigest(), is_durable=False)

    def boot(self, blocks, *settings, repair=False):
        """Everything but this disk is new. Starts journald; the daemon is started by whoever wants one."""
        shutil.rmtree(self.daemon.runtime, ignore_errors=True)
        boot = uuid.uuid4()
        self.boot_id = boot.hex
        self._boot_id_file.write_text(f"{boot}\n")
        self.seen = []
        self.device.power_cycle()
        self.disk = disk.Disk(self._image, blocks, SIZE)
        if repair:
            # As a boot does. Exit status 1: errors were corrected.
            subprocess.run(["fsck.ext4", "-y", str(self.disk.path)], capture_output=True, check=False)
        try:
            self.mount(self._place, "-t", "ext4", "-o", "loop,errors=remount-ro", str(self.disk.path))
        except subprocess.CalledProcessError:
            if blocks is self.fresh:
                raise Impossible("this kernel mounts no ext4 from a loop device over FUSE") from None
            raise AssertionError("what is left of the file system cannot be mounted") from None
        self.mount(self.daemon.state, "--bind", str(self._place / "state"))
        self.mount(self.journald.log, "--bind", str(self._place / "journal"))
        self.journald.start(*(settings or ROOM))

    def loads(self, clients=4):
        """Clients of each device."""
        running = load.Load(self.daemon, self.device, clients, pause=0 if self.device.is_synced else 0.004)
        self._loads.append(running)
        if self.device.is_synced:
            beside = load.Load(self.daemon, self.device.beside, 1, pause=0.004)
            self._loads.append(beside)
        return running

    def keep(self, blocks, expected, after):
        """The disk as the machine left it, the two directories as the boot afterwards left them, and what was expected."""
        if self.kept is None:
            return
        place = self.kept / f"{'synced' if self.device.is_synced else 'simulated'}-{len(self.aftermaths)}"
        place.mkdir(parents=True)
        with open(place / "disk", "wb") as image:
            image.truncate(SIZE)
            for number, data in blocks.items():
                image.seek(number * disk.BLOCK)
                image.write(data)
        for name, source in (("state", self.daemon.state), ("journal", self.journald.log)):
            shutil.copytree(source, place / name)
        (place / "expected.json").write_text(json.dumps({
            "complaints": after.complaints, "check": after.check,
            "expected": [dataclasses.asdict(exchange) for exchange in [*expected, *self.seen]]}, indent=1))

    def note_aftermath(self, after, where):
        self.aftermaths.append(after)
        if after.files_made_readable:
            self.note("a file of the journal was shorter than its header says, and was read once it was as long")
        for complaint in after.complaints:
            print(f"    {where}: {complaint}", flush=True)
        if len(self.aftermaths) % 100 == 0:
            print(f"    {len(self.aftermaths)} moments", flush=True)

    def die(self):
        """From one write to the next nothing is there any more; what was on its way to the disk is lost. Returns the
        disk, and what is to be on record."""
        dead, self.disk = self.disk, None
        dead.freeze()
        if self.daemon.process is not None:
            self.daemon.kill()
        for running in self._loads:
            running.stop()
        self._loads.clear()
        if self.journald.is_running:
            self.journald.kill()
        for place in (self.journald.log, self.daemon.state, self._place):
            if str(place) in self._mounts:
                self.unmount(place)
        dead.close()
        return dead, self.seen

    def settle_daemon(self):
        super().settle()

    def settle(self):
        """Nothing runs any more: each moment had its own end."""

    def verify(self):
        """What all moments came to. Each of them was to be right."""
        wrong = [after for after in self.aftermaths if after.complaints]
        lost = sum(after.lost for after in self.aftermaths)
        assert not wrong, (
            f"of {len(self.aftermaths)} moments {len(wrong)} were not right; {lost} records were lost that were on the"
            f" disk, at {sum(after.lost > 0 for after in self.aftermaths)} moments")
        check = aftermath.summed(self.aftermaths)
        return int(check["outcome"] != "whole"), check

    def is_right(self, status, check, may_lose):
        return True

    def __exit__(self, *details):
        # Before anything waits for it.
        if self.disk is not None:
            self.die()
        super().__exit__(*details)
