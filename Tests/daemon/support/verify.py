"""A daemon with a journal, a device's log, and `report --verify` of them."""

import hashlib

from . import doe, tool
from .case import DaemonCase


def digest(request):
    return hashlib.sha256(request).hexdigest()


class VerifyCase(DaemonCase):
    def setUp(self):
        super().setUp()
        self.journal = self.new_journal().start()

    def verify(self, daemon, *options):
        return tool.run(
            "report", "--verify", "--directory", self.journal.log, "--state-directory", daemon.state, *options)

    def device_log(self, *digests):
        file = self.directory / "device.log"
        file.write_text("".join(f"{line}\n" for line in digests))
        return file

    def exchanges(self, daemon, count):
        requests = [doe.named(doe.ECHO, number.to_bytes(4, "little")) for number in range(count)]
        with daemon.connect("sim:vendor") as connection:
            for request in requests:
                self.assertTrue(connection.exchange(request))
        return requests
