"""doe-audit against a device that lies over several exchanges. The mailbox's socket is the test's own, so the device can
say what no simulated one does."""

import json
import pathlib
import socket
import struct
import threading

from support import doe, spdm, tool
from support.case import DaemonCase

MAILBOX = "sim:liar"
NOTICE = {
    "mailbox": MAILBOX, "object": "0001:00", "name": "x", "class": "published", "verdict": "allow", "rule": "x:1",
    "reason": "x", "status": "done", "taint": ""}
FACTS = {"mailbox": MAILBOX, "discovery_version": 0, "objects": ["0001:00", "1e98:02"]}


class Accepted(spdm.Connection):
    """The daemon's end of a connection."""

    def __init__(self, accepted):  # pylint: disable=super-init-not-called
        self.socket = accepted


class Liar:
    """A mailbox's socket behind which `answer(n)` is the response to exchange n."""

    def __init__(self, runtime, answer):
        self.answer = answer
        self.exchanges = 0
        path = pathlib.Path(runtime) / "mailbox" / f"{MAILBOX}.sock"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(path))
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        with Accepted(self.listener.accept()[0]) as connection:
            while (received := connection.receive()) is not None:
                known = {spdm.EXPLAIN: NOTICE, spdm.DESCRIBE: FACTS}.get(received[0])
                if known:
                    connection.send(spdm.frame(received[0], json.dumps(known).encode()))
                    continue
                connection.send(spdm.frame(spdm.NORMAL, self.answer(self.exchanges)))
                self.exchanges += 1

    def close(self):
        self.thread.join(60)
        self.listener.close()


def entry(next_index, vendor=0x0001, kind=0):
    return doe.data_object(1, 0, struct.pack("<I", vendor | kind << 16 | next_index << 24))


def piece(next_handle, data):
    return doe.data_object(0x1E98, 2, struct.pack("<I", next_handle << 16) + data)


def header(length, checksum=0):
    return struct.pack("<IBB10x", length, 1, checksum)


class Lies(DaemonCase):
    def ask(self, command, answer, *arguments):
        """(what the tool says, after how many exchanges)"""
        liar = Liar(self.directory, answer)
        try:
            said = tool.run(command, MAILBOX, "--from", "device", "--runtime-directory", self.directory, *arguments)
        finally:
            liar.close()
        return said, liar.exchanges

    def assert_ends(self, command, answer, words, exchanges):
        said, asked = self.ask(command, answer)
        self.assertEqual((said.status, said.output), (3, ""), said)
        self.assertIn(words, said.complaint)
        self.assertEqual(asked, exchanges)

    def test_discovery_that_loops_or_lies_ends_and_is_named(self):
        self.assert_ends("discover", lambda n: entry(1), "expected a next index of 0 or above 1, found 1", 2)
        self.assert_ends("discover", lambda n: entry(min(n + 1, 255)), "above 255, found 255", 256)
        self.assert_ends("discover", lambda n: entry(7, 0xFFFF, 0xFF), "found ffff:ff, no object", 1)
        self.assert_ends("discover", lambda n: piece(1, header(24)), "expected an object 0001:00, found 1e98:02", 1)

    def assert_shows(self, answer, words, exchanges, structures):
        """What came before the lie is shown and kept, and one line names the lie."""
        file = self.directory / "table"
        said, asked = self.ask("cdat", answer, "-o", file, "--json")
        self.assertEqual((said.status, asked), (1, exchanges), said)
        self.assertEqual([one["structure"] for one in said.json["structures"]], structures)
        self.assertEqual((said.json["checksum"], len(said.json["flaws"])), ("unknown", 1))
        self.assertIn(words, said.json["flaws"][0])
        self.assertEqual(len(file.read_bytes()), 16 + 8 * len(structures))
        self.assertRegex(said.complaint, r"^doe-audit: the table is flawed, [^\n]*\n")

    def test_a_table_that_loops_or_lies_ends_and_is_named(self):
        structure = bytes((9, 0, 8, 0, 0, 0, 0, 0))
        self.assert_ends("cdat", lambda n: piece(1, header(0xFFFFFFFF)), "a table length of 16 to 65536 bytes", 1)
        self.assert_shows(
            lambda n: piece(1, structure if n else header(64)), "not asked for yet, found 0001", 2, ["type 9"])
        self.assert_shows(
            lambda n: piece(n + 1, bytes(1 << 19) if n else header(64)), "a structure length", 2, [])
        self.assert_shows(
            lambda n: piece(n + 1, structure if n < 3 else bytes(4)) if n else piece(1, header(64)),
            "a structure length", 4, ["type 9"] * 2)

    def test_a_table_with_a_handle_behind_its_last_byte_is_shown_whole(self):
        structure = bytes((9, 0, 8, 0, 0, 0, 0, 0))
        checksum = -(sum(header(24)) + sum(structure)) % 256
        said, asked = self.ask("cdat", lambda n: piece(n + 1, structure if n else header(24, checksum)), "--json")
        self.assertEqual((said.status, asked, said.json["checksum"]), (1, 2, "right"))
        self.assertIn("expected next handle ffff", said.json["flaws"][0])

    def test_a_device_that_answers_less_than_its_header_promises_hides_nothing(self):
        structure = bytes((9, 0, 8, 0, 0, 0, 0, 0))
        self.assert_shows(
            lambda n: piece(n + 1 if n < 2 else 0xFFFF, structure if n else header(56)),
            "a next handle, since 32 of 56 bytes are read", 3, ["type 9"] * 2)
        # Nor does one that stops.
        said, _ = self.ask("cdat", lambda n: piece(n + 1, structure if n else header(56)) if n < 2 else b"")
        self.assertEqual(said.status, 1)
        self.assertIn("type 9", said.output)
        self.assertIn("no response", said.complaint)

    def test_a_device_that_stops_in_the_middle_is_named(self):
        self.assert_ends("discover", lambda n: b"" if n else entry(1), "no response", 2)

    def test_the_longest_table_there_may_be_is_read_and_no_byte_more(self):
        last = 16380
        structure = bytes((9, 0, 4, 0))
        checksum = -(sum(header(65536)) + sum(structure) * last) % 256
        file = self.directory / "table"

        def answer(n):
            return piece(0xFFFF if n == last else n + 1, structure if n else header(65536, checksum))

        said, asked = self.ask("cdat", answer, "-o", file, "--json")
        self.assertEqual((said.status, said.json["checksum"], asked), (0, "right", last + 1))
        self.assertEqual(file.read_bytes(), header(65536, checksum) + structure * last)

    def test_a_table_with_a_wrong_checksum_is_shown_and_told(self):
        structure = bytes((3, 0, 8, 0, 1, 1, 0, 0))
        said, _ = self.ask("cdat", lambda n: piece(0xFFFF, structure) if n else piece(1, header(24, 1)))
        self.assertEqual(said.status, 1)
        self.assertRegex(said.output, r"DSIS[^\0]*checksum wrong; source: device")
        self.assertIn("expected checksum da", said.complaint)
