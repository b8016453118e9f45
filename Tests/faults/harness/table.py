"""What was counted, as a table for docs/ and as lines for a terminal."""

import datetime
import platform
import subprocess
import textwrap

COLUMNS = (
    "Fault", "Exchanges at the device", "With a record", "Lost", "Lost, and on record as lost",
    "Duplicates recognised", "Numbers missing, explained", "Unexplained", "What the daemon said")


def cells(row):
    check = row["check"]
    device = check["device"]
    return [
        row["name"], device["executed"], device["recorded"], device["lost"], device["accounted"], check["duplicates"],
        sum(gap["last"] - gap["first"] + 1 for gap in check["accountedGaps"]),
        sum(gap["last"] - gap["first"] + 1 for gap in check["unexplainedGaps"]), said(row["heard"])]


def said(sentences):
    short = [textwrap.shorten(sentence.replace("|", "/"), 180, placeholder=" ...") for sentence in sentences[-3:]]
    return "; ".join(short) or "nothing"


def line(row):
    numbers = cells(row)
    return (
        f"{numbers[1]} at the device, {numbers[2]} with a record, {numbers[3]} lost, {numbers[4]} on record as lost, "
        f"{numbers[5]} duplicates, {numbers[6]} missing and explained, {numbers[7]} unexplained")


def version(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def page(rows, impossible, failed, options, counted_by, daemon):
    """docs/faults.md."""
    today = datetime.date.today().isoformat()
    head = f"""\
    # Every fault, and what it leaves of the trail

    Made by `make faults`, which writes this page; do not edit it by hand.
    {today}, doe-auditd {version(str(daemon), "--version")}, Linux {platform.release()} on {platform.machine()},
    {version("journalctl", "--version")}, {options.kills} kills, {2 * options.deaths} deaths of
    the machine, seed {options.seed}.

    Each row is one scenario of `Tests/faults/harness/`: the release build of the daemon, a real systemd-journald of its
    own, four to eight clients that never stop asking and come back when the daemon does. No request is like another.
    Exchanges at the device are counted by
    {counted_by}.
    When the fault is over, the daemon delivers what it still has and ends, and `doe-audit report --verify --device-log`
    ([verify.md](verify.md)) reads journal and ring. A fault that destroys records may lose some, but not in silence:
    then a record says so. Numbers that it took from the middle of an instance count as unexplained all the same
    ([why](decisions/0035-a-loss-names-an-end.md)).

    Where the machine dies or ends, ring and journal lie on a disk that remembers its writes and can fail
    ([how](decisions/0040-a-disk-that-remembers.md)). A row adds up all its moments: what had reached the device by then,
    and what has a record after the next boot. What was sent to a mailbox of this host has to have one, or the run fails.
    What was sent to a simulated or a remote one may be lost and has to be told. A letter of taint has to be there if its
    exchange was answered, and nothing may be told but that the power was cut, unless the disk has failed.
    """
    text = textwrap.dedent(head) + "\n"
    text += "| " + " | ".join(COLUMNS) + " |\n" + "|---" + "|---:" * (len(COLUMNS) - 2) + "|---|\n"
    for row in rows:
        text += "| " + " | ".join(str(cell) for cell in cells(row)) + " |\n"
    if failed:
        text += "\n**Failed in this run**, and so not to be relied on:\n\n" + "".join(f"- {name}\n" for name in failed)
    if impossible:
        text += "\nNot possible on that machine:\n\n"
        text += "".join(f"- {name}: {reason}\n" for name, reason in impossible)
    return text
