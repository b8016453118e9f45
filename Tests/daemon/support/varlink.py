"""A client of Varlink (varlink.org): JSON messages, each ended by a zero byte."""

import json

from .unix import UnixConnection


class Connection(UnixConnection):
    def __init__(self, path, timeout=30):
        super().__init__(path, timeout)
        self._pending = b""

    def receive(self):
        """One answer, or None where the daemon has closed the connection."""
        while b"\0" not in self._pending:
            piece = self.piece(65536)
            if not piece:
                assert not self._pending, f"the connection ended inside a message, after {self._pending!r}"
                return None
            self._pending += piece
        message, _, self._pending = self._pending.partition(b"\0")
        return json.loads(message)

    def call(self, method, parameters=None, **flags):
        """The whole answer to a call: `parameters`, and `error` where it failed."""
        self.send(message(method, parameters, **flags))
        return self.receive()

    def ask(self, method, parameters=None):
        """The answer of a call that must work."""
        answer = self.call(method, parameters)
        assert answer is not None and "error" not in answer, f"{method}: {answer}"
        return answer["parameters"]


def message(method, parameters=None, **flags):
    call = {"method": method, **flags}
    if parameters is not None:
        call["parameters"] = parameters
    return json.dumps(call).encode() + b"\0"
