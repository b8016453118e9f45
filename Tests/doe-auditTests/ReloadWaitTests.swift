import DOEControl
import Testing

@testable import doe_audit

@Suite("What a reload waits for")
struct ReloadWaitTests {
    private static func text(_ reload: ReloadEntry?) -> String {
        let status = DaemonStatus(
            version: "1.0", pid: 7, started: 1, mode: "production", modeReason: "x", enforcement: "enforcing",
            enforcementReason: "x",
            policy: PolicySummary(generation: 3, sha256: "", kernel: "", rules: 0, files: [], problem: nil),
            reload: reload,
            trail: TrailSummary(
                instance: "", sequence: 0, capacity: 0, pending: 0, unconfirmed: 0, journalSocket: "", problem: nil),
            proxy: true, mailboxes: 0, exchanges: 0, refused: 0, unenforced: 0, taint: "", unacknowledged: "",
            sight: nil, attention: [])
        return ReloadWait(microseconds: 2_900_000, status: .success(status), pid: 40).text
    }

    private static func reload(_ step: String, pid: Int?, waiting: Int = 0) -> ReloadEntry {
        ReloadEntry(
            since: 1, step: step, asker: pid.map { "uid 0, process \($0)" } ?? "a SIGHUP", pid: pid, waiting: waiting)
    }

    @Test("its own, at each step")
    func own() {
        #expect(
            Self.text(Self.reload("reading", pid: 40))
                == "doe-audit: still waiting after 2 s: the daemon is at it: "
                + "it reads the rules and looks up the users and groups in them")
        let recording = Self.text(Self.reload("recording", pid: 40, waiting: 1))
        #expect(recording.hasSuffix("doe-audit status; reloads that wait for its end: 1"))
        #expect(Self.text(Self.reload("new", pid: 40)).hasSuffix("its step is new"))
    }

    @Test("somebody else's, and how many come after that")
    func another() {
        #expect(
            Self.text(Self.reload("reading", pid: 41, waiting: 2)).contains(
                ": the daemon is at another reload, for uid 0, process 41: it reads the rules"))
        #expect(Self.text(Self.reload("reading", pid: 41, waiting: 2)).hasSuffix("; reloads that wait for its end: 2"))
        #expect(Self.text(Self.reload("reading", pid: nil)).contains("another reload, for a SIGHUP: "))
    }

    @Test("none that is under way, and a daemon that says nothing at all")
    func none() {
        #expect(Self.text(nil).contains("the daemon says that no reload is under way, and generation 3 is in force"))
        let silent = ReloadWait(
            microseconds: 12_000_000, status: .failure(ControlError(problem: "no answer", remedy: "look")), pid: 40)
        #expect(
            silent.text == "doe-audit: still waiting after 12 s: "
                + "the daemon does not tell its status either: no answer; look")
    }
}
