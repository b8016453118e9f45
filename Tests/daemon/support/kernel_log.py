"""The running kernel's log, as programs write to it and read it."""

import errno
import os
import pathlib

DEVICE = "/dev/kmsg"
SWITCH = pathlib.Path("/proc/sys/kernel/printk_devkmsg")


def missing():
    """Why nothing can be seen there, in one line; None where it can."""
    try:
        os.close(os.open(DEVICE, os.O_WRONLY))
        mark()
    except OSError as error:
        return f"the kernel log cannot be written and read here: {error}"
    return None


def mark():
    """The number of the last line, to read on from there."""
    return max((number for number, _ in _records()), default=-1)


def lines(after, text):
    """The lines that came after a mark and contain a text, oldest first."""
    return [line for number, line in _records() if number > after and text in line]


def say(text):
    """A line of another program, at the level debug, through an open file of its own."""
    log = os.open(DEVICE, os.O_WRONLY)
    try:
        os.write(log, f"<7>{text}\n".encode())
    finally:
        os.close(log)


def _records():
    """(number, line) of all that is still there (Documentation/ABI/testing/dev-kmsg)."""
    log = os.open(DEVICE, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while True:
            try:
                record = os.read(log, 8192)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno == errno.EPIPE:
                    continue  # overwritten before it was read
                raise
            head, _, line = record.decode(errors="replace").partition(";")
            yield int(head.split(",")[1]), line.partition("\n")[0]
    finally:
        os.close(log)
