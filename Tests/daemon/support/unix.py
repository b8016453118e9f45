"""A connection to one of the daemon's sockets, whatever is spoken on it: Unix ones, and TCP."""

import socket


class UnixConnection:
    FAMILY = socket.AF_UNIX

    def __init__(self, address, timeout=30):
        self.socket = socket.socket(self.FAMILY, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def piece(self, count):
        """Some bytes, `count` at most; none where the daemon has closed the connection."""
        try:
            return self.socket.recv(count)
        except ConnectionResetError:
            return b""
