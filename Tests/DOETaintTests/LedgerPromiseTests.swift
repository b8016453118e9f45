import DOEWords
import Synchronization
import TestSupport
import Testing

@testable import DOETaint

/// What was said once is shown until somebody acknowledges it, and since boot until the boot ends; or a loss is told.
/// Whatever becomes of the disk, of the daemon, and of the file.
@Suite("What the ledger promises")
struct LedgerPromiseTests {
    private static let limits = LedgerLimits(fileBytes: 1 << 20, lineBytes: 900, spareBytes: 400, subjects: 100)
    private static let letters = ["V", "C", "A", "M", "B", "N"]
    private static let names: [String?] = ["sim:one", "sim:two", "0000:0d:00.0@190", nil]

    /// A host: a disk, what is noted beside it, and whoever uses them.
    private struct Host {
        var random: SeededGenerator
        let disk = MemoryDisk()
        /// How far the ledger had come, in a place that outlives the daemon.
        let noted = Mark()
        /// As the ring keeps them: what the daemon owed when it ended.
        var standing: [OwedTaint] = []
        var boot = String(repeating: "0", count: 32)
        /// Copies that somebody has made of the file.
        var copies: [[UInt8]] = []
        /// What was said since boot, and what of it nobody has acknowledged: letter and mailbox.
        var said: Set<Said> = []
        var unacknowledged: Set<Said> = []
        /// How often a loss was told.
        var losses = 0

        struct Said: Hashable {
            let letter: TaintLetters
            let mailbox: MailboxName?
        }

        final class Mark: Sendable {
            let mark = Mutex<LedgerMark?>(nil)
        }
    }

    private func mailbox(_ name: String?) throws -> MailboxIdentity? {
        try name.map { MailboxIdentity(name: try #require(MailboxName($0))) }
    }

    private func start(_ host: inout Host) throws -> TaintLedger {
        let marks = [host.noted.mark.withLock { $0 }].compactMap(\.self)
        let ledger: TaintLedger
        do throws(TaintError) {
            ledger = try TaintLedger(
                host.disk, path: "taint", boot: host.boot, limits: Self.limits, marks: LedgerMarks(marks, doubt: nil))
        } catch {
            // Damaged: nobody starts, and that is told. Somebody moves it away.
            #expect(error.reason == .damaged && error.remedy != nil)
            host.disk.put(nil)
            return try start(&host)
        }
        if ledger.finding?.isLoss == true { noteLoss(&host, ledger) }
        ledger.noteMarks { [noted = host.noted] mark in noted.mark.withLock { $0 = mark } }
        for owed in host.standing {
            let identity = owed.mailbox.map { MailboxIdentity(name: $0) }
            do { _ = try ledger.raise(owed.letters, mailbox: identity, time: owed.since) } catch {
                _ = ledger.owe(owed.letters, mailbox: identity, time: owed.since)
            }
        }
        host.standing = ledger.owed
        return ledger
    }

    private func attack(_ host: inout Host) {
        let bytes = host.disk.bytes
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
        switch host.random.next() % 6 {
        case 0: host.disk.put(nil)
        case 1: if let copy = host.copies.randomElement(using: &host.random) { host.disk.put(copy) }
        case 2:
            guard let end = ends.dropLast().randomElement(using: &host.random) else { return }
            host.disk.put(Array(bytes[...end]), byAnotherFile: host.random.once(in: 2))
        case 3: host.disk.put([], byAnotherFile: host.random.once(in: 2))
        case 4:
            guard let place = bytes.indices.randomElement(using: &host.random) else { return }
            var changed = bytes
            changed[place] ^= 4
            host.disk.put(changed, byAnotherFile: false)
        default: host.copies.append(bytes)
        }
    }

    /// A loss is told with a letter of its own, which stays like any other. From then on what is left is what was
    /// said.
    private func noteLoss(_ host: inout Host, _ ledger: TaintLedger) {
        let shown = Shown(ledger)
        host.losses += 1
        let loss = Host.Said(letter: .lost, mailbox: nil)
        host.said = host.said.filter(shown.isSinceBoot).union([loss])
        host.unacknowledged = host.unacknowledged.filter(shown.isUnacknowledged).union([loss])
    }

    /// What a person sees.
    private struct Shown {
        let rows: [String: TaintRow]

        init(_ ledger: TaintLedger) {
            rows = Dictionary(uniqueKeysWithValues: ledger.snapshot.rows.map { ($0.subject, $0) })
        }

        private func row(_ said: Host.Said) -> TaintRow? { rows[said.mailbox?.description ?? "this host"] }
        func isSinceBoot(_ said: Host.Said) -> Bool { row(said)?.sinceBoot.contains(said.letter) == true }
        func isUnacknowledged(_ said: Host.Said) -> Bool { row(said)?.unacknowledged.contains(said.letter) == true }
    }

    /// What was said is shown.
    private func check(_ host: Host, _ ledger: TaintLedger, _ step: String) {
        let shown = Shown(ledger)
        #expect(host.said.allSatisfy(shown.isSinceBoot), "\(step)")
        #expect(host.unacknowledged.allSatisfy(shown.isUnacknowledged), "\(step)")
        #expect(ledger.owed.isEmpty == !ledger.notices.contains { $0.contains("letters are owed") }, "\(step)")
    }

    @Test("holds through letters, faults, kills, boots and attacks")
    func holds() throws {
        let losses = try (1...80 as ClosedRange<UInt64>).map(run)
        #expect(losses.reduce(0, +) > 80, "what is attacked is seen")
    }

    /// Returns how many losses were told.
    private func run(seed: UInt64) throws -> Int {
        var host = Host(random: SeededGenerator(seed: seed))
        var ledger = try start(&host)
        for number in 0..<120 as Range<UInt64> {
            let step = "seed \(seed), step \(number)"
            switch host.random.next() % 16 {
            case 0...6:
                let letter = try #require(TaintLetters(host.random.pick(Self.letters)))
                let identity = try mailbox(host.random.pick(Self.names))
                let said = Host.Said(letter: letter, mailbox: identity?.name)
                do {
                    _ = try ledger.raise(letter, mailbox: identity, time: number)
                } catch {
                    // What may still be refused is not said; what has happened is.
                    guard host.random.once(in: 2) else { break }
                    _ = ledger.owe(letter, mailbox: identity, time: number)
                }
                host.said.insert(said)
                host.unacknowledged.insert(said)
                // With each letter the ring has what is owed.
                host.standing = ledger.owed
            case 7: host.disk.stick(true)
            case 8, 9:
                host.disk.stick(false)
                _ = try? ledger.flush()
                host.standing = ledger.owed
            case 10: host.disk.set(host.random.pick([.refuses, .cannotSync]))
            case 11:
                let found = ledger.snapshot.unacknowledged(of: .all)
                if let taken = try? ledger.acknowledge(found), !taken.isEmpty { host.unacknowledged = [] }
                host.standing = ledger.owed
            case 12:
                attack(&host)
                // At the next letter, or when somebody asks.
                if host.random.once(in: 2) { ledger.look() }
            case 13:
                // Killed, and the file is attacked before the next one starts.
                if host.random.once(in: 2) { attack(&host) }
                host.disk.stick(false)
                host.disk.set(nil)
                ledger = try start(&host)
            case 14:
                host.disk.stick(false)
                host.disk.set(nil)
                host.boot = String(repeating: String(host.random.next() % 10), count: 32)
                if host.boot != ledger.snapshot.boot { host.said = [] }
                ledger = try start(&host)
            default: _ = try? ledger.flush()
            }
            check(host, ledger, step)
        }
        return host.losses
    }
}
