"""doe-audit ide: reads the IDE capability of made-up functions, and nothing else."""

import struct

from support import made_up, places, tool
from support.case import DaemonCase
from support.processes import NOBODY

ADDRESS = "0000:0d:00.0"
ROOT_PORT = "0000:0c:00.0"


def add_ide(root, name, support, blocks, control=0):
    """A function with a serial number at 0x100, a mailbox at 0x190 and an IDE capability at 0x200."""
    made_up.make_tree(root, name)
    file = root / "bus/pci/devices" / name / "config"
    config = bytearray(file.read_bytes())
    dwords = [0x0030 | 1 << 16, support, control, *blocks]
    struct.pack_into("<I", config, 0x190, 0x002E | 1 << 16 | 0x200 << 20)
    struct.pack_into(f"<{len(dwords)}I", config, 0x200, *dwords)
    file.write_bytes(config)
    return file


# A link stream that is on and not secure; a selective one that is secure, of bus 0d, for two address ranges.
LINK = [0x0100_0001, 0]
SELECTIVE = [
    3, 0x05C0_0101, 2, 0x0D_FF00, 0x0D_0001, 0xFFF0_0001, 0x20, 0x20, 0x0010_0001, 0x30, 0x30, 0, 0, 0]


class IDE(DaemonCase):
    def setUp(self):
        super().setUp()
        self.root = self.directory / "sys"
        add_ide(self.root, ADDRESS, 0x0100_0063, LINK + SELECTIVE)

    def ask(self, *arguments):
        return tool.run("ide", *arguments, "--sysfs-root", self.root)

    def test_it_is_shown_as_the_page_shows_it(self):
        answer = self.ask()
        self.assertEqual((answer.status, answer.complaint), (0, ""))
        page = (places.ROOT / "docs/ide.md").read_text()
        shown = page.split("$ doe-audit ide\n")[1].split("```")[0]
        self.assertEqual(answer.output, shown)

    def test_json_has_every_register_and_every_block(self):
        answer = self.ask(ADDRESS, "--json")
        self.assertEqual((answer.status, answer.complaint), (0, ""))
        [function] = answer.json["functions"]
        self.assertEqual((function["address"], function["device"]), (ADDRESS, "8086:0d93"))
        [capability] = function["capabilities"]
        self.assertNotIn("damage", capability)
        self.assertEqual((capability["offset"], capability["supports"]["keyManagement"]), ("0x200", True))
        [link] = capability["linkStreams"]
        self.assertEqual((link["enabled"], link["state"], link["streamID"]), (True, "insecure", 1))
        self.assertNotIn("requesters", link)
        [stream] = capability["selectiveStreams"]
        self.assertEqual(
            (stream["state"], stream["offset"], stream["controlRegister"]), ("secure", "0x214", "0x05c00101"))
        self.assertEqual(stream["requesters"], {
            "valid": True, "base": "0x0d00", "limit": "0x0dff", "segmentBase": 0, "reversed": False})
        self.assertEqual([block["valid"] for block in stream["addresses"]], [True, True, False])
        self.assertEqual(stream["addresses"][0]["limit"], "0x00000020ffffffff")

    def test_nothing_is_written(self):
        files = list(self.root.rglob("*"))
        before = [(file, file.stat().st_mtime_ns) for file in files]
        self.ask()
        self.assertEqual([(file, file.stat().st_mtime_ns) for file in self.root.rglob("*")], before)

    def test_a_function_without_it_is_one_line_and_done(self):
        made_up.make_tree(self.root, ROOT_PORT)
        answer = self.ask(ROOT_PORT)
        self.assertEqual((answer.status, answer.output), (0, f"{ROOT_PORT} has no IDE capability\n"))
        self.assertEqual(self.ask(ROOT_PORT, "--json").json, {"functions": [], "unread": []})
        # It is not in the list of those that have one either.
        self.assertNotIn(ROOT_PORT, self.ask().output)

    def test_a_host_without_it_is_one_line_and_done(self):
        root = made_up.make_tree(self.directory / "other")
        answer = tool.run("ide", "--sysfs-root", root)
        self.assertEqual((answer.status, answer.output), (0, "no function of this host has an IDE capability\n"))

    def test_a_function_that_is_not_there_could_not_be_done(self):
        answer = self.ask("0000:ff:00.0")
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("0000:ff:00.0", answer.complaint)
        self.assertIn("lspci -D", answer.complaint)

    def test_what_is_no_address_is_wrong_use_and_the_right_one_is_guessed(self):
        for text, hint in (
            ("nope", "0000:0d:00.0"), ("", "lspci -D"), ("0d:00.0", "did you mean 0000:0d:00.0?"),
            ("0000:0d:00.0@190", "did you mean 0000:0d:00.0?"), ("0000:0d:20.0", "lspci -D"), ("../../x", "lspci -D")):
            answer = self.ask(text)
            self.assertEqual((answer.status, answer.output), (2, ""), answer)
            self.assertIn(hint, answer.complaint)

    def test_a_function_that_sleeps_or_is_lent_is_not_touched_and_named(self):
        function = self.root / "bus/pci/devices" / ADDRESS
        (function / "power_state").write_text("D3hot\n")
        for arguments in ((ADDRESS,), (ADDRESS, "--json")):
            answer = self.ask(*arguments)
            self.assertEqual((answer.status, answer.output), (3, ""), answer)
            self.assertIn("D3hot", answer.complaint)
        answer = self.ask()
        self.assertEqual(
            (answer.status, answer.output), (0, "no function that could be looked at has an IDE capability\n"))
        self.assertIn("D3hot", answer.complaint)
        (function / "power_state").write_text("D0\n")
        (function / "driver").symlink_to("../../../bus/pci/drivers/vfio-pci")
        answer = self.ask(ADDRESS)
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("vfio-pci", answer.complaint)

    def test_a_neighbour_that_sleeps_or_is_broken_fails_no_scan(self):
        file = add_ide(self.root, ROOT_PORT, 0x0001, LINK)
        (self.root / "bus/pci/devices" / ROOT_PORT / "power_state").write_text("D3cold\n")
        answer = self.ask()
        self.assertEqual(answer.status, 0)
        self.assertIn(ADDRESS, answer.output)
        self.assertRegex(answer.complaint, rf"^doe-audit: 1 function was not looked at: {ROOT_PORT} is in D3cold")
        [unread] = self.ask("--json").json["unread"]
        self.assertEqual(unread["address"], ROOT_PORT)
        self.assertIn("D3cold", unread["problem"])
        (self.root / "bus/pci/devices" / ROOT_PORT / "power_state").write_text("D0\n")
        file.write_bytes(bytes([255] * 4096))
        answer = self.ask()
        self.assertEqual(answer.status, 0)
        self.assertIn("reads as all ones", answer.complaint)

    def test_who_may_not_read_is_not_told_that_there_is_nothing(self):
        for command in (("ide",), ("mailboxes", "--scan")):
            for file in self.root.rglob("config"):
                file.chmod(0o600)
            answer = tool.run_as(NOBODY, *command, "--sysfs-root", self.root)
            self.assertEqual((answer.status, answer.output), (3, ""), answer)
            self.assertIn("run this as root", answer.complaint)
        # Nor where he may not even look what there is.
        (self.root / "bus/pci").chmod(0o700)
        for command in (("ide",), ("ide", ADDRESS), ("mailboxes", "--scan")):
            answer = tool.run_as(NOBODY, *command, "--sysfs-root", self.root)
            self.assertEqual((answer.status, answer.output), (3, ""), answer)
            self.assertRegex(answer.complaint, "Permission denied|check the permissions")

    def test_a_range_whose_end_lies_below_its_start_is_marked(self):
        reversed_range = [0x0010_0201, 0, 5]
        add_ide(self.root, ROOT_PORT, 0x0002, [2, 0, 0, 0x0C_FF00, 0x0D_0001, *reversed_range, *SELECTIVE[8:11]])
        answer = self.ask(ROOT_PORT)
        self.assertEqual(answer.status, 0)
        self.assertIn("! selective 0: addresses 0x500200000-0x1fffff end below their start", answer.output)
        self.assertIn("! selective 0: requesters 0d:00.0-0c:1f.7 end below their start", answer.output)
        self.assertEqual(answer.output.count("! selective 0: addresses"), 1)
        [stream] = self.ask(ROOT_PORT, "--json").json["functions"][0]["capabilities"][0]["selectiveStreams"]
        self.assertEqual([block["reversed"] for block in stream["addresses"]], [True, False])
        self.assertTrue(stream["requesters"]["reversed"])

    def test_damage_is_told_and_what_comes_before_it_shown(self):
        add_ide(self.root, ROOT_PORT, 0x0001_0002, [0, 1, 0x8000_0002, 0, 0] + [0xFFFF_FFFF] * 5)
        answer = self.ask(ROOT_PORT)
        self.assertEqual(answer.status, 0)
        self.assertIn("! selective 0: the other end has reported an IDE failure", answer.output)
        self.assertIn("! not decoded to its end: selective stream 1 (0x220) reads as all ones", answer.output)
        capability = self.ask(ROOT_PORT, "--json").json["functions"][0]["capabilities"][0]
        self.assertIn("all ones", capability["damage"])

    def test_a_broken_chain_is_not_taken_for_a_function_without_it(self):
        file = add_ide(self.root, ROOT_PORT, 0x0001, LINK)
        config = bytearray(file.read_bytes())
        struct.pack_into("<I", config, 0x190, 0x002E | 1 << 16 | 0x190 << 20)
        file.write_bytes(config)
        answer = self.ask(ROOT_PORT)
        self.assertEqual((answer.status, answer.output), (3, ""))
        self.assertIn("leads back", answer.complaint)
