"""Whatever comes through the sockets: a clear answer, a record where one is promised, and the next client is served."""

import os
import random
import socket
import time

from support import doe, processes, spdm, tool, varlink
from support.case import DaemonCase, SharedDaemonCase
from support.processes import NOBODY

LIMIT = 1 << 20


class BadFrames(SharedDaemonCase):
    options = ("--frame-timeout", "1")

    def setUp(self):
        super().setUp()
        self.before = self.daemon.status()["trail"]["sequence"]

    def malformed(self, number=1):
        """The record of the malformed request that came since the test began."""
        record = self.daemon.journal.record(self.daemon.instance, self.before + number)
        self.assertEqual(
            [record[name] for name in ("DOE_EVENT", "DOE_CLASS", "DOE_VERDICT", "DOE_RULE", "DOE_STATUS", "PRIORITY")],
            ["malformed-request", "malformed", "deny", "gatekeeper", "refused", "3"])
        self.assertEqual(record["DOE_TAINT"], "M")
        return record

    def assert_refused_and_ended(self, data, problem):
        with self.daemon.connect() as connection:
            connection.send(data)
            self.assertEqual(connection.answer(), b"")
            self.assertTrue(connection.is_closed_by_the_daemon())
        self.assertRegex(self.malformed()["MESSAGE"], problem)
        self.assert_serves(self.daemon)

    def test_a_frame_for_another_transport_is_refused_and_ends_the_talk(self):
        frame = spdm.frame(spdm.NORMAL, doe.discovery(0), transport=1)
        self.assert_refused_and_ended(frame + spdm.frame(spdm.NORMAL, doe.discovery(0)), r"transport.*1\b.*PCI DOE")
        # What it begins with may read as one.
        self.assertNotIn("DOE_OBJECT", self.malformed())

    def test_a_payload_over_the_largest_object_is_refused_as_soon_as_it_is_announced(self):
        self.assert_refused_and_ended(spdm.frame(spdm.NORMAL, size=LIMIT + 1), rf"at most {LIMIT} bytes, found {LIMIT + 1}")

    def test_a_payload_of_four_gibibytes_is_refused_as_soon_as_it_is_announced(self):
        self.assert_refused_and_ended(spdm.frame(spdm.NORMAL, size=0xFFFFFFFF), r"found 4294967295")

    def test_an_unknown_command_with_too_large_a_payload_is_refused_too(self):
        self.assert_refused_and_ended(spdm.frame(0x4711, size=LIMIT + 1), r"at most")

    def test_half_a_frame_and_then_silence_is_refused_after_the_time_that_was_set(self):
        halves = (b"\0", spdm.frame(spdm.NORMAL)[:11], spdm.frame(spdm.NORMAL, doe.discovery(0))[:-1])
        refused = self.daemon.status()["refused"]
        connections = [self.daemon.connect() for _ in halves]
        for connection, half in zip(connections, halves):
            connection.send(half)
        for connection in connections:
            self.assertEqual(connection.answer(), b"")
            self.assertTrue(connection.is_closed_by_the_daemon())
            connection.close()
        # The others repeat it, and are counted.
        self.assertRegex(self.malformed()["MESSAGE"], r"half a frame.*1 s")
        self.assertEqual(self.daemon.status()["refused"], refused + len(halves))
        self.assert_serves(self.daemon)

    def test_a_client_that_says_nothing_at_all_is_left_alone(self):
        with self.daemon.connect() as connection:
            time.sleep(1.5)
            self.assertTrue(connection.exchange(doe.discovery(0)))

    def test_whole_frames_that_come_in_odd_pieces_are_not_taken_for_silence(self):
        stream = spdm.frame(spdm.TEST, b"Client Hello!\0") * 4
        with self.daemon.connect() as connection:
            # Each piece ends inside a frame, and no frame takes the second that it may take.
            for start in range(0, len(stream), 20):
                connection.send(stream[start:start + 20])
                time.sleep(0.3)
            for _ in range(4):
                self.assertEqual(connection.receive()[0], spdm.TEST)

    def test_an_object_that_disagrees_with_its_frame_is_refused_and_the_talk_goes_on(self):
        whole = doe.discovery(0)
        bad = [
            (b"", r"header of 8 bytes.*0 bytes"),
            (whole[:7], r"header of 8 bytes.*7 bytes"),
            (whole[:11], r"whole dwords.*11 bytes"),
            (whole + b"\0", r"whole dwords.*13 bytes"),
            (whole + bytes(4), r"as many as there are.*3"),
            (whole[:8], r"as many as there are.*3"),
            (doe.data_object(1, 0, bytes(4), length=1), r"2 dwords or more.*1"),
            (doe.data_object(1, 0, bytes(4), length=0), r"as many as there are.*262144"),
        ]
        with self.daemon.connect() as connection:
            for number, (request, problem) in enumerate(bad, 1):
                with self.subTest(request=request.hex()):
                    self.assertEqual(connection.exchange(request), b"")
                    notice = connection.explain()
                    self.assertEqual((notice["class"], notice["rule"], notice["taint"]), ("malformed", "gatekeeper", "M"))
                    self.assertRegex(self.malformed(number)["MESSAGE"], problem)
            self.assertTrue(connection.exchange(whole))

    def test_frames_may_come_byte_by_byte(self):
        with self.daemon.connect() as connection:
            for byte in spdm.frame(spdm.NORMAL, doe.discovery(1)):
                connection.send(bytes([byte]))
            self.assertEqual(doe.discovered(connection.answer())[0], (0x1E98, 0x00))

    def test_a_hundred_glued_frames_are_answered_in_their_order(self):
        with self.daemon.connect() as connection:
            connection.send(b"".join(spdm.frame(spdm.NORMAL, doe.discovery(index % 4)) for index in range(100)))
            answers = [doe.discovered(connection.answer()) for _ in range(100)]
        self.assertEqual(answers, answers[:4] * 25)
        self.assertEqual(len(set(answers)), 4)

    def test_a_client_that_closes_its_side_after_the_request_still_gets_the_answer(self):
        with self.daemon.connect() as connection:
            connection.send(spdm.frame(spdm.NORMAL, doe.discovery(0)))
            connection.socket.shutdown(socket.SHUT_WR)
            self.assertTrue(connection.answer())
            self.assertTrue(connection.is_closed_by_the_daemon())

    def test_clients_that_leave_at_every_point_of_a_frame_harm_nobody(self):
        frame = spdm.frame(spdm.NORMAL, doe.discovery(0))
        for count in range(len(frame) + 1):
            with self.daemon.connect() as connection:
                connection.send(frame[:count])
        self.assert_serves(self.daemon)

    def test_a_client_that_never_reads_its_answers_costs_bounded_memory(self):
        before = processes.resident_kibibytes(self.daemon.pid)
        request = spdm.frame(spdm.NORMAL, doe.named(doe.ECHO, bytes(LIMIT - 8)))
        with self.daemon.connect("sim:vendor") as connection:
            connection.socket.settimeout(1)
            try:
                for _ in range(100):
                    connection.send(request)
                self.fail("the daemon took 100 MiB of requests although nobody took its answers")
            except socket.timeout:
                pass
            self.assert_serves(self.daemon)
        self.assertLess(processes.resident_kibibytes(self.daemon.pid) - before, 64 << 10)


class ManyClients(DaemonCase):
    def test_two_hundred_connections_at_once_are_all_served(self):
        # As many exchanges at once as there are connections: root has eight times the limit.
        daemon = self.new_daemon(options=("--open-exchanges", "32")).start()
        connections = []
        for index in range(200):
            connections.append(daemon.connect(("sim:cxl", "sim:vendor")[index % 2]))
            self.addCleanup(connections[-1].close)
        for connection in connections:
            connection.send(spdm.frame(spdm.NORMAL, doe.discovery(0)) + spdm.frame(spdm.EXPLAIN))
        numbers = set()
        for connection in connections:
            self.assertEqual(doe.discovered(connection.answer())[0], (1, 0))
            self.assertEqual(connection.receive()[0], spdm.EXPLAIN)
            numbers.add(connection.explain()["sequence"])
        self.assertEqual(len(numbers), 200)

    def test_a_user_who_takes_all_his_places_is_refused_and_others_are_not(self):
        daemon = self.new_daemon().start()
        receive, send = os.pipe()

        def hoard():
            held = [daemon.connect() for _ in range(32)]
            for connection in held:
                connection.exchange(doe.discovery(0))
            refused = []
            for _ in range(3):
                with daemon.connect() as connection:
                    refused.append((connection.answer().hex(), connection.is_closed_by_the_daemon()))
            # The places stay taken while another user and root ask.
            os.write(send, b"x")
            if os.fork() == 0:
                os.close(done_send)
                os.read(done_receive, 1)
                os._exit(0)
            return refused
        done_receive, done_send = os.pipe()
        try:
            self.assertEqual(processes.as_user(NOBODY, hoard)[1], [["", True]] * 3)
            os.read(receive, 1)
            self.assert_serves(daemon)
            status = processes.as_user(NOBODY - 1, lambda: self.ask_once(daemon, doe.discovery(0))[1]["status"])[1]
            self.assertEqual(status, "copied")
            with self.assertRaises(AssertionError):
                processes.as_user(NOBODY, lambda: self.ask_once(daemon, doe.discovery(0))[1])
        finally:
            os.write(done_send, b"x")
            for descriptor in (receive, send, done_receive, done_send):
                os.close(descriptor)

        def ask_again():
            try:
                return processes.as_user(NOBODY, lambda: self.ask_once(daemon, doe.discovery(0))[1]["status"])[1]
            except AssertionError:
                return None
        self.assertEqual(processes.eventually(ask_again, "the places are free again"), "copied")

    def test_with_no_descriptor_left_the_daemon_waits_quietly_and_serves_again_afterwards(self):
        daemon = self.new_daemon(files=64).start()
        connections = [daemon.connect() for _ in range(100)]
        for connection in connections:
            self.addCleanup(connection.close)
        self.assertTrue(connections[0].exchange(doe.discovery(0)))
        used = processes.processor_seconds(daemon.pid)
        time.sleep(1)
        self.assertLess(processes.processor_seconds(daemon.pid) - used, 0.5, "the daemon spins")
        for connection in connections[:95]:
            connection.close()
        self.assertTrue(connections[99].exchange(doe.discovery(0)))
        for connection in connections:
            connection.close()
        self.assert_serves(daemon)

    def test_who_is_let_in_as_descriptors_run_out_is_named_all_the_same(self):
        # A connection and what is held of its process: where the last one is gone in between, nobody could be named.
        for files in (62, 63, 64):
            daemon = self.new_daemon(files=files).start()
            connections = [daemon.connect() for _ in range(100)]
            for connection in connections:
                self.addCleanup(connection.close)
            for number, connection in enumerate(connections):
                self.assertTrue(connection.exchange(doe.discovery(0)), f"{files} files, connection {number} was refused")
                connection.close()

    def test_connections_that_come_and_go_leave_nothing_behind(self):
        daemon = self.new_daemon().start()

        def descriptors():
            return len(os.listdir(f"/proc/{daemon.pid}/fd"))

        def talk(count):
            for _ in range(count):
                with daemon.connect() as connection, daemon.control() as control:
                    connection.exchange(b"no object")
                    control.send(b"no call\0")
        talk(50)
        quiet, memory = descriptors(), processes.resident_kibibytes(daemon.pid)
        talk(600)
        processes.eventually(lambda: descriptors() <= quiet + 4, "the descriptors are closed")
        self.assertLess(processes.resident_kibibytes(daemon.pid) - memory, 32 << 10)


class RandomBytes(SharedDaemonCase):
    """Seeded, so that a failure can be seen again: it names its round."""

    options = ("--frame-timeout", "1")

    def push(self, path, data):
        """Sends what it can and reads until the daemon has enough."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(20)
            client.connect(path)
            try:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
            except (BrokenPipeError, ConnectionResetError):
                pass

    def a_frame(self, random):
        command = random.choice([1, 1, 1, 1, spdm.EXPLAIN, spdm.TEST, spdm.CONTINUE, 0x8001, random.getrandbits(32)])
        payload = random.choice([
            random.randbytes(random.randrange(64)), doe.discovery(random.randrange(256)),
            doe.table_access(random.randrange(7)), doe.named(doe.COMPLIANCE, random.randbytes(random.randrange(20))),
            doe.data_object(
                random.choice([0x0001, 0x1E98, 0x10DE]), random.randrange(8), random.randbytes(4 * random.randrange(8)),
                length=random.choice([None, None, 0, 1, 2, random.getrandbits(18)]), connection=random.getrandbits(12))])
        size = random.choice([None] * 8 + [random.getrandbits(32), random.randrange(64)])
        return spdm.frame(command, payload, transport=random.choice([2] * 9 + [random.randrange(5)]), size=size)

    def test_random_bytes_and_almost_right_frames_harm_nobody(self):
        random_source = random.Random(20210304)
        memory = None
        for round in range(150):
            with self.subTest(round=round):
                frames = b"".join(self.a_frame(random_source) for _ in range(random_source.randrange(1, 8)))
                # "10de:03" and up would wait a second each: no handler takes them.
                data = random_source.choice([frames, random_source.randbytes(random_source.randrange(1, 4000))])
                self.push(self.daemon.mailbox_socket("sim:cxl"), self.without_waits(data))
                self.assertIsNone(self.daemon.process.poll(), self.daemon.said())
            if round == 20:
                memory = processes.resident_kibibytes(self.daemon.pid)
        self.assert_serves(self.daemon)
        self.assertLess(processes.resident_kibibytes(self.daemon.pid) - memory, 64 << 10)
        # Whatever it was, none of it reached compliance, and every record is there.
        records = self.daemon.all_records()
        for record in records.values():
            if record.get("DOE_CLASS") in ("compliance", "malformed", "unknown"):
                self.assertEqual(record["DOE_STATUS"], "refused")

    @staticmethod
    def without_waits(data):
        """Vendor objects would wait a second each on a mailbox that has none: they are left to other tests."""
        return data.replace(b"\xde\x10", b"\x98\x1e")

    def test_random_bytes_on_the_control_socket_harm_nobody(self):
        random_source = random.Random(20210305)
        call = varlink.message("org.doeaudit.Control1.GetStatus", {"a": [1, {"b": None}], "c": "\u00e4"}, more=True)
        for round in range(300):
            with self.subTest(round=round):
                data = bytearray(call * random_source.randrange(1, 4))
                for _ in range(random_source.randrange(6)):
                    data[random_source.randrange(len(data))] = random_source.choice(b'{}[]",:0\\\0' + bytes([255, 128]))
                if round % 5 == 0:
                    data = random_source.randbytes(random_source.randrange(1, 5000))
                self.push(self.daemon.control_socket, bytes(data))
                self.assertIsNone(self.daemon.process.poll(), self.daemon.said())
        self.assertEqual(self.daemon.status()["pid"], self.daemon.pid)
        self.assertEqual(tool.run("status", daemon=self.daemon).status, 0)
