"""The state directory: no room, or not writable, at the start and later."""

import pathlib
import shutil
import subprocess

from . import device
from .house import fill
from .load import eventually_answers, one
from .scenario import Impossible, scenario


@scenario("state directory full at the start, then freed", quick=True)
def full_at_start(house, options):
    house.mount_tmpfs(house.daemon.state, "72M")
    filler = fill(house.daemon.state)
    house.journald.start()
    house.fails_to_start()
    filler.unlink()
    house.daemon.start()
    house.load().more(300)


@scenario("state directory full later: the ring is all there, a new taint cannot be kept", quick=True)
def full_later(house, options):
    house.mount_tmpfs(house.daemon.state, "72M")
    house.journald.start()
    house.daemon.start()
    load = house.load()
    load.more(100)
    until_the_next_letter_needs_another_block(house)
    filler = fill(house.daemon.state)
    load.more(300)
    response, notice = one(house.daemon, house.device, device.WARNED)
    assert (response, notice["verdict"]) == (b"", "deny"), notice
    house.note(notice['reason'])
    house.hear()
    # A start with a full disk too: what it needs is there. Under load the kill could leave an exchange interrupted, and
    # its letter A could not be kept: then the daemon does not start before there is room.
    load.stop()
    house.restart()
    load = house.load()
    load.more(100)
    house.hear()
    filler.unlink()
    eventually_answers(house.daemon, house.device, device.ALLOWED)
    load.more(100)


def until_the_next_letter_needs_another_block(house):
    """A letter is one line, and the ledger's last block may have room for it on a disk that is full."""
    ledger = house.daemon.state / "taint"
    while ledger.stat().st_size % 4096 < 4096 - 150:
        one(house.daemon, house.device, device.WARNED)
        with house.daemon.control() as control:
            control.ask("org.doeaudit.Control1.AcknowledgeTaint", {"reason": "so that it comes again"})


@scenario("state directory read-only at the start, then writable")
def read_only_at_start(house, options):
    house.mount_tmpfs(house.daemon.state, "72M")
    house.journald.start()
    house.daemon.start()
    house.load().more(100)
    house.settle()
    house.remount(house.daemon.state, "ro")
    house.fails_to_start()
    house.remount(house.daemon.state, "rw")
    house.daemon.start()
    house.load().more(100)


# What was not synced when a file system fails may be gone: no number may come twice, and the trail has to say what it lost.
@scenario("state directory read-only later (ext4 after an error), repaired and mounted anew", may_lose=True)
def read_only_later(house, options):
    image = mount_ext4(house)
    house.journald.start()
    house.daemon.start()
    load = house.load()
    load.more(100)
    break_and_repair(house, load, image)
    load.more(100)


@scenario("the same with journald away: only the ring had the records, and it has gone back", may_lose=True)
def read_only_later_without_journald(house, options):
    image = mount_ext4(house)
    house.journald.start()
    house.daemon.start()
    load = house.load()
    load.more(100)
    house.see_delivery()
    house.journald.stop()
    load.more(100)
    break_and_repair(house, load, image)
    house.journald.start()
    load.more(100)
    house.hear_eventually("written into the ring and are not there any more")


def break_and_repair(house, load, image):
    # What the kernel does by itself when it finds the file system damaged (errors=remount-ro).
    disk = pathlib.Path(house.source(house.daemon.state)).name
    trigger = pathlib.Path(f"/sys/fs/ext4/{disk}/trigger_fs_error")
    if not trigger.exists():
        raise Impossible("this kernel's ext4 has no trigger_fs_error")
    trigger.write_text("1")
    load.wait_for(lambda load: load.refused > 20, "exchanges are refused")
    house.hear()
    house.note(load.reason)
    house.daemon.kill()
    house.fails_to_start()
    house.unmount(house.daemon.state)
    # Exit status 1: errors were corrected.
    subprocess.run(["fsck.ext4", "-y", str(image)], capture_output=True, check=False)
    house.mount(house.daemon.state, *EXT4, str(image))
    house.daemon.start()


EXT4 = ("-t", "ext4", "-o", "loop,errors=remount-ro")


def mount_ext4(house):
    """Puts an ext4 of its own into the state directory; returns the file that it lies in."""
    if shutil.which("mkfs.ext4") is None or not pathlib.Path("/dev/loop-control").exists():
        raise Impossible("needs mkfs.ext4 (e2fsprogs) and loop devices")
    image = house.directory / "state.ext4"
    with open(image, "wb") as file:
        file.truncate(112 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    try:
        house.mount(house.daemon.state, *EXT4, str(image))
    except subprocess.CalledProcessError:
        raise Impossible("this kernel mounts no ext4 from a loop device") from None
    return image
