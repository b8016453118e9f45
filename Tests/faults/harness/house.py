"""One scenario's daemon, journald, device and directories, and the check of what they leave."""

import json
import os
import re
import shutil
import signal
import subprocess

from support import journal, places, processes, tool
from support.daemon import Daemon

from . import device, load
from .scenario import Impossible
from .unit import Unit

CONFIGURATION = "/run/systemd/journald@doe-audit-private.conf.d"
UNLIMITED = "RateLimitIntervalSec=0"
# One with a namespace's name ends when nothing comes for 30 s, by a clock that may have stepped; not with this.
STAYS = "MaxRetentionSec=10year"


def own_configuration():
    """Hides the host's /run/systemd behind an empty one, in this namespace alone: journald is configured there."""
    os.makedirs("/run/systemd", exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M,mode=755", "tmpfs", "/run/systemd"], check=True)


class Journald(journal.PrivateJournal):
    """A journald that can be configured, and killed."""

    def __init__(self, directory, environment=None):
        super().__init__(directory)
        self._environment = environment or {}

    def start(self, *settings):
        os.makedirs(CONFIGURATION, exist_ok=True)
        with open(f"{CONFIGURATION}/faults.conf", "w") as file:
            file.write("\n".join(["[Journal]", STAYS, *(settings or (UNLIMITED,)), ""]))
        before = dict(os.environ)
        os.environ.update(self._environment)
        try:
            return super().start()
        finally:
            os.environ.clear()
            os.environ.update(before)

    @property
    def is_running(self):
        return self._script is not None

    def kill(self):
        """Without notice: what its socket held goes with it."""
        os.kill(self.pid, signal.SIGKILL)
        self.stop()


class House:
    def __init__(self, directory, environment=None, journald_environment=None, new_device=device.new_device):
        self.directory = directory
        self._mounts = []
        self.journald = Journald(directory / "journal", journald_environment)
        (directory / "journal").mkdir()
        self.device = new_device(directory)
        rules = directory / "rules"
        rules.mkdir(mode=0o755)
        (rules / "50-faults.rules").write_text(device.RULES)
        (rules / "50-faults.rules").chmod(0o644)
        self.daemon = Daemon(
            directory, self.journald, rules, simulate=self.device.simulate, options=self.device.options,
            environment=environment)
        if environment:
            # libfaketime sets a variable as it is loaded, and Swift looks for the arguments beside the environment: it
            # finds them only if the variable was there before. So `env` gets it first.
            self.daemon.arguments.insert(0, "/usr/bin/env")
        self.heard = []
        self.kept = None
        """Where to keep what a machine's death left that was not right."""
        self.closes_answers = False
        """Whether nothing but the daemon is ended: then no exchange that was answered may be told as interrupted."""
        self._loads = []
        self._unit = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for running in self._loads:
            running.stop()
        self.daemon.clean_up()
        self.journald.stop()
        self.device.close()
        if self._unit:
            self._unit.remove()
        for place in reversed(self._mounts):
            subprocess.run(["umount", "--lazy", place], check=False)
        shutil.rmtree(self.directory, ignore_errors=True)

    def load(self, clients=4):
        running = load.Load(self.daemon, self.device, clients)
        self._loads.append(running)
        return running

    def become_unit(self):
        """For journald the daemon is a unit's from now on."""
        self._unit = Unit(self.daemon.pid)
        if not self._unit.exists():
            raise Impossible("needs a control group hierarchy that can be written")

    def see_delivery(self, seconds=120):
        """Waits until the journal has taken as many records as there were when this began. The clients go on asking
        meanwhile, and keep the ring as full as it may be: that it empties would say something about them."""
        wanted = self.daemon.status()["trail"]["sequence"]

        def is_taken():
            trail = self.daemon.status()["trail"]
            return trail["sequence"] - trail["unconfirmed"] >= wanted
        processes.eventually(is_taken, "delivery goes on", seconds)

    def see_waiting(self, kind, count, seconds=60):
        """Waits until so many records wait in the ring: `unconfirmed`, of which `pending` were not handed over yet."""
        processes.eventually(
            lambda: self.daemon.status()["trail"][kind] >= count, f"{count} records in the ring are {kind}", seconds)

    def hear(self):
        """Notes what the daemon's status says is wrong now."""
        for sentence in self.daemon.status()["attention"]:
            self.note(sentence)

    def note(self, sentence):
        sentence = sentence.strip().replace(str(self.directory), "")

        def same(other):
            return re.sub(r"\d+", "", other) == re.sub(r"\d+", "", sentence)
        # The same with another number takes the place of the one before.
        self.heard = [other for other in self.heard if not same(other)]
        if sentence:
            self.heard.append(sentence)

    def hear_nothing_of(self, word):
        """Nobody has said anything about it, in the status or on the way."""
        told = [sentence for sentence in self.heard if word in sentence]
        assert not told, f"told of: {told}"

    def hear_eventually(self, words):
        """Waits until the status says this."""
        def said():
            return any(words in sentence for sentence in self.daemon.status()["attention"])
        processes.eventually(said, f"the status says {words!r}: {self.daemon.status()['attention']}", 30)
        self.hear()

    def start_and_note(self):
        """The daemon starts, and what it says is noted."""
        before = len(self.daemon.said()) if self.daemon.output.exists() else 0
        self.daemon.start()
        self.note_said(before)

    def note_said(self, before):
        for line in self.daemon.said()[before:].splitlines():
            self.note(line.removeprefix("doe-auditd: "))

    def fails_to_start(self):
        """The daemon cannot start, and says why."""
        before = len(self.daemon.said()) if self.daemon.output.exists() else 0
        try:
            self.daemon.start()
        except AssertionError:
            assert self.daemon.process.returncode == 3, self.daemon.said()
            self.note_said(before)
            return
        raise AssertionError("the daemon started in spite of the fault")

    def restart(self):
        self.daemon.kill()
        self.daemon.start()

    def mount(self, place, *arguments):
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", *arguments, str(place)], check=True)
        place.chmod(0o700)
        self._mounts.append(str(place))

    def mount_tmpfs(self, place, size):
        self.mount(place, "-t", "tmpfs", "-o", f"size={size}", "tmpfs")

    def unmount(self, place):
        subprocess.run(["umount", str(place)], check=True)
        self._mounts.remove(str(place))

    def source(self, place):
        """The block device that is mounted there."""
        run = subprocess.run(
            ["findmnt", "--noheadings", "--output", "SOURCE", "--mountpoint", str(place)], capture_output=True,
            text=True, check=True)
        return run.stdout.strip()

    def remount(self, place, options):
        subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)

    def settle(self, seconds=150):
        """Waits until the journal holds everything, then ends the daemon in order."""
        for running in self._loads:
            running.stop()
        assert self.daemon.process.poll() is None, f"the daemon is gone: {self.daemon.said()}"
        processes.eventually(
            lambda: self.daemon.status()["trail"]["unconfirmed"] == 0, "the journal holds every record", seconds)
        assert self.daemon.terminate() == 0, self.daemon.said()

    def verify(self):
        """(exit status, what the checker found), against what the device has executed."""
        if self.closes_answers:
            self._see_answers_closed()
        executed = self.device.executed()
        assert executed, "nothing has reached the device, so this shows nothing"
        return self.verify_against(executed)

    def _see_answers_closed(self):
        interrupted = {
            record.get("DOE_REQUEST_SHA256") for record in self.journald.entries("DOE_EVENT=exchange-interrupted")}
        answered = set().union(*(running.digests for running in self._loads))
        wrong = interrupted & answered
        assert not wrong, f"{len(wrong)} exchanges were answered, and their records say that they were interrupted"

    def ring_holds(self, digest):
        """Whether the ring has the exchange's record, whatever the journal has."""
        nothing = self.directory / "nothing"
        nothing.mkdir(exist_ok=True)
        return self.verify_against([digest], nothing)[1]["device"]["recorded"] == 1

    def verify_against(self, digests, journal=None):
        """A log without a line is no success, so without digests journal and ring alone are checked: the answer then has
        no `device`."""
        options = []
        if digests:
            log = self.directory / "device.log"
            log.write_text("".join(f"{digest}\n" for digest in digests))
            options = ["--device-log", log]
        answer = tool.run(
            "report", "--verify", "--json", "--directory", journal or self.journald.log, "--state-directory",
            self.daemon.state, *options)
        assert answer.status in (0, 1, 3), answer
        return answer.status, json.loads(answer.output)

    def is_right(self, status, check, may_lose):
        """Whether the check found what it may find."""
        if (status == 0) != (check["outcome"] == "whole"):
            return False
        if check["outcome"] == "whole" or lacks_taint_alone(check):
            return True
        return may_lose and (check["outcome"] == "accounted" or is_told(check))


def lacks_taint_alone(check):
    """The ledger was taken away, which is on record, and no record is missing."""
    return (
        check["outcome"] == "accounted" and not check["losses"] and not check["ring"]["owesLoss"]
        and check["device"]["lost"] == 0)


def is_told(check):
    """Records that were lost from the middle of the ring leave holes, which no loss accounts for; but it is on record that
    there was one, and nothing else is wrong."""
    wrong = ("chainBreaks", "conflicts", "differences", "doubts")
    return check["outcome"] == "broken" and bool(check["losses"]) and not any(check[kind] for kind in wrong)


def fill(place):
    """Takes every block of a file system; returns the file to remove again."""
    filler = place / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
    return filler
