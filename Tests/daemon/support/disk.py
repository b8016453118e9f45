"""A disk that a test can look at as it is at one moment: ext4 in an image, mounted where this disk alone sees it."""

import shutil
import subprocess

from . import processes


class Disk:
    """Ends with the test's process at the latest; the host's mounts stay as they are."""

    def __init__(self, directory, mount):
        """`mount` is a line of the shell that mounts something at `$0`."""
        directory.mkdir()
        self._shell = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", f"{mount} && echo ready && read -r _", str(directory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=processes.dies_with_us)
        said = self._shell.stdout.readline()
        assert said == "ready\n", said
        self.path = f"/proc/{self._shell.pid}/root{directory}"
        self.directory = directory
        """Where it is for a program that sees it (`inside`)."""
        self.inside = ["nsenter", f"--mount=/proc/{self._shell.pid}/ns/mnt"]

    def remove(self):
        self._shell.communicate()


class ImageDisk(Disk):
    def __init__(self, directory, image=None):
        self.image = image or directory.parent / f"{directory.name}.image"
        if image is None:
            with open(self.image, "wb") as file:
                file.truncate(128 << 20)
            subprocess.run(["mkfs.ext4", "-q", "-F", str(self.image)], check=True)
        super().__init__(directory, f"mount -o loop '{self.image}' \"$0\"")

    def as_it_is(self, directory):
        """The disk as a machine finds it that died at this moment: what was not written to it yet is not there."""
        image = directory.parent / f"{directory.name}.image"
        shutil.copyfile(self.image, image)
        return ImageDisk(directory, image)


def in_memory(directory):
    return Disk(directory, 'mount -t tmpfs -o size=64m tmpfs "$0"')
