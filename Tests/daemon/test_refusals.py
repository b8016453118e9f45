"""Refusals that repeat: a few records whose counts are exact, and nobody else's record is missing."""

from support import doe, processes, spdm
from support.case import DaemonCase
from support.processes import NOBODY
from support.record import check_whole

SPDM = doe.named("0001:01", b"\x10\x84\0\0")
OTHER = 1234


def count(records):
    """How many requests these records are about."""
    return sum(int(record.get("DOE_COUNT", 1)) for record in records)


def ask(connection, request, times):
    """Sends a request many times, ahead of the answers; how many were refused."""
    frame = spdm.frame(spdm.NORMAL, request)
    refused = 0
    for _ in range(times // 100):
        connection.send(frame * 100)
        refused += sum(connection.answer() == b"" for _ in range(100))
    return refused


class Refusals(DaemonCase):
    def new_daemon(self, **options):
        return super().new_daemon(options=("--rate", "100000", "--burst", "100000"), **options)

    def records(self, daemon, instance):
        """All records, once the daemon has written its last one."""
        def complete():
            records = daemon.journal.records(instance)
            return records if records and list(records.values())[-1]["DOE_EVENT"] == "daemon-stopped" else None
        return processes.eventually(complete, "the last record is in the journal")

    def test_a_flood_is_a_few_records_whose_counts_are_exact_and_others_are_all_there(self):
        daemon = self.new_daemon().start()
        instance = daemon.instance

        def flood():
            with daemon.connect() as client:
                return ask(client, SPDM, 20_000)

        def another():
            notices = []
            for kind in range(12):
                with daemon.connect("sim:vendor") as client:
                    client.exchange(doe.named(f"10de:{kind:02x}"))
                    notices.append(client.explain())
            return notices
        self.assertEqual(processes.as_user(NOBODY, flood)[1], 20_000)
        _, notices = processes.as_user(OTHER, another)
        self.assert_serves(daemon)
        self.assertEqual(daemon.status()["refused"], 20_012)
        self.assertEqual(daemon.terminate(), 0)

        records = self.records(daemon, instance)
        check_whole(records)
        mine = [record for record in records.values() if record.get("DOE_CLIENT_UID") == str(NOBODY)]
        self.assertEqual(count(mine), 20_000)
        # The first one, and one for each ten seconds that it took.
        self.assertLessEqual(len(mine), 20)
        self.assertNotIn("DOE_COUNT", mine[0])
        for record in mine[1:]:
            self.assertEqual(
                [record[name] for name in ("DOE_EVENT", "DOE_OBJECT", "DOE_MAILBOX", "DOE_RULE", "DOE_STATUS", "PRIORITY")],
                ["exchange-refused", "0001:01", "sim:cxl", "default", "refused", "3"])
            self.assertLessEqual(int(record["DOE_FIRST"]), int(record["DOE_LAST"]))
        others = [record for record in records.values() if record.get("DOE_CLIENT_UID") == str(OTHER)]
        self.assertEqual([record["DOE_SEQ"] for record in others], [str(notice["sequence"]) for notice in notices])
        self.assertFalse([record for record in others if "DOE_COUNT" in record])

    def test_a_daemon_that_is_killed_in_the_middle_loses_none(self):
        daemon = self.new_daemon().start()
        instance = daemon.instance

        def flood():
            with daemon.connect() as client:
                return ask(client, SPDM, 700) + ask(client, doe.named(doe.COMPLIANCE), 300)
        self.assertEqual(processes.as_user(NOBODY, flood)[1], 1_000)
        daemon.kill()
        daemon.start()
        self.assertEqual(daemon.instance, instance)
        records = daemon.all_records()
        check_whole(records)
        mine = [record for record in records.values() if record.get("DOE_CLIENT_UID") == str(NOBODY)]
        # Those that counted are closed in whatever order the ring holds them.
        self.assertCountEqual(
            [(record["DOE_EVENT"], count([record]), record["PRIORITY"], record.get("DOE_TAINT")) for record in mine],
            [("exchange-refused", 1, "3", None), ("compliance-refused", 1, "2", "C"),
             ("exchange-refused", 699, "3", None), ("compliance-refused", 299, "3", "C")])

    def test_what_is_counted_is_told_by_the_record_of_the_first(self):
        daemon = self.new_daemon().start()

        def twice():
            with daemon.connect() as client:
                client.exchange(SPDM)
                first = client.explain()
                client.exchange(SPDM)
                return first, client.explain()
        first, second = processes.as_user(NOBODY, twice)[1]
        self.assertEqual(first, second)
        self.assertEqual(self.record_of(daemon, second)["DOE_OBJECT"], "0001:01")

    def test_a_window_ends_without_anybody_asking(self):
        daemon = self.new_daemon().start()

        def flood():
            with daemon.connect() as client:
                return ask(client, SPDM, 200)
        processes.as_user(NOBODY, flood)
        instance = daemon.instance
        processes.eventually(
            lambda: count(record for record in daemon.journal.records(instance).values()
                          if record.get("DOE_CLIENT_UID") == str(NOBODY)) == 200,
            "what was counted is in the journal", seconds=60)
