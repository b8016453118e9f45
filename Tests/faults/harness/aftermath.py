"""What is left on a disk is booted, a daemon starts on it, and its trail is held against what reached the device."""

import collections

from .device import ALLOWED
from .load import one

WRONG = ("chainBreaks", "conflicts", "differences")
LISTS = ("accountedGaps", "unexplainedGaps", "losses", "chainBreaks", "conflicting", "differences", "doubts")


def is_honest(check, lost):
    """What a machine's death leaves may have holes, and journald may leave a file without a header. What is there has
    to fit, and what is not there has to be told."""
    if check["outcome"] == "whole":
        return lost == 0
    if any(check[kind] for kind in WRONG):
        return False
    return bool(check["losses"]) or lost == 0 and bool(check["unread"])


class Aftermath:
    """One moment's. `complaints` is empty where every promise was kept."""

    def __init__(self, machine, blocks, expected, repair=False):
        self.complaints = []
        self.check = None
        self.lost = self.may_be_lost = 0
        """How many have no record though they had to have one, and how many of which it only has to be said."""
        self.on_record = set()
        try:
            machine.boot(blocks, repair=repair)
            self._play(machine)
            self._compare(machine, [*expected, *machine.seen])
        except AssertionError as problem:
            self.complaints.append(str(problem))
        finally:
            machine.die()

    def _play(self, machine):
        daemon = machine.daemon
        daemon.start()
        response, notice = one(daemon, machine.device, ALLOWED)
        assert response, f"the first exchange is refused: {notice['reason']}"
        machine.hear()
        machine.settle_daemon()

    def _compare(self, machine, expected):
        status, self.check = machine.verify_against([exchange.digest for exchange in expected])
        records = machine.journald.entries("SYSLOG_IDENTIFIER=doe-auditd")
        self.on_record = {record.get("DOE_REQUEST_SHA256") for record in records}
        lost = collections.Counter(
            exchange.is_durable for exchange in expected if exchange.digest not in self.on_record)
        self.lost, self.may_be_lost = lost[True], lost[False]
        if self.lost:
            self.complaints.append(f"{self.lost} of those whose record was on the disk are lost")
        outcome, device = self.check["outcome"], self.check["device"]
        if not is_honest(self.check, self.may_be_lost):
            said = {name: self.check[name] for name in (*LISTS, "unread") if self.check[name]}
            self.complaints.append(f"the check says {outcome!r} where {self.may_be_lost} may be lost: {said}")
        if (status == 0) != (outcome == "whole"):
            self.complaints.append(f"the check says {outcome!r} and ends with {status}")
        if device["lost"] or device["accounted"] != self.lost + self.may_be_lost:
            self.complaints.append(f"the check counts {device} where {self.lost + self.may_be_lost} have no record")
        losses = [record for record in records if record["DOE_EVENT"] == "records-lost"]
        self._see_what_is_told([loss for loss in losses if loss["DOE_BOOT"] == machine.boot_id])

    def _see_what_is_told(self, losses):
        """By the daemon of this boot: what one before has told of is another loss."""
        if self.may_be_lost and not losses:
            self.complaints.append(f"{self.may_be_lost} are lost and no record says so")
        told = [int(loss["DOE_COUNT"]) for loss in losses if "DOE_COUNT" in loss]
        if told and max(told) < self.may_be_lost:
            self.complaints.append(f"{self.may_be_lost} are lost and the record of the loss says {max(told)}")


def summed(aftermaths):
    """What the checks of all moments found, as one."""
    checks = [after.check for after in aftermaths if after.check]
    outcomes = [check["outcome"] for check in checks]
    total = {name: [entry for check in checks for entry in check[name]] for name in LISTS}
    total["device"] = {
        name: sum(check["device"][name] for check in checks) for name in ("executed", "recorded", "lost", "accounted")}
    for name in ("duplicates", "conflicts"):
        total[name] = sum(check[name] for check in checks)
    total["outcome"] = max(outcomes, key=["whole", "accounted", "unknown", "unanchored", "broken"].index)
    return total
