"""A stand-in for an SPDM responder, as spdm_session.py is one for a requester: it answers each message with one of the
right layout and size, and in place of cryptography with random numbers that depend on the request alone.

It tells on its standard output, a line of JSON each: where it listens; then of each connection, once it is over, what
came and what it answered, and whether the other end took its leave. Shutdown ends it, as DMTF's emulator: whoever may
send it ends everybody's device. Like that one it closes after continue, and dies where it writes to a closed socket.

    python3 -m support.spdm_responder ADDRESS     (from Tests/daemon; port 0 takes a free one)
"""

import hashlib
import json
import random
import signal
import socket
import struct
import sys

from . import doe, spdm_session
from .spdm_session import CERTIFICATES, HASH, NONCE, POINT, SIGNATURE, TAG


class Connection:
    def __init__(self, connected):
        self.socket = spdm_session.Socket(connected)
        self.digest = hashlib.sha256()
        self.exchanges = 0
        self.commands = []
        self.requests = []
        self.was_left = False

    def serve(self):
        """False where it was told to shut down."""
        while True:
            received = self.socket.receive()
            if received is None:
                return True
            command, transport, payload = received
            if command == spdm_session.NORMAL:
                response = answer(payload)
                self.digest.update(payload)
                self.digest.update(response)
                self.exchanges += 1
                if len(self.requests) < 8:
                    self.requests.append(payload.hex())
                self.socket.send(spdm_session.NORMAL, response)
                continue
            if command == spdm_session.CONTINUE:
                self.was_left = True
                self.socket.send(command)
                return True
            self.commands.append([command, payload.hex()])
            if command == spdm_session.TEST:
                self.socket.send(command, b"Server Hello!\0")
            elif command in (spdm_session.KEY_UPDATE, spdm_session.ENDPOINT_INFO):
                self.socket.send(command, payload[::-1])
            elif command == spdm_session.SHUTDOWN:
                self.socket.send(command)
                return False
            else:
                self.socket.send(spdm_session.UNKNOWN)

    @property
    def facts(self):
        return {
            "exchanges": self.exchanges, "sha256": self.digest.hexdigest(), "commands": self.commands,
            "first": self.requests, "left": self.was_left}


def answer(request):
    vendor, kind = struct.unpack_from("<HB", request)
    if vendor != 1 or kind not in (spdm_session.PLAIN, spdm_session.SECURED):
        return b""
    noise = random.Random(request).randbytes
    if kind == spdm_session.SECURED:
        session, length = struct.unpack_from("<IH", request, 8)
        assert len(request) - 14 - 3 <= length <= len(request) - 14, (length, len(request))
        return spdm_session.secured(session, noise(length))
    return doe.data_object(1, kind, message(request[8:], noise))


def message(request, noise):
    version, code, first, second = request[:4]
    head = bytes((version, code & 0x7F))
    if code == 0x84:  # VERSION
        return head + struct.pack("<2xBBHH", 0, 2, 0x1100, 0x1200)
    if code == 0xE1:  # CAPABILITIES
        return head + b"\0\0" + request[4:20]
    if code == 0xE3:  # ALGORITHMS
        return head + request[2:]
    if code == 0x81:  # DIGESTS, one slot
        return head + b"\0\x01" + noise(HASH)
    if code == 0x82:  # CERTIFICATE
        offset, wanted = struct.unpack_from("<HH", request, 4)
        portion = chain()[offset:offset + wanted]
        return head + b"\0\0" + struct.pack("<HH", len(portion), CERTIFICATES - offset - len(portion)) + portion
    if code == 0x83:  # CHALLENGE_AUTH
        return head + b"\0\x01" + noise(HASH + NONCE + HASH) + b"\0\0" + noise(SIGNATURE)
    if code == 0xE0:  # MEASUREMENTS: 5 blocks of a digest
        blocks = b"".join(struct.pack("<BBHBH", index, 1, HASH + 3, index, HASH) + noise(HASH) for index in range(1, 6))
        return (head + b"\0\0" + b"\x05" + len(blocks).to_bytes(3, "little") + blocks + noise(NONCE) + b"\0\0"
                + noise(SIGNATURE))
    if code == 0xE4:  # KEY_EXCHANGE_RSP
        return (head + b"\0\0" + struct.pack("<HBB", spdm_session.SESSION >> 16, 0, 0) + noise(NONCE) + noise(POINT)
                + b"\0\0" + noise(SIGNATURE) + noise(HASH))
    return bytes((version, 0x7F, 0x07, code))  # ERROR, unsupported request


def chain():
    return random.Random("certificates").randbytes(CERTIFICATES)


def listen(address):
    if "/" in address:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(address)
        listener.listen()
        return listener, address
    host, port = address.rsplit(":", 1)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(port)))
    listener.listen()
    return listener, "{}:{}".format(*listener.getsockname())


def main(address):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    listener, place = listen(address)
    print(json.dumps({"address": place}), flush=True)
    while True:
        connected, _ = listener.accept()
        connection = Connection(connected)
        goes_on = connection.serve()
        connection.socket.close()
        print(json.dumps(connection.facts), flush=True)
        if not goes_on:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
