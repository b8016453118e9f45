"""What is left on a disk is booted, a daemon starts on it, and its trail is held against what reached the device."""

import re
import subprocess

from .device import ALLOWED
from .load import one

GET_TAINT = "org.doeaudit.Control1.GetTaint"
LETTER = "V"
"""What a warned exchange raises."""

WRONG = ("chainBreaks", "conflicts", "differences")
# What a daemon may find that starts after a machine's death. Anything else is a false alarm, or the ring has given up
# what was not on the journal's disk.
EXPECTED_LOSSES = {"power-cut", "ring-damaged"}
# The same in the words of the status.
ALARMS = ("an older state directory", "there was no ring")
# A journal that was on its disk is behind where the disk has failed since.
BEHIND = "journal-behind"
BEHIND_IN_WORDS = "the journal lacks"
LISTS = ("accountedGaps", "unexplainedGaps", "losses", "chainBreaks", "conflicting", "differences", "doubts")


def is_honest(check, lost):
    """What a machine's death leaves may have holes, and journald may leave a file without a header. What is there has
    to fit, and what is not there has to be told."""
    if check["outcome"] == "whole":
        return lost == 0
    if any(check[kind] for kind in WRONG):
        return False
    is_told = bool(check["losses"]) or check["ring"]["owesLoss"]
    return is_told or lost == 0 and bool(check["unread"])


class Aftermath:
    """One moment's. `complaints` is empty where every promise was kept."""

    def __init__(self, machine, blocks, expected, delivers=True, disk_failed=False, is_tainted=False):
        """`is_tainted` says that a warned exchange was answered before. With `delivers` the daemon goes on until the journal has it all, which takes seconds; else it is killed after
        its first exchange, and the ring counts as well. A disk that failed is repaired first, as a boot does."""
        self.complaints = []
        self._disk_failed, self._is_tainted = disk_failed, is_tainted
        self._expected_losses = EXPECTED_LOSSES | ({BEHIND} if disk_failed else set())
        self._alarms = ALARMS if disk_failed else (*ALARMS, BEHIND_IN_WORDS)
        self.check = None
        self.lost = self.may_be_lost = 0
        """How many have no record though they had to have one, and how many of which it only has to be said."""
        self.files_made_readable = 0
        self.on_record = set()
        """Digests that the journal holds, once all is delivered."""
        try:
            machine.boot(blocks, repair=disk_failed)
            if delivers and not disk_failed:
                self._check_as_left(machine)
            self._play(machine, delivers)
            self._count(machine, [*expected, *machine.seen])
            self._see_what_is_said()
            if delivers:
                self._read_the_journal(machine)
        except AssertionError as problem:
            self.complaints.append(str(problem))
        finally:
            if self.complaints:
                machine.keep(blocks, expected, self)
            machine.die()

    def _check_as_left(self, machine):
        """Before a daemon has seen it: what is there may lack something, and does not contradict itself."""
        if (machine.daemon.state / "ring").exists():
            _, check = machine.verify_against([])
            said = {kind: check[kind] for kind in WRONG if check[kind]}
            if said:
                self.complaints.append(f"the check of what is left says, before a daemon has started: {said}")

    def _play(self, machine, delivers):
        daemon = machine.daemon
        daemon.start()
        response, notice = one(daemon, machine.device, ALLOWED)
        assert response, f"the first exchange is refused: {notice['reason']}"
        with daemon.control() as control:
            if self._is_tainted and LETTER not in control.ask(GET_TAINT)["unacknowledged"]:
                self.complaints.append("a letter of taint is lost that was there before its exchange was answered")
        for sentence in daemon.status()["attention"]:
            machine.note(sentence)
            if any(alarm in sentence for alarm in self._alarms):
                self.complaints.append(sentence)
        if delivers:
            machine.settle_daemon()
        else:
            daemon.kill()

    def _do_as_told(self):
        """journald may leave a file that libsystemd refuses, although nothing of it is missing: the check says how it can be
        read. Whether there was one."""
        for file in self.check["unread"]:
            told = re.search(r"nothing of it is missing.*'(truncate --size=\d+)'", file["reason"])
            if told:
                subprocess.run([*told[1].split(), file["path"]], check=True)
                self.files_made_readable += 1
        return self.files_made_readable > 0

    def _count(self, machine, expected):
        self._hold_against(machine, expected)
        if self._do_as_told():
            self._hold_against(machine, expected)
        if self.lost:
            self.complaints.append(f"{self.lost} of those whose record was on the disk are lost")

    def _hold_against(self, machine, expected):
        durable = [exchange.digest for exchange in expected if exchange.is_durable]
        if durable:
            _, check = machine.verify_against(durable)
            self.lost = missing(check)
        self.status, self.check = machine.verify_against([exchange.digest for exchange in expected])
        self.may_be_lost = missing(self.check) - self.lost

    def _see_what_is_said(self):
        outcome = self.check["outcome"]
        if not is_honest(self.check, self.may_be_lost):
            said = {name: self.check[name] for name in (*LISTS, "unread") if self.check[name]}
            self.complaints.append(f"the check says {outcome!r} where {self.may_be_lost} may be lost: {said}")
        if (self.status == 0) != (outcome == "whole"):
            self.complaints.append(f"the check says {outcome!r} and ends with {self.status}")

    def _read_the_journal(self, machine):
        """Without the tool that is tested."""
        records = machine.journald.entries("SYSLOG_IDENTIFIER=doe-auditd")
        self.on_record = {record.get("DOE_REQUEST_SHA256") for record in records}
        # By the daemon of this boot: what one before has told of is another loss.
        told = [
            record for record in records
            if record["DOE_EVENT"] == "records-lost" and record["DOE_BOOT"] == machine.boot_id]
        lacking = [
            record["MESSAGE"] for record in records
            if record["DOE_EVENT"] == "taint-lost" and record["DOE_BOOT"] == machine.boot_id]
        if lacking and not self._disk_failed:
            self.complaints.append(f"the ledger was on its disk, and a record says: {lacking[-1]}")
        if self.may_be_lost and not told:
            self.complaints.append(f"{self.may_be_lost} are lost and no record says so")
        strange = {loss["DOE_STATUS"] for loss in told} - self._expected_losses
        if strange:
            self.complaints.append(f"the record of a loss says {', '.join(sorted(strange))}: {told[-1]['MESSAGE']}")
        counts = [int(loss["DOE_COUNT"]) for loss in told if "DOE_COUNT" in loss]
        if counts and max(counts) < self.may_be_lost:
            self.complaints.append(f"{self.may_be_lost} are lost and the record of the loss says {max(counts)}")


def at_device(check):
    """What was counted there; of a check that was held against nothing, nothing."""
    return check.get("device", {"executed": 0, "recorded": 0, "lost": 0, "accounted": 0})


def missing(check):
    return at_device(check)["lost"] + at_device(check)["accounted"]


def summed(aftermaths):
    """What the checks of all moments found, as one."""
    checks = [after.check for after in aftermaths if after.check]
    outcomes = [check["outcome"] for check in checks]
    total = {name: [entry for check in checks for entry in check[name]] for name in LISTS}
    total["device"] = {
        name: sum(at_device(check)[name] for check in checks) for name in ("executed", "recorded", "lost", "accounted")}
    for name in ("duplicates", "conflicts"):
        total[name] = sum(check[name] for check in checks)
    total["outcome"] = max(outcomes, key=["whole", "accounted", "unknown", "unanchored", "broken"].index)
    return total
