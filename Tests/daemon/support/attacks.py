"""What somebody may do who wants the daemon to serve nobody else. Each is started in a child of its own that belongs to
another user, and goes on until it is ended."""

import os
import selectors
import signal
import socket

from . import processes, varlink

CONTROL = "org.doeaudit.Control1"


class Attack:
    """A child that runs `body` as a user. As a context it ends the child."""

    def __init__(self, uid, body):
        ready, self._ready = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                processes.dies_with_us()
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                os.close(ready)
                if uid != 0:
                    os.setgroups([])
                    os.setgid(uid)
                    os.setuid(uid)
                body(lambda: os.write(self._ready, b"."))
            finally:
                os._exit(1)
        os.close(self._ready)
        os.read(ready, 1)  # until it says so, or has ended
        os.close(ready)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def open_control_socket(daemon, group):
    """Lets a group ask, as the group doe-audit does on a host that has it."""
    os.chown(daemon.control_socket, 0, group)


def nested_json(kibibytes):
    """A call whose parameters stand in one another."""
    value = "[" * 500 + "0," * 300 + "0" + "]" * 500
    values = ",".join([value] * (kibibytes * 1024 // len(value) + 1))
    return f'{{"method":"{CONTROL}.GetStatus","parameters":{{"a":[{values}]}}}}'.encode() + b"\0"


def combining_characters(kibibytes):
    """A call whose method's name costs the square of its length where it is brought into a normal form."""
    marks = "\u0300\u0316" * (kibibytes * 256)
    return f'{{"method":"{CONTROL}.{marks}"}}'.encode() + b"\0"


def send_again_and_again(path, data, connections):
    """Sends this on every connection it may have, again on a new one where that was ended, and reads what comes."""
    def body(ready):
        def connect():
            client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            client.setblocking(False)
            try:
                client.connect(path)
            except OSError:
                client.close()
                return
            selector.register(client, selectors.EVENT_READ | selectors.EVENT_WRITE, [0])

        selector = selectors.DefaultSelector()
        for _ in range(connections):
            connect()
        ready()
        while True:
            for key, what in selector.select(0.01):
                client, sent = key.fileobj, key.data
                try:
                    if what & selectors.EVENT_WRITE:
                        sent[0] = (sent[0] + client.send(data[sent[0]:])) % len(data)
                    if what & selectors.EVENT_READ and not client.recv(1 << 16):
                        raise ConnectionResetError
                except BlockingIOError:
                    pass
                except OSError:
                    selector.unregister(client)
                    client.close()
            while len(selector.get_map()) < connections:
                before = len(selector.get_map())
                connect()
                if len(selector.get_map()) == before:
                    break
    return body
