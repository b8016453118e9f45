import DOELinux
import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOETaint

@Suite("What lies in the ledger's place and is none")
struct LedgerPlaceTests {
    private static let boot = String(repeating: "a", count: 32)
    private let directory = TemporaryDirectory()
    private var path: String { "\(directory.path)/taint" }

    private func open() throws(TaintError) -> TaintLedger {
        try TaintLedger(directory: directory.path, boot: Self.boot)
    }

    private func refusal() -> TaintError? {
        let error = #expect(throws: TaintError.self) { _ = try open() }
        #expect(error?.reason == .unreadable && error?.remedy != nil)
        return error
    }

    @Test("a link that leads nowhere is no empty ledger: it stays, and the daemon does not start")
    func danglingLink() throws {
        #expect(unsafe symlink("\(directory.path)/nowhere", path) == 0)
        #expect(refusal()?.problem.contains("symbolic link") == true)
        var status = stat()
        #expect(unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(TaintLedger.isThere(directory: directory.path))
    }

    @Test("a link to a whole ledger is said to be a link, and not to want rights")
    func link() throws {
        let ledger = try open()
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        #expect(unsafe rename(path, "\(directory.path)/elsewhere") == 0)
        #expect(unsafe symlink("elsewhere", path) == 0)
        let error = refusal()
        #expect(error?.problem.contains("symbolic link") == true && error?.remedy?.contains("put the file") == true)
        #expect(unsafe unlink(path) == 0 && rename("\(directory.path)/elsewhere", path) == 0)
        #expect(try open().hostLetters == .vendor)
    }

    @Test("a pipe keeps nobody waiting; a directory, and a file that others may write to, are named")
    func others() throws {
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(refusal()?.problem.contains("a pipe") == true)
        #expect(unsafe unlink(path) == 0 && mkdir(path, 0o700) == 0)
        #expect(refusal()?.problem.contains("directory") == true)
        #expect(unsafe rmdir(path) == 0)
        _ = try open()
        #expect(unsafe chmod(path, 0o660) == 0)
        #expect(refusal()?.problem.contains("its group may write") == true)
        #expect(unsafe chmod(path, 0o640) == 0)
        _ = try open()
    }
}
