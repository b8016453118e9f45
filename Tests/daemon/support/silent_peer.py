"""A peer behind an SPDM socket that never answers: whoever asks it has an exchange under way, for as long as a test lasts."""

import socket

from . import doe, spdm

MAILBOX = "remote:silent"


class SilentPeer:
    """With its `options` a daemon serves it as `remote:silent`; a rule has to let object 0001:00 through to it."""

    def __init__(self, case):
        self._socket = socket.create_server(("127.0.0.1", 0))
        case.addCleanup(self._socket.close)
        self.options = (
            "--remote", f"silent=127.0.0.1:{self._socket.getsockname()[1]}", "--peer-timeout", "60",
            "--open-exchanges", "100")


def occupy(connection):
    """Sends a request that is never answered: from then on the connection's place is in use."""
    connection.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
    return connection
