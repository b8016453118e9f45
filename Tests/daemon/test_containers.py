"""In which container who asked is, and that nobody passes for the host who cannot be seen to be on it."""

import json
import os
import pathlib
import subprocess
import sys

from support import doe
from support.case import DaemonCase, SharedDaemonCase

HERE = os.path.dirname(os.path.abspath(__file__))
OUTER, INNER = "a1" * 32, "bb" * 32
ASK = (
    "import json, sys; sys.path.insert(0, sys.argv[1]); from support import doe, spdm\n"
    "with spdm.Connection(sys.argv[2]) as c:\n"
    "    answer = c.exchange(doe.named(doe.COUNTER)); print(json.dumps([answer.hex(), c.explain()]))")
# A root directory that is not the host's, with the host's programs in it.
OTHER_ROOT = """
mount -t tmpfs none "$1" && cd "$1" || exit
for place in /*; do
    if [ -L "$place" ]; then cp -P "$place" . || exit
    elif [ -d "$place" ]; then mkdir ".$place" && mount --rbind "$place" ".$place" || exit; fi
done
shift
exec chroot . "$@"
"""
# What it moves into these groups, of whatever hierarchies there are, is this process.
JOIN = 'for group in $GROUPS_TO_JOIN; do echo $$ > "$group/cgroup.procs" || exit; done; exec "$@"'


class Containers(SharedDaemonCase):
    """root asks for a vendor's object, which the shipped rules allow on the host itself."""

    def ask(self, *before, environment=None):
        run = subprocess.run(
            [*before, sys.executable, "-c", ASK, HERE, self.daemon.mailbox_socket("sim:vendor")], capture_output=True,
            text=True, env={**os.environ, **(environment or {})})
        self.assertEqual(run.returncode, 0, run.stderr)
        response, notice = json.loads(run.stdout)
        return response, notice, self.record_of(self.daemon, notice)

    def assert_is_on_the_host(self, *before):
        response, notice, record = self.ask(*before)
        self.assertTrue(response, notice)
        self.assertEqual((notice["verdict"], record.get("DOE_CLIENT_CONTAINER")), ("warn", None))

    def assert_may_be_in_a_container(self, *before):
        response, notice, record = self.ask(*before)
        self.assertEqual((response, notice["verdict"], record.get("DOE_CLIENT_CONTAINER")), ("", "deny", "unknown"))
        self.assertIn("unknown container", record["MESSAGE"])

    def test_who_shares_all_with_the_host_is_on_it(self):
        self.assert_is_on_the_host()

    def test_a_service_with_a_tmp_a_network_or_users_of_its_own_is_on_the_host(self):
        for options in ("--mount", "--net", "--ipc", "--uts", "--user --map-root-user", "--mount --net --ipc --uts"):
            with self.subTest(options):
                self.assert_is_on_the_host("unshare", *options.split())

    def test_who_has_processes_of_its_own_may_be_in_a_container(self):
        self.assert_may_be_in_a_container("unshare", "--pid", "--fork")
        self.assert_may_be_in_a_container("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount")

    def test_who_has_control_groups_of_its_own_may_be_in_a_container(self):
        self.assert_may_be_in_a_container("unshare", "--cgroup")

    def test_who_has_another_root_directory_may_be_in_a_container(self):
        root = self.new_directory()
        self.assert_may_be_in_a_container("unshare", "--mount", "sh", "-c", OTHER_ROOT, "sh", str(root))

    def groups(self, path):
        """A control group of this path in each hierarchy that there is."""
        made = []
        for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
            place, kind = line.split()[4], line.partition(" - ")[2].split()[0]
            if kind not in ("cgroup", "cgroup2") or not os.access(f"{place}/cgroup.procs", os.W_OK):
                continue
            group = pathlib.Path(place)
            for name in path.split("/"):
                group = group / name
                if not group.exists():
                    group.mkdir()
                    self.addCleanup(group.rmdir)
            # A process cannot be put where no processor and no memory is assigned yet.
            if not (group / "cpuset.cpus").exists() or kind == "cgroup2":
                made.append(str(group))
        if not made:
            self.skipTest("no hierarchy of control groups can be written here")
        return " ".join(made)

    def assert_is_called(self, path, name):
        response, notice, record = self.ask("sh", "-c", JOIN, "sh", environment={"GROUPS_TO_JOIN": self.groups(path)})
        self.assertEqual(
            (response, notice["verdict"], notice["rule"], record.get("DOE_CLIENT_CONTAINER")),
            ("", "deny", "default", name))

    def test_a_container_is_named_after_its_control_group_and_gets_nothing_of_roots(self):
        self.assert_is_called(f"docker-{OUTER}.scope", OUTER[:12])

    def test_who_is_inside_cannot_call_itself_something_else(self):
        self.assert_is_called(f"docker-{OUTER}.scope/{INNER}", OUTER[:12])
        self.assert_is_called("lxc.payload.web1/machine-other.scope", "web1")


class Rules(DaemonCase):
    def test_a_rule_may_ask_for_the_container_and_the_login_and_end_at_a_time(self):
        daemon = self.new_daemon(rules=self.rules(
            "set vendors={10de:*,8086:*}\n"
            "allow object=0001:00 container=none until=2020-01-01\n"
            "warn object=0001:00 container=none until=9999-01-01 because \"later\"\n")).start()
        _, notice = self.ask_once(daemon, doe.discovery(0))
        self.assertEqual((notice["verdict"], notice["rule"]), ("warn", "50-test.rules:3"))
