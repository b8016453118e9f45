"""A stand-in for an SPDM requester: messages of the right layout (DSP0274 1.2, DSP0277), and no cryptography. Keys,
signatures and encrypted bytes are random numbers from a seed, so that a session has the same bytes each time.

There is no SPDM implementation among the packages that tests can install. What is tested here is not SPDM but that what
peers say reaches the other end unchanged, at its sizes and in its order; the layouts are real because the daemon looks
into them. It writes a frame as DMTF's emulator does, in four small pieces, and leaves Nagle's algorithm on.

    python3 -m support.spdm_session ADDRESS [EXCHANGES]     (from Tests/daemon)
"""

import hashlib
import json
import random
import socket
import struct
import sys
import time

from . import doe

NORMAL, KEY_UPDATE, ENDPOINT_INFO = 0x0001, 0x8001, 0x8002
EXPLAIN = 0xD0E1
TEST, CONTINUE, SHUTDOWN, UNKNOWN = 0xDEAD, 0xFFFD, 0xFFFE, 0xFFFF
PCI_DOE = 2
HEADER = struct.Struct(">III")
PLAIN, SECURED = 0x01, 0x02
HASH, SIGNATURE, NONCE, POINT, TAG = 48, 96, 32, 96, 16
"""SHA-384 and ECDSA over P-384; AES-256-GCM."""
CERTIFICATES = 14_000
PORTION = 4_200
SESSION = 0x5A5A_A5A5
SIZES = (32, 64, 256, 1024, 4096)
"""Of what the application sends through the session, by turns."""


class Socket:
    """Frames over TCP or, for an address with a slash, a Unix socket."""

    def __init__(self, connected):
        self.socket = connected
        self._input = connected.makefile("rb")

    @classmethod
    def connect(cls, address):
        if "/" in address:
            connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            target = address
        else:
            connected = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            host, port = address.rsplit(":", 1)
            target = (host, int(port))
        connected.settimeout(60)
        connected.connect(target)
        return cls(connected)

    def send(self, command, payload=b"", transport=PCI_DOE):
        for word in (command, transport, len(payload)):
            self.socket.sendall(struct.pack(">I", word))
        if payload:
            self.socket.sendall(payload)

    def receive(self):
        """(command, transport, payload); None where the other end has hung up."""
        header = self._input.read(HEADER.size)
        if len(header) < HEADER.size:
            return None
        command, transport, size = HEADER.unpack(header)
        return command, transport, self._input.read(size)

    def close(self):
        self._input.close()
        self.socket.close()


class Refused(Exception):
    """An empty frame in place of a response; says why, where it was doe-auditd who refused."""


class Requester:
    """One session, from the hello to its end. Each method is one step; `run` takes them all."""

    def __init__(self, address, seed=1):
        self.socket = Socket.connect(address)
        self.random = random.Random(seed)
        self.digest = hashlib.sha256()
        self.exchanges = 0
        self.largest = 0
        self.refused = []

    def hello(self):
        self.socket.send(TEST, b"Client Hello!\0")
        assert self.socket.receive() == (TEST, PCI_DOE, b"Server Hello!\0")

    def shut_down(self):
        self.socket.send(SHUTDOWN)
        answer = self.socket.receive()
        assert answer is not None and answer[0] == SHUTDOWN, answer

    def close(self):
        self.socket.close()

    def exchange(self, request):
        """One object; its bytes, and those of the response, go into the digest."""
        response = self._ask_once(request)
        if not response:
            reason = self._reason()
            self.refused.append(reason)
            raise Refused(f"exchange {self.exchanges + 1}: {reason}")
        self.digest.update(request)
        self.digest.update(response)
        self.exchanges += 1
        self.largest = max(self.largest, len(request), len(response))
        assert response[:4] == request[:4], (request[:8], response[:8])
        return response[8:]

    def _ask_once(self, request):
        self.socket.send(NORMAL, request)
        received = self.socket.receive()
        assert received is not None, f"hung up on after {self.exchanges} exchanges"
        command, transport, response = received
        assert (command, transport) == (NORMAL, PCI_DOE), received
        return response

    def _reason(self):
        """Why, where it was doe-auditd who refused: no other peer knows this command."""
        self.socket.send(EXPLAIN)
        command, _, notice = self.socket.receive()
        return json.loads(notice) if command == EXPLAIN else {}

    def ask(self, code, parameters=b"\0\0", payload=b"", version=0x12):
        response = self.exchange(doe.data_object(1, PLAIN, bytes((version, code)) + parameters + payload))
        assert response[1] == code & 0x7F, f"asked {code:02x}, answered {response[:4].hex()}"
        return response

    def ask_secured(self, size):
        """A message in the session; what it says nobody here can read. A refused one is made anew: fresh bytes
        are not refused again."""
        for _ in range(4):
            hidden = self.random.randbytes(size + TAG)
            try:
                return self.exchange(secured(SESSION, hidden))
            except Refused as refused:
                reason = refused
        raise reason

    def connect(self):
        self.ask(0x84, version=0x10)  # GET_VERSION
        self.ask(0xE1, payload=struct.pack("<BBHIII", 0, 0, 0, 0x0202_42F7, 0x1200, 0x10000))  # GET_CAPABILITIES
        tables = b"".join(struct.pack("<BBH", kind, 0x20, 0x1B) for kind in (2, 3, 4, 5))
        self.ask(  # NEGOTIATE_ALGORITHMS
            0xE3, b"\x04\0", struct.pack("<HBBII12xBBH", 32 + len(tables), 1, 2, 0x80, 2, 0, 0, 0) + tables)

    def attest(self):
        self.ask(0x81)  # GET_DIGESTS
        chain, left = b"", CERTIFICATES
        while left:  # GET_CERTIFICATE
            response = self.ask(0x82, payload=struct.pack("<HH", len(chain), min(PORTION, left)))
            portion, left = struct.unpack_from("<HH", response, 4)
            chain += response[8:8 + portion]
        assert len(chain) == CERTIFICATES and left == 0
        self.ask(0x83, b"\0\xff", self.random.randbytes(NONCE))  # CHALLENGE
        self.measure()

    def measure(self):
        self.ask(0xE0, b"\x01\xff", self.random.randbytes(NONCE) + b"\0")  # GET_MEASUREMENTS

    def exchange_keys(self):
        opaque = b"\x46\x54\x4d\x44\x01\0\0\0" + bytes(12)
        self.ask(  # KEY_EXCHANGE
            0xE4, b"\0\0", struct.pack("<HBB", SESSION & 0xFFFF, 0, 0) + self.random.randbytes(NONCE)
            + self.random.randbytes(POINT) + struct.pack("<H", len(opaque)) + opaque)
        self.ask_secured(HASH)  # FINISH

    def run(self, exchanges=2_500):
        """A whole session of so many exchanges. Returns how long they took, in seconds."""
        self.hello()
        begin = time.monotonic()
        self.connect()
        self.attest()
        self.exchange_keys()
        while self.exchanges < exchanges - 1:
            self.ask_secured(SIZES[self.exchanges % len(SIZES)])
        self.ask_secured(4)  # END_SESSION
        return time.monotonic() - begin


def secured(session, hidden):
    """An object 0001:02 (DSP0277; PCIe puts no sequence number in)."""
    return doe.data_object(1, SECURED, struct.pack("<IH", session, len(hidden)) + hidden)


def main(address, exchanges="2500"):
    requester = Requester(address)
    seconds = requester.run(int(exchanges))
    requester.shut_down()
    print(json.dumps({
        "seconds": seconds, "exchanges": requester.exchanges, "refused": len(requester.refused),
        "sha256": requester.digest.hexdigest()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
