"""Who is measured: a user who asks, waits for the answer and rests a little, and who stays below every limit."""

import time

from support import doe, processes

WELL_BEHAVED = 65533
EXCHANGES = 1000
REST = 0.001
"""Seconds after each answer."""
ENOUGH = 4
"""Seconds after which a measurement ends with the exchanges that it has."""
NEVER = 20
"""Seconds after which an exchange counts as not served."""
QUIET = 0.002
"""Processor seconds of the daemon in a tenth of a second; what its own timers take is below."""


class Measured:
    """p50 and p99 in microseconds, how late he was woken after his rest (p99, microseconds too: nobody's doing but the
    processors'), and how many exchanges were refused, by rule."""

    def __init__(self, times, late, refused):
        times, late = sorted(times), sorted(late)
        self.p50, self.p99 = (share_of(times, share) for share in (0.5, 0.99))
        self.late = share_of(late, 0.99)
        self.exchanges = len(times)
        self.refused = refused


def share_of(times, share):
    """Of sorted times."""
    return times[int(len(times) * share)]


def measure(daemon, mailbox):
    def ask():
        times, late, refused = [], [], {}
        end = time.monotonic() + ENOUGH
        with daemon.connect(mailbox) as client:
            client.socket.settimeout(NEVER)
            while len(times) < EXCHANGES and time.monotonic() < end:
                begin = time.perf_counter_ns()
                answer = client.exchange(doe.discovery(0))
                if answer:
                    times.append((time.perf_counter_ns() - begin) / 1000)
                else:
                    # Told, and not timed: a refusal is quicker than an answer.
                    rule = client.explain()["rule"]
                    refused[rule] = refused.get(rule, 0) + 1
                begin = time.perf_counter_ns()
                time.sleep(REST)
                late.append((time.perf_counter_ns() - begin) / 1000 - REST * 1e6)
        return times, late, refused

    def ask_or_give_up():
        try:
            times, late, refused = ask()
        except (TimeoutError, AssertionError):
            times, late, refused = [], [], {"nobody, but not answered": 1}
        return times or [NEVER * 1e6], late or [0], refused
    return Measured(*processes.as_user(WELL_BEHAVED, ask_or_give_up)[1])


def settle(daemon):
    """Waits until the daemon has done what the last attack has left it."""
    def quiet():
        before = processor_seconds(daemon.pid)
        time.sleep(0.1)
        return processor_seconds(daemon.pid) - before < QUIET
    processes.eventually(quiet, "the last attack's work is done", seconds=NEVER)


def processor_seconds(pid):
    """That a process has used so far: Linux makes the clock's number of the process' (clock_getcpuclockid)."""
    return time.clock_gettime(~pid << 3 | 2)
