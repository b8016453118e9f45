"""doe-audit cdat: every value of every structure, and tables that are not as they should be."""

import random

from support import cdat, made_up, tool
from support.case import DaemonCase
from support.processes import NOBODY

GOOD = [
    cdat.dsmas(0, 0, 0, 1 << 28), cdat.dslbis(0, 0, 1, 1000, (150, 0, 0)), cdat.dslbis(0, 0, 2, 1000, (160, 0, 0)),
    cdat.dslbis(0, 0, 4, 1000, (16, 0, 0)), cdat.dsemts(0, 1, 0, 1 << 28)]
GOOD_BYTES = [structure for structure, _ in GOOD]


def add_endpoint(root, table, mode=0o400):
    """The kernel's copy of the made-up function's table."""
    endpoint = root / "bus/cxl/devices/endpoint3"
    endpoint.mkdir(parents=True, exist_ok=True)
    if not (endpoint / "uport").is_symlink():
        (endpoint / "uport").symlink_to(root / "bus/pci/devices" / made_up.ADDRESS)
    (endpoint / "CDAT").write_bytes(table)
    (endpoint / "CDAT").chmod(mode)


class CDAT(DaemonCase):
    def setUp(self):
        super().setUp()
        self.root = made_up.make_tree(self.directory / "sys")

    def ask(self, table, *arguments):
        add_endpoint(self.root, table)
        return tool.run("cdat", made_up.MAILBOX, "--sysfs-root", self.root, "--from", "kernel", *arguments)

    def test_every_value_of_every_structure_is_in_the_json(self):
        choice = random.Random(50)
        for _ in range(40):
            structures = [cdat.random_structure(choice) for _ in range(choice.randrange(1, 12))]
            answer = self.ask(cdat.table([structure for structure, _ in structures]), "--json")
            self.assertEqual((answer.status, answer.complaint), (0, ""))
            self.assertEqual((answer.json["checksum"], answer.json["sequence"], answer.json["flaws"]), ("right", 7, []))
            offset = 16
            for shown, (structure, expected) in zip(answer.json["structures"], structures, strict=True):
                self.assertTrue(shown.pop("description"))
                self.assertEqual(shown, {**expected, "offset": offset})
                offset += len(structure)

    def test_a_person_sees_ports_levels_and_what_is_no_number(self):
        answer = self.ask(cdat.table(structure for structure, _ in (
            cdat.dslbis(1, 1, 0, 1000, (cdat.UNREACHABLE, 0, 0)), cdat.dslbis(1, 0, 0, 1000, (0, 0, 0)),
            cdat.sslbis(3, 1000, [(0x100, 1, 9), (0xFFFF, 2, cdat.UNREACHABLE)]), cdat.dsemts(1, 2, 0, 4096))))
        self.assertEqual(answer.status, 0)
        for words in ("DSLBIS     handle 1, cache of level 1, access latency unreachable",
                      "DSLBIS     handle 1, memory, access latency not provided", "access bandwidth, 2 pairs of ports",
                      "upstream port to port 1: 9000 MB/s", "any port to port 2: unreachable", "EFI reserved memory"):
            self.assertIn(words, answer.output)

    def assert_flawed(self, answer, words):
        """All five good ones are there, and one line says what is wrong."""
        self.assertEqual(answer.status, 1, answer)
        names = [line.split()[0] for line in answer.output.splitlines()[1:6]]
        self.assertEqual(names, ["DSMAS", "DSLBIS", "DSLBIS", "DSLBIS", "DSEMTS"])
        self.assertEqual(len(answer.complaint.splitlines()), 1)
        self.assertIn(words, answer.complaint)

    def test_a_header_that_promises_more_hides_nothing_in_the_kernels_forms_of_both_ages(self):
        file = self.directory / "out"
        table = cdat.table(GOOD_BYTES, more=24)
        for kernels in (table + bytes(24), table):
            answer = self.ask(kernels, "-o", file)
            self.assert_flawed(answer, "24 zero bytes" if len(kernels) > len(table) else f"found {len(table) + 24}")
            self.assertEqual(file.read_bytes(), kernels)
            answer = self.ask(kernels, "--json")
            self.assertEqual((answer.status, len(answer.json["structures"]), len(answer.json["flaws"])), (1, 5, 1))

    def test_a_file_that_cannot_be_written_is_told_with_what_to_do(self):
        answer = self.ask(cdat.table(GOOD_BYTES), "-o", self.directory / "nowhere/out")
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("name a file in a folder that is there", answer.complaint)

    def test_a_structure_of_another_length_is_told_and_hides_no_other(self):
        grown = bytes((0, 0, 32, 0)) + bytes(range(28))
        answer = self.ask(cdat.table([*GOOD_BYTES[:2], grown, *GOOD_BYTES[2:]]), "--json")
        self.assertEqual((answer.status, answer.json["checksum"]), (1, "right"))
        shown = answer.json["structures"]
        self.assertEqual(
            [one["structure"] for one in shown], ["DSMAS", "DSLBIS", "DSMAS", "DSLBIS", "DSLBIS", "DSEMTS"])
        self.assertEqual((shown[2]["raw"], shown[2]["flaw"]), (grown.hex(), answer.json["flaws"][0]))
        self.assertIn("a DSMAS length of 24 bytes, found 32", answer.complaint)
        self.assertNotIn("handle", shown[2])

    def test_random_damage_hides_nothing_before_it_and_nothing_behind_it_where_lengths_are_whole(self):
        choice = random.Random(51)
        offsets = [16 + sum(map(len, GOOD_BYTES[:index])) for index in range(5)]
        for _ in range(40):
            table = bytearray(cdat.table(GOOD_BYTES))
            place = choice.randrange(len(table))
            table[place] ^= choice.randrange(1, 256)
            answer = self.ask(bytes(table), "--json")
            self.assertEqual(answer.status, 1, place)
            struck = max((offset for offset in offsets if offset <= place), default=None)
            is_length = struck is not None and place - struck in (2, 3)
            shown = {one.pop("offset"): one for one in answer.json["structures"] if one.pop("description")}
            for offset, (_, expected) in zip(offsets, GOOD):
                if offset != struck and (offset < place or not is_length):
                    self.assertEqual(shown[offset], expected, place)

    def test_bytes_that_are_no_table_could_not_be_read(self):
        answer = self.ask(bytes(15))
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("a header of 16 bytes", answer.complaint)


class OrdinaryUsers(DaemonCase):
    def test_who_may_not_read_the_kernels_copy_has_it_from_the_daemon(self):
        root = made_up.make_tree(self.directory / "sys")
        table = cdat.table(GOOD_BYTES)
        add_endpoint(root, table)
        daemon = self.new_daemon(simulate=None, options=("--sysfs-root", root, "--witness", "off")).start()
        asked = ("cdat", made_up.MAILBOX, "--sysfs-root", root, "--json")
        answers = {uid: tool.run_as(uid, *asked, daemon=daemon) for uid in (0, NOBODY)}
        self.assertEqual([answers[uid].status for uid in answers], [0, 0], answers)
        self.assertEqual([answers[uid].json["source"] for uid in answers], ["kernel", "copy"])
        self.assertEqual(answers[0].json["structures"], answers[NOBODY].json["structures"])
        # The device, which would have answered nobody, was not asked; and nobody's --from kernel says what to do.
        self.assertEqual(daemon.status()["taint"], "")
        answer = tool.run_as(NOBODY, *asked, "--from", "kernel", daemon=daemon)
        self.assertEqual(answer.status, 3)
        self.assertIn("run this as root", answer.complaint)
