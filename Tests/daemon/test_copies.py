"""Discovery and the CDAT from a copy: only the first who reads, and whom a rule lets, asks the device."""

from support import doe, processes, spdm, tool
from support.case import DaemonCase
from support.processes import NOBODY
from support.record import check_whole

OTHER = 1234


def read_list(daemon):
    """Discovery from the first index to the end: (what is listed, how each answer was had)."""
    objects, notices, index = [], [], 0
    with daemon.connect() as client:
        while True:
            found, index = doe.discovered(client.exchange(doe.discovery(index)))
            objects.append(list(found))
            notices.append(client.explain())
            if index == 0:
                return objects, [[notice["status"], notice["rule"]] for notice in notices]


class Copies(DaemonCase):
    def test_the_first_asks_the_device_and_the_others_get_what_it_said(self):
        daemon = self.new_daemon().start()
        everybody, root = "90-doe-audit.rules:30", "90-doe-audit.rules:29"
        listed = [[0x0001, 0x00], [0x1E98, 0x00], [0x1E98, 0x02]]
        for uid, status, rule in (
                (NOBODY, "done", everybody), (NOBODY, "copied", everybody), (OTHER, "copied", everybody),
                (0, "done", root), (0, "done", root)):
            objects, answers = processes.as_user(uid, lambda: read_list(daemon))[1]
            self.assertEqual(objects, listed)
            self.assertEqual(answers, [[status, rule]] * 3, uid)

    def test_a_flood_of_them_is_two_records_and_an_exact_count(self):
        daemon = self.new_daemon(options=("--rate", "100000", "--burst", "100000")).start()
        instance = daemon.instance
        self.assert_serves(daemon)

        def flood():
            frame = spdm.frame(spdm.NORMAL, doe.discovery(0))
            with daemon.connect() as client:
                answered = 0
                for _ in range(50):
                    client.send(frame * 100)
                    answered += sum(client.answer() != b"" for _ in range(100))
                return answered
        self.assertEqual(processes.as_user(NOBODY, flood)[1], 5_000)
        self.assertEqual(daemon.terminate(), 0)
        records = processes.eventually(
            lambda: (lambda all: all if all and list(all.values())[-1]["DOE_EVENT"] == "daemon-stopped" else None)(
                daemon.journal.records(instance)), "the last record is in the journal")
        check_whole(records)
        mine = [record for record in records.values() if record.get("DOE_CLIENT_UID") == str(NOBODY)]
        self.assertEqual(sum(int(record.get("DOE_COUNT", 1)) for record in mine), 5_000)
        self.assertLessEqual(len(mine), 10)
        for record in mine:
            self.assertEqual(
                [record["DOE_EVENT"], record["DOE_STATUS"], record["DOE_VERDICT"], record["PRIORITY"]],
                ["exchange-allowed", "copied", "allow", "6"])
            self.assertNotIn("DOE_LATENCY_USEC", record)
        report = tool.run("report", "--directory", daemon.journal.log, "--json")
        self.assertGreaterEqual(report.json["counts"]["verdict"]["allow"], 5_001)

    def test_an_entry_that_no_answer_has_named_is_not_asked_for(self):
        daemon = self.new_daemon().start()

        def ask():
            with daemon.connect() as client:
                answer = client.exchange(doe.table_access(77))
                return answer.hex(), client.explain()
        answer, notice = processes.as_user(NOBODY, ask)[1]
        self.assertEqual([answer, notice["rule"], notice["status"]], ["", "copy", "refused"])
        self.assertIn("from handle 0", notice["reason"])
