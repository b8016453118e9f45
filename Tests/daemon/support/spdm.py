"""A client of the SPDM socket framing: three big-endian words (command, transport, payload size), then the payload."""

import json
import socket
import struct

from .unix import UnixConnection

NORMAL = 0x0001
EXPLAIN = 0xD0E1
DESCRIBE = 0xD0E2
TEST = 0xDEAD
CONTINUE = 0xFFFD
SHUTDOWN = 0xFFFE
UNKNOWN = 0xFFFF

PCI_DOE = 2
HEADER = struct.Struct(">III")


def frame(command, payload=b"", transport=PCI_DOE, size=None):
    return HEADER.pack(command, transport, len(payload) if size is None else size) + payload


class Connection(UnixConnection):
    def receive(self):
        """(command, transport, payload), or None where the daemon has closed the connection."""
        header = self._read(HEADER.size)
        if header is None:
            return None
        command, transport, size = HEADER.unpack(header)
        return command, transport, self._read(size) if size else b""

    def _read(self, count):
        data = b""
        while len(data) < count:
            piece = self.piece(count - len(data))
            if not piece:
                assert not data, f"the connection ended inside a frame, after {data!r}"
                return None
            data += piece
        return data

    def exchange(self, request):
        """Sends one object; the response, or b"" for a refusal."""
        self.send(frame(NORMAL, request))
        return self.answer()

    def answer(self):
        received = self.receive()
        assert received is not None, "the daemon closed the connection in place of an answer"
        command, transport, payload = received
        assert (command, transport) == (NORMAL, PCI_DOE), f"{command:x}, transport {transport}"
        return payload

    def explain(self):
        """What was decided of the last exchange on this connection."""
        self.send(frame(EXPLAIN))
        return self.explanation()

    def describe(self):
        """What the daemon knows of the mailbox."""
        self.send(frame(DESCRIBE))
        received = self.receive()
        assert received is not None and received[0] == DESCRIBE, received
        return json.loads(received[2])

    def explanation(self):
        """The answer to an explain that was sent before."""
        received = self.receive()
        assert received is not None, "the daemon closed the connection in place of an explanation"
        assert received[0] == EXPLAIN, received
        return json.loads(received[2])

    def is_closed_by_the_daemon(self):
        return self.receive() is None


class TCPConnection(Connection):
    FAMILY = socket.AF_INET

    def __init__(self, place):
        host, port = place.rsplit(":", 1)
        super().__init__((host, int(port)))
