"""One run over simulated mailboxes, the same for each version: what is asked of them, and which commands and calls follow.
`support` is Tests/daemon/support of the version that is run, so nothing here depends on how a daemon is started."""

import importlib
import json
import os
import socket
import subprocess

CONTROL = "org.doeaudit.Control1"
SERVICE = "org.varlink.service"
WORDS = "50-words"

# What `policy explain` is asked; each with the rules of `0.1.0/rules`.
QUESTIONS = [
    *([f"abcd:{kind}", "--uid", uid] for kind in (
        "01", "07", "08", "10", "11", "12", "13", "14", "15", "16", "17", "18", "20", "30", "31", "32", "34", "36")
      for uid in ("0", "1000", "2500")),
    # Other users' groups are the host's.
    ["abcd:33", "--uid", "0"],
    ["abcd:18", "--uid", "7", "--mode", "bring-up"],
    ["abcd:20", "--uid", "7", "--mailbox", "sim:cxl"],
    ["abcd:22", "--uid", "7", "--mailbox", "remote:emulator"],
    ["abcd:34", "--uid", "7", "--unit", "attestation.service"],
    ["abcd:34", "--uid", "7", "--unit", "agent@gpu.service"],
    ["abcd:35", "--uid", "7", "--exe", "/opt/nvidia/bin/tool"],
    ["abcd:35", "--uid", "7", "--exe", "/opt/a/b/bin/tool"],
    ["abcd:36", "--via", "tcp"],
    ["abcd:12", "--uid", "7", "--permissive"],
    ["abcd:99", "--uid", "7"],
    ["1234:56", "--uid", "0"],
    ["0001:02", "--uid", "1"],
    *(["0001:01", "--uid", uid, "--spdm", name] for uid in ("1", "2", "3") for name in (
        "GET_VERSION", "CHALLENGE", "0x90", "0x91", "IDE_KM.KEY_PROG", "TDISP.LOCK_INTERFACE_REQUEST",
        "TDISP.GET_TDISP_VERSION", "CXL-TSP.CLEAR_TARGET_CKID_KEY", "PCI-SIG.10de", "IANA.01020304", "OOB_KEY_UPDATE")),
    *(["1e98:00", "--uid", uid, "--mode", "bring-up", "--compliance", name, *more] for more in ([], ["--leased"])
      for uid in ("0", "7") for name in ("capabilities", "media-poison", "0x2a", "0x2b")),
    ["1e98:00", "--uid", "0", "--compliance", "capabilities"],
]


class Session:
    def __init__(self, support, folder, rules):
        """Rules of that version, its own and those with each word, lie in `rules`."""
        self.folder, self.words = folder, rules
        load = lambda name: importlib.import_module(f"{support}.{name}")  # noqa: E731
        self.doe, self.tool, self.places, self.processes, self.spdm = map(load, ("doe", "tool", "places", "processes", "spdm"))
        self.journal = load("journal").PrivateJournal(folder / "journal")
        self.rules = load("daemon").copy_rules(self.places.RULES, folder / "rules")
        self._daemon = load("daemon").Daemon
        # A peer that takes a request and never answers.
        self.silent = socket.create_server(("127.0.0.1", 0))
        self.silent.settimeout(30)
        self.remote = f"silent=127.0.0.1:{self.silent.getsockname()[1]}"
        self.commands, self.calls, self.explained = {}, {}, []
        self._started = []

    def daemon(self, *options):
        daemon = self._daemon(
            self.folder, self.journal, self.rules, options=("--remote", self.remote, "--ring-slots", "64", *options))
        self._started.append(daemon)
        return daemon

    def play(self):
        """All of it; what was written is in `commands`, `calls`, `explained`, and in the journal."""
        (self.folder / "journal").mkdir()
        self.journal.start()
        try:
            daemon = self.daemon().start()
            self.instance = daemon.instance
            self.exchanges(daemon)
            self.ask_tool(daemon)
            self.ask_control(daemon)
            self.die_in_the_middle(daemon)
            daemon.start()
            daemon.all_records()
            daemon.kill()
            # What shows whether the ring is whole is gone: a loss on record.
            (daemon.runtime / "ring-shadow").unlink()
            daemon.start()
            daemon.all_records()
            assert daemon.terminate() == 0
            daemon = self.daemon("--permissive").start()
            self.ask(daemon, self.doe.named("1e98:07", bytes(4)))
            daemon.all_records()
            # The journal is looked into when its end is on record too.
            assert daemon.terminate() == 0
            self.ask_trail(daemon)
            self.ask_rules()
        finally:
            for daemon in self._started:
                daemon.clean_up()
            self.journal.stop()
            self.silent.close()

    def ask(self, daemon, request, mailbox="sim:cxl", uid=0):
        def ask():
            with daemon.connect(mailbox) as connection:
                connection.exchange(request)
        if uid == 0:
            ask()
        else:
            self.processes.as_user(uid, ask)

    def exchanges(self, daemon):
        doe = self.doe
        os.chmod(daemon.control_socket, 0o666)
        self.ask(daemon, doe.discovery(0))
        self.ask(daemon, doe.discovery(0), uid=self.processes.NOBODY)
        self.ask(daemon, doe.named(doe.ECHO, b"released"), "sim:vendor")
        self.ask(daemon, doe.named("10de:77", bytes(4)), "sim:vendor")
        self.ask(daemon, doe.named("1e98:07", bytes(4)))
        self.ask(daemon, doe.named("0001:01", bytes.fromhex("10840000")), uid=self.processes.NOBODY)
        self.ask(daemon, doe.named(doe.COMPLIANCE, bytes(4)))
        self.ask(daemon, b"no object")
        self.ask(daemon, doe.named(doe.ECHO, bytes(200000)), "sim:vendor", uid=self.processes.NOBODY)
        with daemon.control() as control:
            control.call(f"{CONTROL}.StartLease", {"mailbox": "sim:cxl", "seconds": 60, "reason": "a lab"})
            # Broken rules, and then the good ones again.
            broken = self.rules / "10-broken.rules"
            broken.write_text("allow usr=root\n")
            control.call(f"{CONTROL}.ReloadPolicy")
            broken.unlink()
            control.call(f"{CONTROL}.ReloadPolicy")

        def change():
            with daemon.control() as control:
                control.call(f"{CONTROL}.ReloadPolicy")
        self.processes.as_user(self.processes.NOBODY, change)

    def die_in_the_middle(self, daemon):
        child = os.fork()
        if child == 0:
            try:
                self.ask(daemon, self.doe.named("10de:01", bytes(4)), "remote:silent")
            finally:
                os._exit(0)
        peer, _ = self.silent.accept()
        peer.recv(64)
        daemon.kill()
        peer.close()
        os.waitpid(child, 0)

    def command(self, name, *arguments, daemon=None, **options):
        answer = self.tool.run(*arguments, daemon=daemon, **options)
        try:
            said = json.loads(answer.output)
        except ValueError:
            said = None
        self.commands[name] = {"status": answer.status, "json": said}

    def ask_tool(self, daemon):
        nobody = self.folder / "nobody"
        nobody.mkdir()
        for words in (
                "status", "mailboxes", "taint", "lease list", "config show", "policy show", "doctor", "discover sim:cxl",
                "cdat sim:cxl", "exchange sim:vendor 10de:01 --data 72656c65", "exchange sim:cxl 1e98:00 --data 00000000",
                "lease end sim:cxl", "lease start sim:cxl --for 30m --reason lab", "policy reload", "discover sim:none"):
            self.command(words, *words.split(), "--json", daemon=daemon)
        for words in ("", "taint --check", "status"):
            self.command(f"text {words}", *words.split(), daemon=daemon)
        for words in ("statuss", "exchange", "exchange sim:cxl nothing", "lease start sim:cxl --for 1d --reason x"):
            self.command(f"wrong {words}", *words.split(), daemon=daemon)
        for words in ("status", "mailboxes", "taint", "policy reload", "exchange sim:cxl 0001:00"):
            self.command(f"nobody {words}", *words.split(), "--runtime-directory", nobody)
        self.command("version", "--version")
        self.command("help", "--help")

    def ask_trail(self, daemon):
        trail = ("--directory", self.journal.log)
        self.command("report", "report", "--json", *trail)
        self.command("verify", "report", "--verify", "--json", *trail, "--state-directory", daemon.state)
        self.command("suggest", "policy", "suggest", "--json", "--rules", self.rules, *trail)
        self.command("backtest same", "policy", "test", "--json", "--rules", self.rules, *trail)
        self.command("backtest others", "policy", "test", "--json", "--rules", self.words, *trail)
        record = ("--seq", "3", "--instance", self.instance)
        self.command("explain record", "policy", "explain", *record, "--json", "--rules", self.rules, *trail)
        self.command("no trail", "report", "--json", "--directory", self.folder / "nobody")

    def ask_rules(self):
        broken = self.folder / "broken"
        broken.mkdir(mode=0o755)
        (broken / "50-site.rules").write_text("allow usr=root\ndeny object=zz\n")
        self.command("rules check", "policy", "check", "--json", "--rules", self.words)
        self.command("rules lint", "policy", "check", "--json", "--lint", "--rules", self.words)
        self.command("rules test", "policy", "test", "--json", "--rules", self.words)
        self.command("rules show", "policy", "show", "--json", "--rules", self.words)
        self.command("rules broken", "policy", "check", "--json", "--rules", broken)
        self.command("rules missing", "policy", "check", "--json", "--rules", self.folder / "none")
        self.command("rules format", "policy", "format", "--check", self.words / f"{WORDS}.rules")
        self.command("rules format broken", "policy", "format", "--check", broken / "50-site.rules")
        for question in QUESTIONS:
            answer = self.tool.run("policy", "explain", *question, "--kernel", "6.12", "--json", "--rules", self.words)
            assert answer.status == 0, (question, answer)
            self.explained.append({"question": question, "answer": answer.json})

    def ask_control(self, daemon):
        with daemon.control() as control:
            for name, parameters in (
                    ("GetStatus", None), ("ListMailboxes", None), ("GetTaint", None), ("GetSight", None), ("GetPolicy", None),
                    ("GetPolicy", {"first": 3}), ("GetConfiguration", None), ("ListLeases", None), ("ReloadPolicy", None),
                    ("StartLease", {"mailbox": "sim:cxl", "seconds": 60, "reason": "x", "unit": "lab.service"}),
                    ("EndLease", {"mailbox": "sim:cxl"}), ("EndLease", {}), ("StartLease", {"mailbox": 1}),
                    ("GetNothing", None)):
                words = name if parameters is None else f"{name} {json.dumps(parameters)}"
                self.calls[words] = control.call(f"{CONTROL}.{name}", parameters)
            for name, parameters in (("GetInfo", None), ("GetInterfaceDescription", {"interface": CONTROL})):
                self.calls[name] = control.call(f"{SERVICE}.{name}", parameters)
        with daemon.connect("sim:cxl") as connection:
            for words, request in (
                    ("notice of discovery", self.doe.discovery(0)),
                    ("notice of a refusal", self.doe.named("1e98:00", bytes(4)))):
                connection.exchange(request)
                self.calls[words] = connection.explain()

    def export(self):
        """The journal as `journalctl -o export` has it, without what says which machine it was."""
        run = subprocess.run(
            ["journalctl", "--quiet", "--output=export", f"--directory={self.journal.log}"], capture_output=True, check=True)
        dropped = (b"__CURSOR", b"_HOSTNAME", b"_CMDLINE", b"_EXE", b"_COMM", b"_CAP_EFFECTIVE", b"_SYSTEMD_CGROUP")
        return b"\n".join(line for line in run.stdout.split(b"\n") if line.partition(b"=")[0] not in dropped)
