import DOETrace
import DOEWords
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import DOEWitness

@Suite("Until when the witness has looked")
struct SightFileTests {
    private static let boot = String(repeating: "a", count: 32)
    private let directory = TemporaryDirectory()
    private var file: SightFile { SightFile(in: directory.path, boot: Self.boot) }

    private func write(_ text: String) throws {
        try text.write(toFile: "\(directory.path)/witness-sight", atomically: false, encoding: .utf8)
    }

    @Test("outlives the daemon, and says whether it ended in order")
    func kept() {
        #expect(file.lastLook == .nobody)
        for look in [
            SightFile.Look(wall: 1_700_000_000_000_000, sinceBoot: 5_000_000),
            SightFile.Look(wall: 1_700_000_000_000_000, sinceBoot: 6_000_000, isEnd: true),
        ] {
            file.note(look)
            #expect(file.lastLook == .look(look))
        }
    }

    @Test("of another boot counts as nobody")
    func nobody() throws {
        file.note(SightFile.Look(wall: 1, sinceBoot: 2, isEnd: true))
        #expect(SightFile(in: directory.path, boot: String(repeating: "b", count: 32)).lastLook == .nobody)
    }

    @Test("what is damaged, or no file of ours, is not nobody: it is a gap since boot, and told")
    func unknown() throws {
        let now = SightFile.Look(wall: 1_000_000_000, sinceBoot: 90_000_000)
        let path = "\(directory.path)/witness-sight"
        func isUnknown(_ words: String) {
            guard case .unknown(let obstacle) = file.lastLook else {
                Issue.record("taken for a look, or for none: \(words)")
                return
            }
            #expect(obstacle.problem.contains(words) && obstacle.remedy != nil)
            #expect(now.begins(after: .unknown(obstacle)) == (910_000_000, .gap))
        }
        for text in ["nonsense\n", "", "1 x \(Self.boot) ended", "1 2 \(Self.boot)", "1 2 3 4 5"] {
            try write(text)
            isUnknown("is damaged")
        }
        #expect(unsafe chmod(path, 0o662) == 0)
        isUnknown("everybody may write")
        #expect(unsafe unlink(path) == 0 && mkfifo(path, 0o600) == 0)
        isUnknown("a pipe")
        #expect(unsafe unlink(path) == 0 && symlink("nowhere", path) == 0)
        isUnknown("symbolic link")
    }

    @Test("an orderly end is measured by the clock that nobody can set; anything else is a gap")
    func begins() {
        let now = SightFile.Look(wall: 1_000_000_000, sinceBoot: 90_000_000)
        let ended = SightFile.Look(wall: 5, sinceBoot: 87_000_000, isEnd: true)
        #expect(now.begins(after: .nobody) == (910_000_000, .boot))
        #expect(now.begins(after: .look(ended)) == (5, .restart(microseconds: 3_000_000)))
        #expect(now.begins(after: .look(SightFile.Look(wall: 5, sinceBoot: 87_000_000))) == (5, .gap))
        // Whether the probes stayed, and all that is watched was.
        var arms = ArmsReport.Handover(since: 1, isOrderly: true)
        #expect(now.begins(after: .look(ended), armsOf: arms) == (5, .handover(microseconds: 3_000_000)))
        arms.isWatchWhole = false
        #expect(now.begins(after: .look(ended), armsOf: arms) == (5, .restart(microseconds: 3_000_000)))
        arms = ArmsReport.Handover(since: 1, isOrderly: false)
        #expect(now.begins(after: .look(ended), armsOf: arms) == (5, .restart(microseconds: 3_000_000)))
        let killed = SightFile.Look(wall: 5, sinceBoot: 87_000_000)
        arms = ArmsReport.Handover(since: 1, isOrderly: true)
        #expect(now.begins(after: .look(killed), armsOf: arms) == (5, .gap))
        #expect(now.begins(after: .nobody, armsOf: arms) == (910_000_000, .boot))
        #expect(now.begins(after: .look(SightFile.Look(wall: 5, sinceBoot: 90_000_001, isEnd: true))) == (5, .gap))
    }

    @Test("what 0.1.0 wrote is a gap: it did not say how it ended")
    func first() throws {
        try write("1700000000000000\n")
        let last = file.lastLook
        #expect(last == .look(SightFile.Look(wall: 1_700_000_000_000_000, sinceBoot: 0)))
        let now = SightFile.Look(wall: 1_700_000_000_000_001, sinceBoot: 90_000_000)
        #expect(now.begins(after: last) == (1_700_000_000_000_000, .gap))
    }
}
