"""What every test case has: a directory, daemons that end with the test, and ways to look at what they did."""

import shutil
import time
import unittest

from . import doe, journal, places, procfs  # noqa: F401  (procfs looks once, and says what it finds)
from .daemon import Daemon, copy_rules

WINDOW = 10  # seconds in which what repeats itself is counted


class DaemonCase(unittest.TestCase):
    """Each test starts the daemons that it wants."""

    maxDiff = None

    def setUp(self):
        journal.begin_test()
        self.directory = self.new_directory()

    def new_directory(self):
        directory = places.new_directory()
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        return directory

    def new_journal(self):
        """A journald that this test may stop. It is not started yet."""
        private = journal.PrivateJournal(self.new_directory())
        self.addCleanup(private.stop)
        return private

    def rules(self, text, name="50-test.rules"):
        """A directory with one file of rules."""
        directory = self.new_directory()
        (directory / name).write_text(text)
        (directory / name).chmod(0o644)
        return directory

    def new_daemon(self, rules=None, **options):
        """A daemon with a directory of its own, not started yet."""
        directory = self.new_directory()
        options.setdefault("journal", None)
        daemon = Daemon(
            directory, options.pop("journal") or journal.shared(),
            rules or copy_rules(places.RULES, directory / "rules"), **options)
        self.addCleanup(daemon.clean_up)
        return daemon

    def ask_once(self, daemon, request, mailbox="sim:cxl"):
        """(the response, what the daemon says of it) of one exchange on a connection of its own."""
        with daemon.connect(mailbox) as connection:
            return connection.exchange(request), connection.explain()

    def record_of(self, daemon, notice):
        """The journal's entry of an exchange that was explained."""
        return daemon.journal.record(notice["instance"], notice["sequence"])

    def most_records_since(self, started):
        """How many one kind may have that is counted: its first and its last; and, on a busy machine, two a window."""
        return 2 + 2 * int((time.monotonic() - started) / WINDOW)

    def assert_serves(self, daemon, mailbox="sim:cxl"):
        """The next client gets its answer."""
        response, notice = self.ask_once(daemon, doe.discovery(0), mailbox)
        self.assertEqual(doe.discovered(response)[0], (0x0001, 0x00))
        # Who is not root is served from the copy once there is one.
        self.assertIn(notice["status"], ("done", "copied"))


class SharedDaemonCase(DaemonCase):
    """All tests of the class use one daemon."""

    options = ()
    simulate = "cxl,vendor"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        directory = places.new_directory()
        cls.addClassCleanup(shutil.rmtree, directory, ignore_errors=True)
        cls.daemon = Daemon(
            directory, journal.shared(), copy_rules(places.RULES, directory / "rules"), simulate=cls.simulate,
            options=cls.options)
        cls.addClassCleanup(cls.daemon.clean_up)
        cls.daemon.start()

    def tearDown(self):
        # Whatever a test did to it, the daemon has to be there for the next.
        self.assertIsNone(self.daemon.process.poll(), self.daemon.said())
        super().tearDown()
