"""A connection to one of the daemon's sockets, whatever is spoken on it."""

import socket


class UnixConnection:
    def __init__(self, path, timeout=30):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(path)
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
