"""The broker as its daemon talks to it, for tests that play a daemon that was taken over."""

import array
import os
import pathlib
import select
import socket
import struct
import subprocess

from . import places, processes

HEADER = struct.Struct("<HHIQ")
VERSION = 1
CONFIG, IDENTITY, USER, GROUP, KERNEL_LOG, KERNEL_TAINT, KERNEL_FILE = range(1, 8)
FUNCTIONS, ARM, WATCH, CHECK, BEGIN_CANARY, END_CANARY, DISARM, ARMS_FILES, WRITER, LEAVE = range(8, 18)
OF_VERSION, KERNEL_CDAT = 18, 19
MOST_FUNCTIONS = 64
MOST_NAMES, FILE_NAME_ROOM = 8, 96
DONE, MALFORMED, WRONG_DESCRIPTOR, TOO_MANY, BUSY, NOT_ALLOWED, MAILBOXLESS, NO_PROCESS, FAILED, GONE = range(10)
NAME_ROOM = 510
LONGEST_ANSWER = 8192


def config(address, for_reading_alone=False):
    domain, bus, rest = address.split(":")
    device, function = rest.split(".")
    return struct.pack(
        "<IBBBB", int(domain, 16), int(bus, 16), int(device, 16), int(function), for_reading_alone)


def functions(addresses, are_first=True):
    content = b"".join(config(address) for address in addresses)
    return struct.pack("<BB", are_first, len(addresses)) + content.ljust(MOST_FUNCTIONS * 8, b"\0")


def writer(group, names=(), device=0, inode=0):
    steps = b"".join(struct.pack("<H", len(step)) + step.ljust(FILE_NAME_ROOM, b"\0") for step in names)
    return struct.pack("<QIQB", group, device, inode, len(names)) + steps.ljust(MOST_NAMES * (2 + FILE_NAME_ROOM), b"\0")


def name(text):
    content = text.encode()
    return struct.pack("<H", len(content)) + content.ljust(NAME_ROOM, b"\0")


def text(body, offset):
    count = struct.unpack_from("<H", body, offset)[0]
    return body[offset + 2:offset + 2 + count].decode()


class Answer:
    def __init__(self, content, descriptors):
        self.version, self.kind, self.status, self.number = HEADER.unpack_from(content)
        self.body = content[HEADER.size:]
        self.descriptors = descriptors

    @property
    def problem(self):
        return text(self.body, 4)

    def close(self):
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []


class Broker:
    def __init__(self, directory, *options):
        self.output = directory / "broker-output"
        self.socket, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.number = 0

        def prepare():
            processes.dies_with_us()
            os.dup2(its.fileno(), 3, inheritable=True)

        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [str(places.BROKER), *options], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                preexec_fn=prepare, close_fds=False, start_new_session=True)
        its.close()
        self.socket.settimeout(20)

    @classmethod
    def over(cls, connection):
        """One that somebody else has started, over his connection to it."""
        broker = cls.__new__(cls)
        # Not a limit of time: it would hold for whoever shares the connection, too.
        broker.socket, broker.process, broker.number = connection, None, 1 << 40
        return broker

    @property
    def pid(self):
        return self.process.pid

    def said(self):
        return self.output.read_text(errors="replace")

    def send(self, content, descriptors=()):
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        self.socket.sendmsg([content], ancillary)

    def receive(self):
        """The next answer; `None` where the broker has gone."""
        content, ancillary, _, _ = self.socket.recvmsg(LONGEST_ANSWER + 1, socket.CMSG_LEN(4 * 8))
        descriptors = array.array("i")
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                descriptors.frombytes(data[:len(data) - len(data) % descriptors.itemsize])
        return Answer(content, list(descriptors)) if content else None

    def has_answer(self, seconds=0):
        return bool(select.select([self.socket], [], [], seconds)[0])

    def request(self, kind, body=b"", number=None, version=VERSION, status=0):
        if number is None:
            self.number += 1
            number = self.number
        return HEADER.pack(version, kind, status, number) + body

    def ask(self, kind, body=b"", descriptors=()):
        """Sends a request and returns the answer to it."""
        self.send(self.request(kind, body), descriptors)
        answer = self.receive()
        assert answer.number == self.number and answer.version == VERSION, (answer.number, self.number)
        return answer

    def drain(self):
        """Takes all answers that are there or come soon; by status, how many."""
        counts = {}
        while self.has_answer(0.3):
            answer = self.receive()
            counts[answer.status] = counts.get(answer.status, 0) + 1
            answer.close()
        return counts

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self):
        """Kilobytes that lie in memory."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def close(self):
        self.socket.close()
        try:
            self.process.wait(10)
        finally:
            processes.end_group(self.process)
