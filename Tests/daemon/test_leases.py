"""Leases from outside, on a host in production, which every test host is: nothing is given, and the attempt is loud.

What a lease does in bring-up is for the unit tests and for the guest test, which boots with doe_audit.mode=bring-up.
"""

import os

from support import made_up, processes, tool
from support.case import DaemonCase

NAME = "org.doeaudit.Control1"


class InProduction(DaemonCase):
    def start_lease(self, daemon, *more, mailbox="sim:cxl"):
        return tool.run("lease", "start", mailbox, "--for", "30m", "--reason", "ticket LAB-1", *more, daemon=daemon)

    def test_a_lease_is_refused_recorded_and_taints(self):
        daemon = self.new_daemon().start()
        answer = self.start_lease(daemon)
        self.assertEqual((answer.status, answer.output), (1, ""))
        self.assertIn("this host is in production, where nothing can be leased", answer.complaint)
        self.assertIn("use a machine that is meant for bring-up", answer.complaint)
        self.assertEqual(tool.run("taint", "--check", daemon=daemon).status, 1)
        self.assertEqual(daemon.status()["taint"], "C")
        shown = tool.run("lease", "list", daemon=daemon)
        self.assertEqual((shown.status, shown.output), (0, "no mailbox is leased\n"))
        self.assertEqual(tool.run("lease", "list", "--json", daemon=daemon).json, {"leases": []})
        refused = tool.run("exchange", "sim:cxl", "1e98:00", "--data", "00000000", daemon=daemon)
        self.assertEqual(refused.status, 1)
        self.assertFalse((daemon.state / "leases").exists())

    def test_the_record_says_who_and_for_whom(self):
        daemon = self.new_daemon().start()
        self.assertEqual(self.start_lease(daemon, "--unit", "lab.service").status, 1)
        self.assertEqual(self.start_lease(daemon, "--uid", "1000").status, 1)
        first, second = (
            record for record in daemon.all_records().values() if record["DOE_EVENT"] == "lease-refused")
        self.assertEqual((first["PRIORITY"], second["PRIORITY"]), ("2", "3"))
        self.assertEqual((first["DOE_LEASE_HOLDER"], second["DOE_LEASE_HOLDER"]), ("unit lab.service", "uid 1000"))
        self.assertEqual(
            (first["DOE_MAILBOX"], first["DOE_TAINT"], first["DOE_STATUS"], first["DOE_MODE"], first["DOE_LEASE_REASON"]),
            ("sim:cxl", "C", "refused", "production", "ticket LAB-1"))
        self.assertEqual(first["DOE_CLIENT_UID"], str(os.geteuid()))

    def test_what_cannot_be_meant_is_said_before_anything_is_tried(self):
        daemon = self.new_daemon().start()
        for arguments in (
                ("start", "sim:cxl", "--for", "1d", "--reason", "x"), ("start", "sim:cxl", "--for", "", "--reason", "x"),
                ("start", "sim:cxl", "--for", "5m"), ("start", "sim:cxl", "--reason", "x"), ("start", "--for", "5m"),
                ("start", "sim:cxl", "--for", "5m", "--reason", "x", "--uid", "0", "--unit", "a.service"), ("end",)):
            with self.subTest(arguments=arguments):
                self.assertEqual(tool.run("lease", *arguments, daemon=daemon).status, 2)
        for arguments in (
                ("sim:cxl", "--for", "25h", "--reason", "x"), ("sim:cxl", "--for", "0s", "--reason", "x"),
                ("sim:cxl", "--for", "5m", "--reason", " "), ("sim:cxl", "--for", "5m", "--reason", "a\nb"),
                ("sim:cxl", "--for", "5m", "--reason", "x", "--unit", "lab"), ("sim:no", "--for", "5m", "--reason", "x")):
            with self.subTest(arguments=arguments):
                answer = tool.run("lease", "start", *arguments, daemon=daemon)
                self.assertEqual(answer.status, 1)
                self.assertNotIn("production", answer.complaint)
        self.assertEqual(daemon.status()["taint"], "")

    def test_a_lease_is_roots_to_give(self):
        daemon = self.new_daemon().start()
        os.chmod(daemon.control_socket, 0o666)

        def ask():
            with daemon.control() as control:
                return [control.call(f"{NAME}.{method}", parameters)["error"] for method, parameters in (
                    ("StartLease", {"mailbox": "sim:cxl", "seconds": 60, "reason": "x"}),
                    ("EndLease", {"mailbox": "sim:cxl"}))]

        errors = processes.as_user(processes.NOBODY, ask)[1]
        self.assertEqual(errors, [f"{NAME}.PermissionDenied"] * 2)
        # What was not even looked at leaves no taint; it is on record as every change that was refused.
        self.assertEqual(daemon.status()["taint"], "")

    def test_there_is_nothing_to_end(self):
        daemon = self.new_daemon().start()
        answer = tool.run("lease", "end", "sim:cxl", daemon=daemon)
        self.assertEqual(answer.status, 1)
        self.assertIn("sim:cxl is not leased", answer.complaint)

    def test_a_file_of_leases_that_is_no_such_file_is_told_and_holds_none(self):
        daemon = self.new_daemon()
        daemon.state.mkdir(mode=0o700, exist_ok=True)
        (daemon.state / "leases").write_text("doe-audit-leases 1\nboot x\nsha256 00\n")
        daemon.start()
        self.assertIn("there is no lease any more", " ".join(daemon.status()["attention"]))
        self.assertEqual(tool.run("lease", "list", "--json", daemon=daemon).json, {"leases": []})


class TriedOut(DaemonCase):
    def explain(self, *options):
        rules = self.rules("allow object=1e98:00 compliance=capabilities mode=bring-up uid=1000\n")
        return tool.run("policy", "explain", "1e98:00", "--rules", rules, "--uid", "1000", "--json", *options)

    def test_a_labs_rule_is_tried_as_if_the_mailbox_were_leased(self):
        lab = ("--mode", "bring-up")
        leased = self.explain(*lab, "--leased", "--compliance", "capabilities").json
        self.assertEqual((leased["verdict"], leased["taint"]), ("allow", "X"))
        other = self.explain(*lab, "--leased", "--compliance", "inject-crc").json
        self.assertEqual((other["verdict"], other["rule"]), ("deny", "default"))
        alone = self.explain(*lab, "--compliance", "capabilities").json
        self.assertEqual((alone["verdict"], alone["rule"], alone["taint"]), ("deny", "gatekeeper", "C"))
        self.assertIn("no lease", alone["reason"])

    def test_a_lease_that_could_not_be_is_not_thought_of(self):
        lab = ("--mode", "bring-up", "--leased", "--compliance", "capabilities")
        for facts, why in (
                (("--driver", "cxl_pci"), "the driver cxl_pci is bound"), (("--serial", "none"), "no serial number"),
                (("--driver", "unknown"), "could not be learned"), (("--mailbox", "remote:x"), "a remote mailbox"),
                (("--road", "bypass"), "a lease is for the road proxy")):
            answer = self.explain(*lab, *facts)
            self.assertEqual((answer.status, answer.output), (2, ""), facts)
            self.assertIn("there could be no lease: ", answer.complaint)
            self.assertIn(why, answer.complaint)
        self.assertEqual(self.explain(*lab, "--driver", "none").json["verdict"], "allow")
        # Nobody who connects has no uid.
        rules = self.rules("allow object=1e98:00 mode=bring-up\n")
        answer = tool.run("policy", "explain", "1e98:00", *lab, "--uid", "none", "--rules", rules)
        self.assertEqual((answer.status, answer.output), (2, ""))

    def test_the_kernels_driver_of_a_mailbox_stands_in_the_way_of_a_lease_to_think_of(self):
        root = made_up.make_tree(self.new_directory() / "sys")
        place = root / "bus/pci/devices" / made_up.ADDRESS
        lab = ("--mode", "bring-up", "--leased", "--mailbox", made_up.MAILBOX, "--sysfs-root", root)
        serial = ("--serial", "00-00-00-00-00-00-12-34")
        self.assertEqual(self.explain(*lab, *serial).status, 0)
        (root / "bus/pci/drivers/cxl_pci").mkdir(parents=True)
        (place / "driver").symlink_to(root / "bus/pci/drivers/cxl_pci")
        answer = self.explain(*lab, *serial)
        self.assertEqual((answer.status, answer.output), (2, ""))
        self.assertIn("the driver cxl_pci is bound", answer.complaint)
        self.assertEqual(self.explain(*lab, *serial, "--driver", "none").status, 0, "as if it were unbound")
        (place / "physfn").symlink_to("../0000:0d:00.7")
        answer = self.explain(*lab, *serial, "--driver", "none")
        self.assertEqual((answer.status, answer.output), (2, ""))
        self.assertIn("virtual function", answer.complaint)

    def test_in_production_there_is_no_lease_to_think_of(self):
        self.assertEqual(self.explain("--leased").status, 2)
        self.assertEqual(self.explain("--leased", "--mode", "production").status, 2)


class OverVarlink(DaemonCase):
    def test_parameters_and_errors_are_as_the_interface_says(self):
        daemon = self.new_daemon().start()
        with daemon.control() as control:
            for parameters, error in (
                    ({"mailbox": "sim:cxl", "seconds": 60, "reason": "x"}, "LeaseRefused"),
                    ({"mailbox": "sim:cxl", "seconds": 60, "reason": "x", "uid": 1, "unit": "a.service"}, "LeaseRefused")):
                answer = control.call(f"{NAME}.StartLease", parameters)
                self.assertEqual(answer["error"], f"{NAME}.{error}")
                self.assertIn("problem", answer["parameters"])
            for parameters in ({}, {"mailbox": "sim:cxl", "seconds": "60", "reason": "x"},
                               {"mailbox": "sim:cxl", "seconds": 60, "reason": "x", "force": True}):
                self.assertEqual(
                    control.call(f"{NAME}.StartLease", parameters)["error"], "org.varlink.service.InvalidParameter")
            self.assertEqual(
                control.call(f"{NAME}.EndLease", {"mailbox": "sim:cxl"})["error"], f"{NAME}.NoSuchLease")
            self.assertEqual(control.ask(f"{NAME}.ListLeases"), {"leases": []})
