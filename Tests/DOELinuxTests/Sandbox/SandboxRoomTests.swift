import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import DOELinux

/// Each room is tried as a whole, in processes of its own (Tests/sandbox).
@Suite("A room that a process goes into")
struct SandboxRoomTests {
    struct Tried {
        var answers: [String: String] = [:]
        var lacking: [String] = []
        var errors = ""
    }

    /// Beside the tests themselves.
    private static func program() throws -> String {
        let own = try SmallText.link("/proc/self/exe")
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/sandbox-proof"
    }

    private static func attempts(in room: String) throws -> Tried {
        let directory = TemporaryDirectory()
        // Another user has to find the way.
        #expect(unsafe chmod(directory.path, 0o755) == 0)
        let tree = "\(directory.path)/tree"
        let child = try SpawnedChild(
            "/bin/sh", ["-c", "exec \"$0\" \"$1\" \"$2\" >\"$2.answers\" 2>\"$2.errors\"", try program(), room, tree])
        child.end()
        var tried = Tried()
        for line in try String(contentsOfFile: "\(tree).answers", encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: "\t", maxSplits: 1).map(String.init)
            guard words.count == 2 else { continue }
            if words[0] == "lacks" { tried.lacking.append(words[1]) } else { tried.answers[words[1]] = words[0] }
        }
        tried.errors = try String(contentsOfFile: "\(tree).errors", encoding: .utf8)
        return tried
    }

    private static let bare = Result { try attempts(in: "bare") }

    @Test(
        "refuses what the table says, with that error, and lets be done what the daemon does",
        arguments: ExpectedAttempts.rooms)
    func room(_ room: String) throws {
        guard geteuid() == 0 else {
            print("\nNOT TESTED: rooms for processes: that needs root")
            return
        }
        let bare = try Self.bare.get()
        let tried = try Self.attempts(in: room)
        #expect(tried.errors.isEmpty)
        #expect(Set(tried.answers.keys) == Set(bare.answers.keys) && !tried.answers.isEmpty)
        for (attempt, answer) in tried.answers {
            let unstopped = bare.answers[attempt] ?? "nothing"
            if var daily = ExpectedAttempts.daily[attempt] {
                if room == "broker", ExpectedAttempts.refusedToBroker.contains(attempt) { daily = "EPERM" }
                #expect(answer == daily || unstopped != daily, "\(room): \(attempt)")
                continue
            }
            guard let wanted = ExpectedAttempts.answers[attempt]?[room] else {
                Issue.record("no row of the table is for: \(attempt)")
                continue
            }
            // Nothing is there that could be refused: no such file of the kernel's, no such call.
            if answer == unstopped, ["ENOENT", "ENOSYS"].contains(answer) { continue }
            if let word = ExpectedAttempts.sinceLaterLandlock[attempt],
                tried.lacking.contains(where: { $0.contains(word) })
            {
                continue
            }
            switch wanted {
            case ["?"]: break
            case ["-"]: #expect(answer == unstopped, "\(room): \(attempt)")
            default: #expect(wanted.contains(answer), "\(room): \(attempt)")
            }
        }
    }

    @Test("is what stops them: where there is none, hardly anything is refused in the same words")
    func bareRoom() throws {
        guard geteuid() == 0 else { return }
        let bare = try Self.bare.get()
        for (attempt, answer) in bare.answers {
            if let daily = ExpectedAttempts.daily[attempt] {
                if answer != daily { print("\nNOT TESTED: \(attempt): \(answer) without any room") }
                continue
            }
            // The kernel itself has no such call, or no such family of sockets.
            if ["ENOSYS", "EAFNOSUPPORT"].contains(answer) { continue }
            let whole = ExpectedAttempts.answers[attempt]?["whole"] ?? []
            if whole.contains(answer) {
                print("\nNOT TESTED: that a room refuses '\(attempt)': without any it is \(answer) too")
            }
        }
    }
}
