import DOELinux
import DOEWords
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import DOETaint

/// Somebody is at the ledger's file while the daemon lives, which has all of it in memory.
@Suite("A ledger that somebody changes while it is in use")
struct LiveChangeTests {
    private static let boot = String(repeating: "a", count: 32)
    private let directory = TemporaryDirectory()
    private var path: String { "\(directory.path)/taint" }

    private final class News: Sendable {
        private let news = Mutex<[LedgerNews]>([])
        func add(_ item: LedgerNews) { news.withLock { $0.append(item) } }
        func take() -> [LedgerNews] {
            news.withLock { news in
                defer { news = [] }
                return news
            }
        }
    }

    private let news = News()

    private func open() throws -> TaintLedger {
        let ledger = try TaintLedger(directory: directory.path, boot: Self.boot)
        ledger.whenTold { [news] in news.add($0) }
        return ledger
    }

    private var bytes: [UInt8] { get throws { try WholeFile.read(path, limit: 1 << 20) } }

    /// In the file that is there, as an editor does that keeps it.
    private func overwrite(_ bytes: [UInt8]) throws { try WholeFile.write(bytes, to: path, mode: 0o640) }

    /// What can be done to it, and what is seen of that. `old` is what it was before the last letter.
    private enum Attack: CaseIterable {
        case remove, older, cut, clear, append, edit, link, danglingLink, pipe, open

        func carryOut(_ test: LiveChangeTests, old: [UInt8]) throws -> LedgerChange? {
            let now = try test.bytes
            switch self {
            case .remove:
                #expect(unsafe unlink(test.path) == 0)
                return .removed
            case .older:
                try AtomicFile.write(old, to: test.path, mode: 0o640)
                return .replaced
            case .cut:
                try test.overwrite(old)
                return .resized(from: now.count, to: old.count)
            case .clear:
                try test.overwrite([])
                return .resized(from: now.count, to: 0)
            case .append:
                try test.overwrite(now + Array("since-boot X 1 1 1 host # 0\n".utf8))
                return .resized(from: now.count, to: now.count + 28)
            case .edit:
                // The file system's clock has ticks of some milliseconds.
                usleep(20_000)
                try test.overwrite(now.map { $0 == UInt8(ascii: "V") ? UInt8(ascii: "U") : $0 })
                return .edited
            case .link:
                #expect(unsafe rename(test.path, test.path + ".moved") == 0 && symlink("taint.moved", test.path) == 0)
                return .displaced("\(test.path), which is a symbolic link and no file")
            case .danglingLink:
                #expect(unsafe unlink(test.path) == 0 && symlink("nowhere", test.path) == 0)
                return .displaced("\(test.path), which is a symbolic link and no file")
            case .pipe:
                #expect(unsafe unlink(test.path) == 0 && mkfifo(test.path, 0o600) == 0)
                return .displaced("\(test.path), which is a pipe and no file")
            case .open:
                #expect(unsafe chmod(test.path, 0o666) == 0)
                return .displaced("\(test.path), to which everybody may write")
            }
        }
    }

    @Test("is seen at the next look or letter, told once, and has all of its content back", arguments: [false, true])
    func putBack(byLetter: Bool) throws {
        for attack in Attack.allCases {
            let ledger = try open()
            _ = try ledger.acknowledge(ledger.snapshot.unacknowledged(of: .all))
            _ = try ledger.raise([.vendor, .abort], mailbox: MailboxIdentity(name: .simulated("cxl")), time: 1)
            let old = try bytes
            _ = try ledger.raise(.malformed, mailbox: MailboxIdentity(name: .simulated("cxl")), time: 2)
            #expect(news.take() == [] && ledger.notices == [])
            let change = try #require(try attack.carryOut(self, old: old))
            if byLetter {
                let new = MailboxIdentity(name: .simulated("new"))
                #expect(try ledger.raise(.bypass, mailbox: new, time: 3) == .bypass)
            } else {
                ledger.look()
            }
            #expect(news.take() == [.changed(change, isPutBack: true)], "\(attack)")
            #expect(ledger.notices.count == 1 && ledger.notices.first?.contains("\(change), seen ") == true)
            #expect(ledger.notices.first?.contains(" UTC; it was written anew") == true)
            #expect(ledger.notices.first?.contains("UTC UTC") == false)
            ledger.look()
            #expect(news.take() == [], "\(attack)")
            let again = try TaintLedger(directory: directory.path, boot: Self.boot)
            #expect(again.snapshot == ledger.snapshot && again.finding == nil, "\(attack)")
        }
    }

    @Test("is none where its content is the same: a backup's hard link, a mode, a new time")
    func same() throws {
        let ledger = try open()
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        let before = try bytes
        usleep(20_000)
        #expect(unsafe link(path, path + ".backup") == 0 && chmod(path, 0o600) == 0 && utimes(path, nil) == 0)
        ledger.look()
        #expect(news.take() == [] && ledger.notices == [])
        #expect(try bytes == before, "it was not written anew")
        // And it is still the one that is written to.
        #expect(try ledger.raise(.abort, mailbox: nil, time: 2) == .abort)
        #expect(try bytes.starts(with: before))
        #expect(try bytes.count > before.count)
    }

    @Test("that cannot be put back is told, tried again by the keeper, and told once more when it is")
    func notPutBack() throws {
        let ledger = try open()
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        #expect(unsafe unlink(path) == 0 && mkdir(path, 0o700) == 0)
        let change = LedgerChange.displaced("\(path), which is a directory and no file")
        for _ in 0..<3 { ledger.look() }
        #expect(news.take() == [.changed(change, isPutBack: false)])
        #expect(ledger.notices.count == 2 && ledger.notices.last?.contains("is in memory alone") == true)
        #expect(throws: TaintError.self) { try ledger.raise(.abort, mailbox: nil, time: 2) }
        #expect(ledger.dirtySince != nil, "the keeper tries again")
        #expect(unsafe rmdir(path) == 0)
        try ledger.flush()
        #expect(news.take() == [.changed(change, isPutBack: true)])
        #expect(ledger.trouble == nil && ledger.notices.count == 1)
        #expect(try TaintLedger(directory: directory.path, boot: Self.boot).snapshot == ledger.snapshot)
    }

    @Test("a state directory that was moved is no place to write to until it is back", arguments: [0, 1, 2])
    func moved(kind: Int) throws {
        let state = "\(directory.path)/state"
        #expect(unsafe mkdir(state, 0o700) == 0)
        let ledger = try TaintLedger(directory: state, boot: Self.boot)
        ledger.whenTold { [news] in news.add($0) }
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        let before = try WholeFile.read("\(state)/taint", limit: 1 << 20)
        #expect(unsafe rename(state, state + ".away") == 0)
        // Nothing, another directory, a file.
        if kind == 1 { #expect(unsafe mkdir(state, 0o700) == 0) }
        if kind == 2 { try WholeFile.write([], to: state, mode: 0o600) }
        for _ in 0..<2 { ledger.look() }
        #expect(news.take() == [.changed(.removed, isPutBack: false)])
        #expect(ledger.trouble?.contains("put the state directory back") == true)
        #expect(throws: TaintError.self) { try ledger.raise(.abort, mailbox: nil, time: 2) }
        #expect(unsafe access("\(state)/taint", F_OK) != 0)
        #expect(try WholeFile.read("\(state).away/taint", limit: 1 << 20) == before)
        if kind > 0 { #expect(unsafe remove(state) == 0) }
        #expect(unsafe rename(state + ".away", state) == 0)
        #expect(try ledger.raise(.abort, mailbox: nil, time: 3) == .abort)
        #expect(news.take() == [.changed(.removed, isPutBack: true)])
        #expect(try TaintLedger(directory: state, boot: Self.boot).snapshot == ledger.snapshot)
    }

    @Test("a change through a mapping, which moves no time, shows to the next letter and to a look that reads")
    func mapped() throws {
        let ledger = try open()
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        let lookings: [() throws -> Void] = [
            { ledger.look(reading: true) }, { _ = try ledger.raise(.abort, mailbox: nil, time: 2) },
        ]
        for look in lookings {
            let file = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC)
            let size = try bytes.count
            let memory = try unsafe #require(mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0))
            let content = unsafe UnsafeMutableRawBufferPointer(start: memory, count: size)
            // The first touch of a page moves the time, and is no change.
            unsafe content[0] = unsafe content[0]
            ledger.look()
            #expect(news.take() == [])
            unsafe content[size - 2] ^= 1
            try look()
            #expect(news.take() == [.changed(.edited, isPutBack: true)])
            #expect(try LedgerText(bytes).snapshot == ledger.snapshot)
            unsafe munmap(memory, size)
            close(file)
        }
    }

    @Test("one that is taken away between the look at it and the look into it is one that was removed")
    func vanishes() throws {
        let disk = MemoryDisk()
        let ledger = try TaintLedger(disk, path: "taint", boot: Self.boot, limits: LedgerLimits())
        ledger.whenTold { [news] in news.add($0) }
        _ = try ledger.raise(.vendor, mailbox: nil, time: 1)
        disk.vanish()
        ledger.look()
        #expect(news.take() == [.changed(.removed, isPutBack: true)])
        #expect(try LedgerText(disk.bytes).snapshot == ledger.snapshot)
    }

    @Test("a look through the keeper comes in time, and one at a disk that hangs keeps nobody for longer than he waits")
    func keeper() throws {
        let ledger = try open()
        let keeper = try LedgerKeeper(ledger)
        for _ in 0..<3 {
            #expect(unsafe unlink(path) == 0)
            keeper.look(withinMicroseconds: 60_000_000)
            #expect(news.take() == [.changed(.removed, isPutBack: true)])
        }
        keeper.stop()
        let before = Clocks.monotonicMicroseconds
        // Nobody looks any more: as if the disk hung.
        keeper.look(withinMicroseconds: 20_000)
        #expect(Clocks.monotonicMicroseconds - before >= 20_000)
    }
}
