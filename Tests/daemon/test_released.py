"""What released versions wrote is read, and what they answered is there still (docs/compatibility.md)."""

import collections
import gzip
import hashlib
import json
import pathlib
import re
import shutil
import sys
import time

from support import places, tool
from support.case import DaemonCase
from support.interface import Interface

RELEASED = places.ROOT / "Tests" / "released"
sys.path.insert(0, str(RELEASED))
import session  # noqa: E402

CONTROL = session.CONTROL
VERSIONS = sorted(path.name for path in RELEASED.iterdir() if (path / "interface.varlink").exists())

EXPLAIN = "`policy explain` says `cannot tell`"
LEASES = "In the JSON of `report` a refused lease"
# What a version did otherwise than today's programs do: where, and the beginning of the row in CHANGELOG.md that says so.
BREAKS = {
    "0.1.0": {
        "status: 'no trail' ended with 0, and ends with 3": "`report` ends with 3",
        "rules: 0001:02 --uid 1: request was [], and is ['opaque']": EXPLAIN,
        "rules: 0001:02 --uid 1: verdict was deny, and is allow": EXPLAIN,
        "rules: abcd:20 --uid 0: verdict was deny, and is cannot tell": EXPLAIN,
        "rules: abcd:20 --uid 1000: verdict was deny, and is cannot tell": EXPLAIN,
        "rules: abcd:20 --uid 2500: verdict was deny, and is cannot tell": EXPLAIN,
        "report: leased was told 3 times, and is told 0 times": LEASES,
    },
}


def kept(version, name):
    content = gzip.decompress((RELEASED / version / name).read_bytes())
    return json.loads(content) if name.endswith(".json.gz") else content


def shape(value):
    """What a program may count on: keys, and what kind of value each has. Of a list it is that of all its elements."""
    if isinstance(value, dict):
        # Keys that are no words are names of this run: a map.
        if not all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", key) for key in value):
            value = {"*": list(value.values())}
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        whole = None
        for inner in value:
            whole = merged(whole, shape(inner))
        return [whole]
    return {type(None): None, bool: "bool", int: "number", float: "number", str: "text"}[type(value)]


def merged(one, other):
    if one is None or other is None or one == other:
        return one if other is None else other
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: merged(one.get(key), other.get(key)) for key in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        return [merged(one[0], other[0])]
    raise AssertionError(f"two kinds of values in one place: {one} and {other}")


def lacks(old, new, place):
    """Each place at which something is gone, or is of another kind."""
    if old is None:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key, inner in old.items():
            if key in new:
                yield from lacks(inner, new[key], f"{place}.{key}")
            else:
                yield f"{place}.{key} is gone"
    elif isinstance(old, list) and isinstance(new, list):
        yield from lacks(old[0], new[0], f"{place}[]")
    elif type(old) is not type(new) or (isinstance(old, str) and old != new):
        yield f"{place} was {old if isinstance(old, str) else type(old).__name__}, and is {new}"


class Promises(DaemonCase):
    def assert_broken(self, found, version, part):
        """What is found is what is known, each and no other."""
        known = {place for place in BREAKS[version] if place.startswith(f"{part}: ")}
        found = {f"{part}: {line}" for line in found}
        self.assertEqual(
            sorted(found - known), [], f"a promise of {version}: mend it, or say it in CHANGELOG.md and in BREAKS")
        self.assertEqual(sorted(known - found), [], f"of {version}: no break any more")


class Released(Promises):
    """The same run, by the programs of today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = places.new_directory()
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.words = {version: cls.believed(version, folder / version) for version in VERSIONS}
        cls.runs = {}
        for version in VERSIONS:
            run = folder / f"run-{version}"
            run.mkdir(mode=0o755)
            cls.runs[version] = session.Session("support", run, cls.words[version])
            cls.runs[version].play()

    @staticmethod
    def believed(version, folder):
        """Its rules, where nobody but root may write, whatever the checkout's umask was."""
        shutil.copytree(RELEASED / version / "rules", folder)
        folder.chmod(0o755)
        for file in folder.iterdir():
            file.chmod(0o644)
        return folder

    def each(self):
        return [(version, self.runs[version]) for version in VERSIONS]

    def test_each_break_stands_in_the_changelog_with_its_reason(self):
        rows = (places.ROOT / "CHANGELOG.md").read_text().split("### Breaks")[1].splitlines()
        for version in VERSIONS:
            for place, beginning in BREAKS[version].items():
                found = [row for row in rows if row.startswith(f"| {beginning}")]
                self.assertEqual(len(found), 1, (place, beginning))

    def test_each_answer_of_the_tool_has_the_keys_that_it_had(self):
        for version, run in self.each():
            found = []
            for name, old in kept(version, "commands.json.gz").items():
                before, now = shape(old["json"]), shape(run.commands[name]["json"])
                # What it finds is the host's: which of these has a remedy, say.
                found += lacks(dict.fromkeys(before) if name == "doctor" else before, now, name)
            self.assert_broken(found, version, "tool")

    def test_each_command_ends_as_it_did(self):
        for version, run in self.each():
            found = [
                f"'{name}' ended with {old['status']}, and ends with {run.commands[name]['status']}"
                for name, old in kept(version, "commands.json.gz").items()
                # What this one finds is the host's.
                if old["status"] != run.commands[name]["status"] and name != "doctor"]
            self.assert_broken(found, version, "status")

    def test_each_call_is_answered_as_it_was(self):
        for version, run in self.each():
            found = []
            for name, old in kept(version, "calls.json.gz").items():
                found += lacks(shape(old), shape(run.calls[name]), name)
                if old.get("error") != run.calls[name].get("error"):
                    found.append(f"{name} answered {old.get('error')}, and answers {run.calls[name].get('error')}")
            self.assert_broken(found, version, "calls")

    def test_the_interface_describes_all_that_it_described(self):
        for version, run in self.each():
            old = Interface((RELEASED / version / "interface.varlink").read_text())
            new = Interface(run.calls["GetInterfaceDescription"]["parameters"]["description"])
            found = []
            for name in old.types:
                found += self.fields(old.types[name], new.types.get(name), name)
            for name in old.errors:
                found += self.fields(old.errors[name], new.errors.get(name), name)
            for name, (arguments, result) in old.methods.items():
                now = new.methods.get(name, (None, None))
                found += self.fields(result, now[1], f"{name}'s answer")
                found += self.fields(arguments, now[0], f"{name}'s parameters")
                found += [f"{name} needs {more}" for more, kind in (now[0] or {}).items()
                          if more not in arguments and kind[0] != "?"]
            self.assert_broken(found, version, "interface")

    @staticmethod
    def fields(old, new, place):
        if new is None:
            yield f"{place} is gone"
            return
        for name, kind in old.items():
            if name not in new:
                yield f"{place}.{name} is gone"
            elif new[name] != kind:
                yield f"{place}.{name} was {kind}, and is {new[name]}"

    def test_its_rules_come_to_the_verdicts_that_they_came_to(self):
        for version, run in self.each():
            found = []
            for old, new in zip(kept(version, "explained.json.gz"), run.explained, strict=True):
                self.assertEqual(old["question"], new["question"])
                for key in ("verdict", "rule", "class", "taint", "request", "mode", "would"):
                    if old["answer"].get(key) != new["answer"].get(key):
                        found.append(
                            f"{' '.join(old['question'])}: {key} was {old['answer'].get(key)}, and is {new['answer'].get(key)}")
            self.assert_broken(found, version, "rules")

    def test_what_it_expected_of_its_rules_holds(self):
        for version, run in self.each():
            answer = tool.run("policy", "check", "--json", "--rules", self.words[version]).json
            self.assert_broken([line["message"] for line in answer["differences"]], version, "expected")
            tried = tool.run("policy", "test", "--json", "--rules", self.words[version])
            self.assertEqual((tried.status, tried.json["differences"]), (0, []))
            self.assertGreater(tried.json["expectations"], 90)


class OldTrail(Promises):
    """The journal that a released version's daemon wrote, as an export."""

    def export(self, version, change=lambda content: content):
        file = self.directory / "old.export"
        file.write_bytes(change(kept(version, "journal.export.gz")))
        return file

    def report(self, file, *options):
        return tool.run("report", "--json", "--file", file, *options).json

    def each(self):
        return [(version, kept(version, "commands.json.gz")) for version in VERSIONS]

    def test_the_report_finds_the_facts_that_its_own_report_found(self):
        for version, commands in self.each():
            old, new = commands["report"]["json"], self.report(self.export(version))
            for key in ("records", "exchanges", "duplicates", "instances", "first", "last", "counts", "objects", "chainBreaks"):
                self.assertEqual(old[key], new[key], key)
            told = [collections.Counter(line["kind"] for line in report["attention"]) for report in (old, new)]
            self.assert_broken([
                f"{kind} was told {count} times, and is told {told[1][kind]} times" for kind, count in told[0].items()
                if told[1][kind] < count], version, "report")

    def test_its_chain_is_checked_to_its_end(self):
        for version, commands in self.each():
            old, new = commands["verify"]["json"], self.verified(self.export(version))
            for key in ("records", "duplicates", "losses", "foreign"):
                self.assertEqual(old[key], new[key], key)
            self.assertEqual(self.faults(new), self.faults({**new, **old}))
            self.assertEqual(self.faults(new), (0, 0, 0, 0, 0))
            self.assertEqual(
                [(line["instance"], line["last"]) for line in old["instances"]],
                [(line["instance"], line["last"]) for line in new["instances"]])

    def verified(self, file):
        return self.report(file, "--verify", "--accept-unanchored")

    @staticmethod
    def faults(answer):
        return (len(answer["chainBreaks"]), len(answer["unexplainedGaps"]), answer["conflicts"], answer["unreadable"],
                answer["unchecked"])

    def test_what_is_changed_in_it_is_found(self):
        for version, _ in self.each():
            whole = kept(version, "journal.export.gz")
            names = set(re.findall(rb"(?m)^(DOE_[A-Z0-9_]+|MESSAGE|PRIORITY)=", whole))
            self.assertGreater(len(names), 40)
            for name in names:
                with self.subTest(field=name.decode()):
                    file = self.export(version, lambda content: self.changed(content, name))
                    self.assertNotEqual(self.faults(self.verified(file)), (0, 0, 0, 0, 0))

    @staticmethod
    def changed(content, name):
        """With another first character in the field, of a record that is no instance's first."""
        entries = content.split(b"\n\n")
        index, place = next(
            (index, match.end()) for index, entry in enumerate(entries)
            for match in [re.search(rb"(?m)^" + name + rb"=", entry)] if match
            and re.search(rb"(?m)^DOE_SEQ=([2-9]|[0-9]{2,})$", entry))
        entry = entries[index]
        entries[index] = entry[:place] + (b"7" if entry[place:place + 1] != b"7" else b"6") + entry[place + 1:]
        return b"\n\n".join(entries)

    def test_it_has_many_kinds_of_events(self):
        for version, _ in self.each():
            events = set(re.findall(rb"(?m)^DOE_EVENT=(.+)$", kept(version, "journal.export.gz")))
            self.assertGreaterEqual(len(events), 14, events)


class OldLeases(DaemonCase):
    """The file in which leases outlive a daemon, as 0.1.0 wrote it. Only a lab's host gives leases; any host ends them."""

    def test_a_file_of_0_1_0_is_taken_up(self):
        daemon = self.new_daemon()
        boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
        now, wall, hour = int(time.clock_gettime(time.CLOCK_BOOTTIME) * 1e6), int(time.time() * 1e6), 3_600_000_000
        times = f"{now} {wall} {now + hour} {wall + hour}"
        body = (
            f"doe-audit-leases 1\nboot {boot}\n"
            f"lease 00000000000000ff sim:cxl 8086:0d93 0000000000001234 {times} uid 1000 LAB-17, poison on the link\n"
            f"lease 0123456789abcdef sim:vendor none unknown {times} unit lab.service a day in the lab\n")
        daemon.state.mkdir(mode=0o700)
        leases = daemon.state / "leases"
        leases.write_text(f"{body}sha256 {hashlib.sha256(body.encode()).hexdigest()}\n")
        leases.chmod(0o600)
        daemon.start()
        names = ("LEASE", "LEASE_HOLDER", "LEASE_REASON", "LEASE_UNTIL", "MAILBOX", "STATUS")
        self.assertEqual(
            [tuple(record[f"DOE_{name}"] for name in names) for record in daemon.all_records().values()
             if record["DOE_EVENT"] == "lease-ended"],
            # As 0.1.0 itself did at its start.
            [("00000000000000ff", "uid 1000", "LAB-17, poison on the link", str(wall + hour), "sim:cxl", "mode"),
             ("0123456789abcdef", "unit lab.service", "a day in the lab", str(wall + hour), "sim:vendor", "mode")])
