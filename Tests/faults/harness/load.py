"""Several clients that never stop asking, and come back when the daemon does."""

import ctypes
import hashlib
import itertools
import os
import threading

from support import processes, spdm

_clients = itertools.count(1)
_libc = ctypes.CDLL(None, use_errno=True)
SYS_SETRESUID = {"x86_64": 117, "aarch64": 147}[os.uname().machine]
FIRST_USER = 60000


def become(uid):
    """Makes this thread alone somebody else: the C library's function would change all of them. Really so: whose effective
    user alone differs has no name for the daemon, and all of these one share of the ring."""
    if _libc.syscall(SYS_SETRESUID, uid, uid, uid) != 0:
        raise OSError(ctypes.get_errno(), "setresuid")


class Load:
    """Each client is a user of its own, since each user has a share of the ring, and sends one request after the other;
    what it gets an answer to, the device is told."""

    def __init__(self, daemon, device, clients=4, pause=0):
        """`pause` is how long each client waits after an answer, seconds."""
        self._daemon, self._device, self._pause = daemon, device, pause
        self._stop = threading.Event()
        self._news = threading.Condition()
        self.answered = self.refused = self.broken_off = 0
        self.digests = set()
        """Of the requests that were answered."""
        self.reason = None
        """What the daemon told a client whom it refused."""
        # Numbered through over all loads, so that no request comes twice.
        self._threads = [threading.Thread(target=self._run, args=(next(_clients),)) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, condition, what, seconds=60):
        """Waits until the counts are so."""
        with self._news:
            if not self._news.wait_for(lambda: condition(self), seconds):
                raise AssertionError(
                    f"not within {seconds} s: {what} ({self.answered} answered, {self.refused} refused, "
                    f"{self.broken_off} broken off)")

    def more(self, count, seconds=60):
        """Waits for so many more answers."""
        goal = self.answered + count
        self.wait_for(lambda load: load.answered >= goal, f"{count} more answers", seconds)

    def _count(self, name):
        with self._news:
            setattr(self, name, getattr(self, name) + 1)
            self._news.notify_all()

    def _run(self, client):
        number = 0
        become(FIRST_USER + client)
        while not self._stop.is_set():
            try:
                with spdm.Connection(self._daemon.mailbox_socket(self._device.mailbox)) as connection:
                    while not self._stop.is_set():
                        number += 1
                        request = self._device.request(client, number)
                        connection.send(spdm.frame(spdm.NORMAL, request))
                        answer = connection.receive()
                        if answer is None:
                            raise ConnectionResetError
                        if answer[2]:
                            self._device.answered(request)
                            self.digests.add(hashlib.sha256(request).hexdigest())
                            self._count("answered")
                            if self._pause:
                                self._stop.wait(self._pause)
                        else:
                            self.reason = self.reason or connection.explain()["reason"]
                            self._count("refused")
                            self._stop.wait(0.01)
            except (OSError, AssertionError):
                # The daemon is away, or went in the middle of a frame.
                self._count("broken_off")
                self._stop.wait(0.002)


def one(daemon, device, name):
    """One exchange of an object of its own; (the response, what the daemon says of it)."""
    request = device.request(next(_clients), os.getpid(), name)
    with daemon.connect(device.mailbox) as connection:
        response = connection.exchange(request)
        if response:
            device.answered(request)
        return response, connection.explain()


def eventually_answers(daemon, device, name):
    return processes.eventually(lambda: one(daemon, device, name)[0], "exchanges pass again", 60)
