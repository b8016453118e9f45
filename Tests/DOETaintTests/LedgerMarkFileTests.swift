import DOELinux
import DOEWords
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import DOETaint

@Suite("The ledger's mark in the runtime directory")
struct LedgerMarkFileTests {
    private static let boot = String(repeating: "a", count: 32)
    private let directory = TemporaryDirectory()
    private var path: String { "\(directory.path)/ledger-mark" }
    private var file: LedgerMarkFile {
        LedgerMarkFile(runtimeDirectory: directory.path, stateDirectory: directory.path)
    }

    private static func mark(lines: UInt64) -> LedgerMark {
        LedgerMark(ledger: .max, lines: lines, digest: String(repeating: "b", count: 32))
    }

    private func isUnusable(_ words: String) -> Bool {
        if case .unusable(let problem) = file.found { problem.contains(words) } else { false }
    }

    @Test("is of one state directory, however that is written")
    func place() throws {
        #expect(file.found == .nothing("\(path) is not there") && !file.found.isOfThisLedger)
        try file.note(Self.mark(lines: 7))
        #expect(file.found == .mark(Self.mark(lines: 7)) && file.found.isOfThisLedger)
        let same = LedgerMarkFile(runtimeDirectory: directory.path, stateDirectory: directory.path + "/.")
        #expect(same.found == file.found)
        let other = LedgerMarkFile(runtimeDirectory: directory.path, stateDirectory: "/")
        #expect(other.found == .nothing("\(path) is of another state directory"))
    }

    @Test("that no daemon has written says so, and is replaced by the next one, but where it cannot be")
    func unusable() throws {
        try file.note(Self.mark(lines: 7))
        let whole = try String(contentsOfFile: path)
        for text in [whole.replacing(" 7 ", with: " 6 "), "", "x", String(repeating: "9", count: 300)] {
            try text.write(toFile: path)
            #expect(file.found.isOfThisLedger && (isUnusable("is damaged") || isUnusable("File too large")), "\(text)")
        }
        for lines in [LedgerMark.mostLines + 1, .max] {
            try file.note(Self.mark(lines: lines))
            #expect(isUnusable("is damaged"))
        }
        #expect(unsafe unlink(path) == 0 && mkfifo(path, 0o600) == 0)
        #expect(isUnusable("a pipe"))
        try file.note(Self.mark(lines: LedgerMark.mostLines))
        #expect(file.found == .mark(Self.mark(lines: LedgerMark.mostLines)))
        #expect(unsafe unlink(path) == 0 && mkdir(path, 0o700) == 0)
        #expect(isUnusable("a directory"))
        #expect(throws: LinuxError.self) { try file.note(Self.mark(lines: 8)) }
    }

    @Test("that cannot be noted is told, until it can be")
    func told() throws {
        let ledger = try TaintLedger(directory: directory.path, boot: Self.boot)
        #expect(unsafe mkdir(path, 0o700) == 0)
        let file = self.file
        ledger.noteMarks { mark throws(LinuxError) in try file.note(mark) }
        #expect(ledger.notices.count == 1 && ledger.notices[0].contains("cannot be noted"))
        #expect(unsafe rmdir(path) == 0)
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        #expect(ledger.notices == [] && file.found.isOfThisLedger)
        // Too few descriptors are told elsewhere.
        ledger.noteMarks { _ throws(LinuxError) in throw LinuxError("open", "x", .tooManyOpenFiles) }
        #expect(ledger.notices == [])
    }
}

extension String {
    fileprivate init(contentsOfFile path: String) throws {
        self.init(decoding: try WholeFile.read(path, limit: 1 << 20), as: UTF8.self)
    }

    fileprivate func write(toFile path: String) throws { try AtomicFile.write(Array(utf8), to: path, mode: 0o600) }
}
