"""The daemon that root starts becomes nobody: whose it is then, what it may, and what it takes over of a daemon that was root."""

import os
import pathlib
import shutil
import stat
import subprocess

from support import doe, processes
from support.case import DaemonCase
from support.processes import DAEMON_USER, NOBODY


def status_of(pid):
    return dict(
        line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


class Nobody(DaemonCase):
    def ended(self, daemon):
        daemon.start(wait=False)
        return daemon.process.wait(20), daemon.said()

    def as_user(self, daemon, user):
        daemon.arguments[daemon.arguments.index("--user") + 1] = user
        return daemon

    def assert_refuses_all(self, daemon, words):
        self.assertIn(words, daemon.said())
        self.assertIn("the rules cannot be used, every exchange is refused", daemon.said())
        with daemon.connect() as client:
            self.assertEqual(client.exchange(doe.discovery(0)), b"")

    def test_each_thread_is_nobodys_and_has_no_right_and_no_way_to_one(self):
        daemon = self.new_daemon().start()
        self.assert_serves(daemon)
        for task in pathlib.Path(f"/proc/{daemon.pid}/task").iterdir():
            status, name = status_of(f"{daemon.pid}/task/{task.name}"), (task / "comm").read_text().strip()
            for field in ("Uid", "Gid"):
                self.assertEqual(status[field].split(), [str(DAEMON_USER)] * 4, name)
            for field in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                self.assertEqual(int(status[field], 16), 0, (name, field))
            self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"), name)
            self.assertNotIn("0", status["Groups"].split())
        # Not dumpable: what procfs has of it is root's.
        self.assertEqual(os.stat(f"/proc/{daemon.pid}/environ").st_uid, 0)
        self.assertEqual(daemon.said(), "")

    def test_nothing_is_open_in_it_that_its_starter_had_open(self):
        secret = self.directory / "secret"
        secret.write_text("root's")
        held = os.open(secret, os.O_RDONLY)
        self.addCleanup(os.close, held)
        daemon = self.new_daemon(passing=(held,)).start()
        self.assert_serves(daemon)
        children = pathlib.Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children").read_text().split()
        for pid in (daemon.pid, *children):
            opened = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
            self.assertNotIn(str(secret), opened, pid)

    def test_where_procfs_hides_processes_from_it_the_status_says_so(self):
        for options, attention in (("hidepid=2", True), (f"hidepid=2,gid={DAEMON_USER}", False)):
            # A procfs of its own: how this machine's is mounted is not changed.
            mounting = f'mount -t proc -o {options} proc /proc'
            if subprocess.run(["unshare", "--mount", "sh", "-c", mounting], capture_output=True, check=False).returncode:
                self.skipTest("procfs cannot be mounted here")
            daemon = self.new_daemon()
            daemon.arguments[:0] = ["unshare", "--mount", "sh", "-c", mounting + ' && exec "$0" "$@"']
            daemon.start()
            told = [line for line in daemon.status()["attention"] if "hides other users' processes" in line]
            self.assertEqual(bool(told), attention, daemon.status()["attention"])
            self.assert_serves(daemon)

    def test_its_files_are_its_own_and_so_is_its_runtime_directory(self):
        daemon = self.new_daemon().start()
        for place in (daemon.state, daemon.state / "ring", daemon.state / "taint", daemon.runtime, daemon.runtime / "mailbox"):
            self.assertEqual(place.stat().st_uid, DAEMON_USER, place)
        self.assertEqual(stat.S_IMODE(daemon.state.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(daemon.runtime.stat().st_mode), 0o755)

    def test_where_there_is_no_such_user_it_says_what_to_do(self):
        code, said = self.ended(self.as_user(self.new_daemon(), "nobody-of-that-name"))
        self.assertEqual(code, 3)
        self.assertIn("cannot become user nobody-of-that-name, which this host does not have", said)
        self.assertIn("systemd-sysusers", said)
        self.assertIn("--user", said)

    def test_root_and_nobody_are_not_taken(self):
        for user in ("root", "0", str(NOBODY)):
            daemon = self.as_user(self.new_daemon(), user)
            code, said = self.ended(daemon)
            self.assertEqual(code, 3, said)
            self.assertIn(f"cannot run as user {user}", said)
            self.assertFalse(daemon.state.exists())

    def test_what_a_daemon_that_was_root_has_left_is_taken_over(self):
        daemon = self.new_daemon().start()
        _, notice = self.ask_once(daemon, doe.discovery(0))
        instance = daemon.instance
        self.assertEqual(daemon.terminate(), 0)
        for place in (daemon.state, daemon.runtime):
            for path in (place, *place.rglob("*")):
                os.chown(path, 0, 0)
        # As such a daemon does not leave them, but a crash may.
        (daemon.state / "taint.new").write_text("half")
        daemon.start()
        self.assertEqual(daemon.instance, instance)
        self.assertEqual((daemon.state / "ring").stat().st_uid, DAEMON_USER)
        self.assertEqual(daemon.said(), "")
        self.assert_serves(daemon)
        self.record_of(daemon, notice)

    def test_nothing_else_is_given_away_by_link_or_by_name(self):
        shadow, other = self.directory / "shadow", self.directory / "other"
        for file in (shadow, other):
            file.write_text("root's")
        daemon = self.new_daemon()
        daemon.state.mkdir(mode=0o700)
        (daemon.state / "leases").symlink_to(shadow)
        os.link(other, daemon.state / "taint")
        self.ended(daemon)
        self.assertEqual((shadow.stat().st_uid, other.stat().st_uid), (0, 0))

    def test_a_folder_of_roots_is_not_given_away_for_its_name(self):
        for place, name in (("state", "ring"), ("state", "mailbox"), ("runtime", "control"), ("runtime", "mailbox")):
            with self.subTest(place=place, name=name):
                daemon = self.new_daemon()
                folder = getattr(daemon, place) / name
                folder.parent.mkdir(mode=0o700 if place == "state" else 0o755)
                folder.mkdir()
                for file in ("passwd", "old.sock"):
                    (folder / file).write_text("root's")
                self.ended(daemon)
                self.assertEqual({path.stat().st_uid for path in (folder, *folder.iterdir())}, {0})

    def test_a_directory_that_somebody_else_may_lead_elsewhere_is_not_given_away(self):
        place, roots = self.new_directory(), self.new_directory()
        place.chmod(0o755)
        (roots / "state").mkdir()
        (place / "theirs").mkdir()
        (place / "theirs" / "way").symlink_to(roots)
        os.chown(place / "theirs", NOBODY, NOBODY)
        code, said = self.ended(self.new_daemon(options=("--state-directory", str(place / "theirs/way/state"))))
        self.assertEqual(code, 3, said)
        self.assertIn(f"uid {NOBODY} may lead it elsewhere in {place}/theirs", said)
        self.assertEqual((roots / "state").stat().st_uid, 0)

    def test_a_directory_that_is_not_the_daemons_is_not_given_away(self):
        for option in ("--state-directory", "--runtime-directory"):
            with self.subTest(option=option):
                place = self.new_directory()
                (place / "passwd").write_text("")
                daemon = self.new_daemon(options=(option, str(place)))
                code, said = self.ended(daemon)
                self.assertEqual(code, 3, said)
                self.assertIn(f"{place}/passwd, which is not doe-auditd's", said)
                self.assertIn("choose a directory of its own", said)
                self.assertEqual((place.stat().st_uid, stat.S_IMODE(place.stat().st_mode)), (0, 0o755))

    def test_rules_of_the_daemons_own_user_are_not_believed(self):
        daemon = self.new_daemon().start()
        rules = pathlib.Path(daemon.arguments[daemon.arguments.index("--rules") + 1])
        mine = rules / "00-mine.rules"
        mine.write_text("allow object=*:*\n")
        mine.chmod(0o644)
        os.chown(mine, DAEMON_USER, DAEMON_USER)
        self.assertEqual(daemon.terminate(), 0)
        self.assert_refuses_all(daemon.start(), f"{mine} belongs to uid {DAEMON_USER}, not to root")

    def test_rules_that_it_could_take_away_are_not_believed(self):
        daemon = self.new_daemon()
        place = self.new_directory()
        rules = place / "own" / "rules.d"
        shutil.copytree(daemon.arguments[daemon.arguments.index("--rules") + 1], rules)
        os.chown(place / "own", DAEMON_USER, DAEMON_USER)
        daemon.arguments[daemon.arguments.index("--rules") + 1] = str(rules)
        self.assert_refuses_all(
            daemon.start(), f"{rules} can be taken away: uid {DAEMON_USER} may write to {place}/own")

    def test_rules_that_are_made_anew_are_found_again(self):
        daemon = self.new_daemon().start()
        rules = pathlib.Path(daemon.arguments[daemon.arguments.index("--rules") + 1])
        shutil.copytree(rules, rules.with_suffix(".kept"))
        shutil.rmtree(rules)
        rules.with_suffix(".kept").rename(rules)
        with daemon.control() as control:
            control.ask("org.doeaudit.Control1.ReloadPolicy")
        self.assertEqual(daemon.status()["policy"]["generation"], 2)

    def test_it_ends_with_whoever_meant_it_to(self):
        # The kernel forgets that where a process becomes another user.
        daemon = self.new_daemon()
        script = "import subprocess, sys, ctypes\n" \
            "set = lambda: ctypes.CDLL(None).prctl(1, 9)\n" \
            "print(subprocess.Popen(sys.argv[1:], preexec_fn=set).pid, flush=True); sys.stdin.read()"
        parent = subprocess.Popen(
            ["python3", "-c", script, *daemon.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        pid = int(parent.stdout.readline())
        processes.eventually(lambda: os.path.exists(daemon.control_socket), "it serves")
        parent.stdin.close()
        parent.wait(10)
        parent.stdout.close()
        processes.eventually(lambda: not os.path.exists(f"/proc/{pid}"), "it ends too")
