"""doe-audit doctor, and what the status says of the witness."""

import pathlib
import struct

from support import made_up, tool
from support.case import DaemonCase, SharedDaemonCase

NAME = "org.doeaudit.Control1"


class Doctor(SharedDaemonCase):
    options = ("--witness", "off")

    def test_a_witness_that_is_switched_off_is_told_everywhere(self):
        with self.daemon.control() as control:
            self.assertEqual(control.ask(f"{NAME}.GetSight"), {"roads": []})
        self.assertNotIn("sight", self.daemon.status())
        self.assertIn("off: what goes past the proxy is not seen", tool.run("status", daemon=self.daemon).output)
        answer = tool.run("doctor", daemon=self.daemon)
        self.assertEqual(answer.complaint, "")
        self.assertIn("off: what goes past the proxy is not seen", answer.output)
        self.assertEqual(answer.status, 0)

    def test_the_hosts_own_facts_are_there(self):
        answer = tool.run("doctor", "--json", daemon=self.daemon).json
        self.assertEqual(answer["witness"], "off")
        self.assertEqual(answer["proxy"], True)
        self.assertEqual(answer["kernel"], pathlib.Path("/proc/sys/kernel/osrelease").read_text().strip())
        self.assertIn(str(self.daemon.pid), answer["daemon"])
        self.assertEqual(answer["wrong"], [])
        try:
            tainted = int(pathlib.Path("/proc/sys/kernel/tainted").read_text())
        except OSError:
            self.assertTrue(any("taint" in line for line in answer["notLearned"]))
        else:
            self.assertEqual(answer["kernelTaint"], tainted)


class WithoutDaemon(DaemonCase):
    def test_what_can_be_said_is_said_and_the_rest_named(self):
        answer = tool.run("doctor", "--runtime-directory", self.directory)
        self.assertEqual(answer.status, 3)
        self.assertIn("? what the witness sees: ", answer.output)
        self.assertIn("kernel ", answer.output)
        self.assertIn("systemctl start doe-auditd", answer.complaint)
        found = tool.run("doctor", "--json", "--runtime-directory", self.directory)
        self.assertEqual((found.status, found.json["witness"]), (3, "unknown"))


class Doors(DaemonCase):
    """The ways to what compliance mode does that are no mailbox, on a made-up host. Its kernel is this machine's."""

    def setUp(self):
        super().setUp()
        self.root = self.directory / "sys"
        self.add_function("0000:0d:00.0", lock=0)
        self.add_function("0000:0e:00.0", lock=1)
        for path in (
            "kernel/debug/cxl/mem0/inject_poison", "kernel/debug/cxl/0000:0c:00.0/einj_inject",
            "class/fwctl/fwctl0/uevent", "bus/cxl/devices/mem4095/uevent",
        ):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text("")

    def add_function(self, name, lock):
        """A function with a mailbox at 0x190 and a test capability at 0x200."""
        made_up.make_tree(self.root, name)
        file = self.root / "bus/pci/devices" / name / "config"
        config = bytearray(file.read_bytes())
        struct.pack_into("<I", config, 0x190, 0x002E | 1 << 16 | 0x200 << 20)
        struct.pack_into("<III", config, 0x200, 0x0023 | 1 << 16, 0x1E98 | 0x1C << 20, 0x000A | lock << 16)
        file.write_bytes(config)

    def ask(self, *arguments):
        """Without a daemon: nothing of it is the daemon's to say."""
        return tool.run("doctor", *arguments, "--sysfs-root", self.root, "--runtime-directory", self.directory)

    def doors(self):
        """The doors by the first two words of their names, and what one that is there has to be on this machine."""
        answer = self.ask("--json").json
        there = {"none": "open", None: "unknown"}.get(answer.get("lockdown"), "closed")
        return {" ".join(door["way"].split(" ")[:2]): door for door in answer["doors"]}, there

    def test_each_has_a_row_and_says_why(self):
        answer = self.ask("--json")
        doors = answer.json["doors"]
        self.assertEqual(len(doors), 7)
        for door in doors:
            self.assertIn(door["state"], ("open", "closed", "unknown"))
            self.assertEqual("closedBy" in door, door["state"] == "closed", door)
            self.assertTrue(door["reason"])
        shown = self.ask().output
        for door in doors:
            self.assertIn(door["way"].split(" (")[0].split(",")[0], shown)
        self.assertLessEqual(max(len(line) for line in shown.splitlines()[shown.splitlines().index("") :]), 80, shown)

    def test_what_is_there_is_open_where_the_kernel_is_not_locked_down(self):
        doors, there = self.doors()
        expected = {
            "CXL test": "0000:0d:00.0@200",
            "debugfs cxl/*/inject_poison": "cxl/mem0/inject_poison",
            "EINJ, the": "cxl/0000:0c:00.0/einj_inject",
        }
        for way, word in expected.items():
            self.assertEqual(doors[way]["state"], there, doors[way])
            if there != "closed":
                self.assertIn(word, doors[way]["reason"])
        if there != "closed":
            self.assertNotIn("0000:0e:00.0", doors["CXL test"]["reason"])
            self.assertIn("setpci -s 0000:0d:00.0 20a.w=1", doors["CXL test"]["remedy"])
        # Whatever lockdown says.
        self.assertEqual(doors["fwctl (/dev/fwctl/*)"]["state"], "open")
        self.assertIn("fwctl0", doors["fwctl (/dev/fwctl/*)"]["reason"])
        # There is no such device on this machine, so its driver cannot be asked.
        self.assertEqual(doors["Inject Poison"]["state"], "unknown")
        self.assertIn("/dev/cxl/mem4095", doors["Inject Poison"]["reason"])

    def test_a_lock_closes_the_test_registers(self):
        file = self.root / "bus/pci/devices/0000:0d:00.0/config"
        config = bytearray(file.read_bytes())
        config[0x20A] = 1
        file.write_bytes(config)
        tests = self.doors()[0]["CXL test"]
        self.assertEqual((tests["state"], tests["closedBy"]), ("closed", "lock"))
        self.assertIn("0000:0e:00.0@200", tests["reason"])

    def test_functions_that_sleep_leave_it_unknown_what_they_have(self):
        for name in ("0000:0d:00.0", "0000:0e:00.0"):
            (self.root / "bus/pci/devices" / name / "power_state").write_text("D3hot\n")
        doors, there = self.doors()
        self.assertEqual(doors["CXL test"]["state"], "closed" if there == "closed" else "unknown")
        if there != "closed":
            self.assertIn("2 functions were not looked at", doors["CXL test"]["reason"])
