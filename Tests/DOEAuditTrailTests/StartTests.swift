@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEWords
import Glibc
import SystemPackage
import TestSupport
import Testing

/// What a daemon makes of the ring that it finds, from one boot and one machine to the next.
@Suite("A start takes up what it finds, and says what it cannot")
struct StartTests {
    private let directory = TemporaryDirectory()
    private var runtime: String { directory.path + "/run" }
    private var path: String { directory.path + "/ring" }

    init() { _ = unsafe mkdir(runtime, 0o700) }

    private func start(
        boot: Int, machine: String = "here", wasUsed: Bool = false
    ) throws -> (core: TrailCore, recovery: TrailRecovery) {
        try TrailCore.recover(
            path: path,
            TrailCore.Options(
                slotCount: 8, runtimeDirectory: runtime, wasUsed: wasUsed,
                boot: String(repeating: "\(boot)", count: 32), machine: MachineMark(of: machine)))
    }

    @discardableResult
    private func write(_ core: TrailCore, _ message: String = "CDAT read") throws -> Record {
        let record = Record(.exchangeAllowed, priority: .info, message: message)
        let slot = try core.open(record, durability: .memory, mayUseReserve: true)
        _ = try core.close(record, slot)
        return try #require(try closed(core).last)
    }

    /// The complete records in the ring, in the order of their slots' use.
    private func closed(_ core: TrailCore) throws -> [Record] {
        var content = RingContent(slots: [])
        for slot in 0..<core.ring.slotCount { try core.ring.read(slot: slot, into: &content) }
        return try content.slots.compactMap { slot -> Record? in
            if case .closed(let bytes, _) = slot { try Record(encoded: bytes) } else { nil }
        }.sorted { $0.time ?? 0 < $1.time ?? 0 }
    }

    /// Gives up all that is in the ring, as after the journal was seen to hold it.
    private func release(_ core: TrailCore) throws {
        var content = RingContent(slots: [])
        for slot in 0..<core.ring.slotCount { try core.ring.read(slot: slot, into: &content) }
        let slots = content.closedRecords.map(\.slot)
        try core.shadowFreeing(slots: slots)
        core.noteReleased(content.closedRecords)
        try core.writeProgress(isClean: false)
        for slot in slots { try core.ring.free(slot: slot) }
    }

    private func anchor(_ record: Record) throws -> RecordAnchor {
        RecordAnchor(
            instance: try #require(record.instance), sequence: try #require(record.sequence),
            digest: SHA256Digest(of: record.encoded))
    }

    @Test("each boot is an instance whose first record names the last one before")
    func eachBoot() throws {
        var last: RecordAnchor?
        var instances: Set<String> = []
        for boot in 1...3 {
            let (core, recovery) = try start(boot: boot)
            #expect(recovery.continuity == (boot == 1 ? .newRing : .succeeded) && !recovery.isLoss)
            let first = try write(core)
            #expect(first.sequence == 1 && first.before == last)
            last = try anchor(try write(core))
            instances.insert(first.instance ?? "")
            try core.writeProgress(isClean: true)
        }
        #expect(instances.count == 3)
    }

    @Test("a daemon that is killed before its first record forgets nothing, however often")
    func killedBeforeTheFirstRecord() throws {
        let last: RecordAnchor
        do {
            let (core, _) = try start(boot: 1)
            last = try anchor(try write(core))
            try core.writeProgress(isClean: true)
        }
        // In the same boot, and in others, in which it then says that the machine went down.
        for boot in [2, 2, 3, 4] { _ = try start(boot: boot) }
        let (core, recovery) = try start(boot: 5)
        #expect(recovery.continuity == .powerCut)
        let loss = core.state.withLock { $0.foundLosses.first }
        #expect(loss?.before == last)
        let first = try write(core)
        #expect(first.sequence == 1 && first.before == last)
    }

    @Test("an instance that goes on before its first record still names the one before")
    func goesOnBeforeTheFirstRecord() throws {
        let last: RecordAnchor
        do {
            let (core, _) = try start(boot: 1)
            last = try anchor(try write(core))
            try core.writeProgress(isClean: true)
        }
        do {
            let recovery = try start(boot: 2).recovery
            #expect(recovery.continuity == .succeeded)
        }
        let (core, recovery) = try start(boot: 2)
        #expect(recovery.continuity == .continued)
        let (first, second) = (try write(core), try write(core))
        #expect(first.before == last && second.before == nil)
    }

    @Test("on another machine the numbers are others, and it is said")
    func anotherMachine() throws {
        let before: Record
        do {
            let (core, _) = try start(boot: 1)
            before = try write(core)
            try core.writeProgress(isClean: true)
        }
        for boot in [1, 2] {
            let image = try WholeFile.read(path, limit: 1 << 20)
            do {
                let (core, recovery) = try start(boot: boot, machine: "there")
                #expect(recovery.continuity == .otherMachine && !recovery.isLoss)
                #expect(recovery.notices.count == 1 && recovery.notices[0].contains("another machine"))
                #expect(recovery.undelivered == 1)
                let first = try write(core)
                #expect(try first.instance != before.instance && first.before == anchor(before))
            }
            try WholeFile.write(image, to: path, mode: 0o600)
        }
        // The copy of one that still ran may lack what was not synced.
        do { try write(try start(boot: 3).core) }
        let recovery = try start(boot: 4, machine: "there").recovery
        #expect(recovery.continuity == .powerCut && recovery.isLoss && recovery.notices.count == 1)
    }

    @Test("a ring that is not there in a state directory that was in use is a loss, told once")
    func absent() throws {
        do { try write(try start(boot: 1).core) }
        _ = unsafe unlink(path)
        _ = unsafe unlink(runtime + "/ring-shadow")
        do {
            let (core, recovery) = try start(boot: 1, wasUsed: true)
            #expect(recovery.continuity == .ringAbsent && recovery.isLoss)
            let loss = try #require(core.state.withLock { $0.foundLosses.first })
            #expect(loss[.status] == "ring-absent" && loss.priority == .alert && loss.taint == .lost)
            core.recordLoss()
            try core.writeProgress(isClean: true)
        }
        let next = try start(boot: 2, wasUsed: true).recovery
        #expect(next.continuity == .succeeded && !next.isLoss)
    }

    @Test("a ring without a progress is one that was never used, unless there was one before")
    func blank() throws {
        do { _ = try Ring.open(path: path, slotCount: 8) }
        let recovery = try start(boot: 1, wasUsed: true).recovery
        #expect(recovery.continuity == .ringAbsent)
    }

    /// A journal that reaches back to an earlier instance, and holds nothing of those of these tests.
    private static var older: ModelJournal {
        var record = Record(.daemonStopped, priority: .notice, message: "the end")
        record[.instance] = String(repeating: "0", count: 32)
        record[.sequence] = "1"
        return ModelJournal(records: [record])
    }

    @Test("two losses are both owed until they are written")
    func twoLosses() throws {
        do {
            let (core, _) = try start(boot: 1)
            try write(core)
            try release(core)
            try write(core)
        }
        let (core, recovery) = try start(boot: 2)
        #expect(recovery.continuity == .powerCut)
        let question = try #require(core.state.withLock { $0.question })
        core.inquire(question, in: Self.older)
        core.recordLoss()
        let told = try closed(core).filter { $0.event == .recordsLost }.map { $0[.status] }
        #expect(told == ["power-cut", "journal-behind"])
    }

    @Test("a loss is not told once more where the ring has its record already")
    func onRecord() throws {
        do {
            let (core, _) = try start(boot: 1)
            try write(core)
            core.noteLoss(TrailCore.record(.ringDisturbed, "it was removed"))
            core.recordLoss()
            // Killed here: the progress still says that it is owed.
        }
        do {
            let (core, recovery) = try start(boot: 1)
            #expect(!recovery.isLoss && recovery.lost.isEmpty)
            #expect(try closed(core).filter { $0.event == .recordsLost }.map(\.message) == ["it was removed"])
            // The next one of its kind is another.
            core.noteLoss(TrailCore.record(.ringDisturbed, "it was removed again"))
        }
        #expect(try start(boot: 1).recovery.isLoss)
    }

    @Test("a loss that is owed keeps its name, its count and whose end it is about", arguments: LossKind.allCases)
    func owedByName(_ kind: LossKind) throws {
        let before: RecordAnchor
        do {
            let (core, _) = try start(boot: 1)
            before = try anchor(try write(core))
            try core.writeProgress(isClean: true)
        }
        do {
            let (core, _) = try start(boot: 2)
            try write(core)
            var loss = TrailCore.record(kind, "it is found", count: 7)
            loss.before = before
            core.noteLoss(loss)
        }
        for life in 0..<2 {
            let (core, recovery) = try start(boot: 2)
            #expect(recovery.continuity == .continued && recovery.isLoss, "life \(life)")
            let owed = core.state.withLock { $0.foundLosses }
            #expect(owed.map { $0[.status] } == [kind.word] && owed.map { $0[.count] } == ["7"])
            #expect(owed.map(\.before) == [before] && owed.map(\.priority) == [kind.priority])
            #expect(recovery.lost.count == 1)
            if life == 0 { continue }
            core.recordLoss()
            try core.writeProgress(isClean: false)
        }
        let recovery = try start(boot: 2).recovery
        #expect(!recovery.isLoss)
    }

    @Test("one of the instance itself accounts for nothing, by whichever daemon it is recorded")
    func owedWithin() throws {
        do {
            let (core, _) = try start(boot: 1)
            let own = try anchor(try write(core))
            for kind in [LossKind.ringDisturbed, .journalBehind] {
                var loss = TrailCore.record(kind, "it is found", count: 7)
                loss.before = own
                core.noteLoss(loss)
            }
        }
        let (core, _) = try start(boot: 1)
        let owed = core.state.withLock { $0.foundLosses }
        #expect(
            owed.map { $0[.status] } == ["journal-behind", "ring-disturbed"] && owed.map { $0[.count] } == [nil, nil])
        let instance = core.state.withLock { $0.numbering.instance }
        #expect(owed.allSatisfy { $0.before?.instance == instance })
    }

    @Test("ring and shadow that are older ones together do not go on where the journal has what came after them")
    func bothPutBack() throws {
        var journal = ModelJournal(records: [])
        func start() throws -> (core: TrailCore, recovery: TrailRecovery) {
            try TrailCore.recover(
                path: path,
                TrailCore.Options(
                    slotCount: 8, runtimeDirectory: runtime, boot: String(repeating: "1", count: 32), index: journal))
        }
        let older: [(String, [UInt8])]
        let before: RecordAnchor
        do {
            let (core, _) = try start()
            before = try anchor(try write(core))
            try release(core)
            older = try [path, runtime + "/ring-shadow"].map { ($0, try WholeFile.read($0, limit: 1 << 20)) }
            journal.records = [try write(core, "one"), try write(core, "another")]
            try release(core)
        }
        do {
            let (core, recovery) = try start()
            #expect(recovery.continuity == .continued && !recovery.isLoss)
            #expect(core.state.withLock { $0.numbering.sequence } == 3)
        }
        for (place, bytes) in older { try WholeFile.write(bytes, to: place, mode: 0o600) }
        let (core, recovery) = try start()
        let loss = try #require(core.state.withLock { $0.foundLosses.first })
        #expect(recovery.continuity == .rolledBack && loss[.status] == "ring-rolled-back" && loss.before == before)
        #expect(try write(core).sequence == 1)
    }

    @Test("nor where the journal cannot be asked")
    func nobodyToAsk() throws {
        struct Nothing: JournalIndex {
            private var error: LinuxError { LinuxError("open", "/journal", .noSuchFileOrDirectory) }
            func holds(_ number: RecordNumber) throws(LinuxError) -> Bool { throw error }
            func holdsAny(of instance: String) throws(LinuxError) -> Bool { throw error }
            func latestNumber(of instance: String) throws(LinuxError) -> UInt64? { throw error }
            func successors(of anchor: RecordAnchor) throws(LinuxError) -> Set<String> { throw error }
            func before(of instance: String) throws(LinuxError) -> RecordAnchor? { throw error }
            func beginning(of instance: String) throws(LinuxError) -> UInt64? { throw error }
            func holdsTrail(besides instances: Set<String>) throws(LinuxError) -> Bool { throw error }
            func holdsAbandonedTrail(besides instances: Set<String>) throws(LinuxError) -> Bool { throw error }
            func holdsTrail(
                after number: RecordNumber, ofAny isMeant: (String) throws(LinuxError) -> Bool
            ) throws(LinuxError) -> Bool { throw error }
        }
        let last: RecordAnchor
        do {
            let (core, _) = try start(boot: 1)
            last = try anchor(try write(core))
        }
        let (core, recovery) = try TrailCore.recover(
            path: path,
            TrailCore.Options(
                slotCount: 8, runtimeDirectory: runtime, boot: String(repeating: "1", count: 32),
                machine: MachineMark(of: "here"), index: Nothing()))
        #expect(recovery.continuity == .succeeded && !recovery.isLoss)
        #expect(core.state.withLock { $0.question?.continuity } == .succeeded, "it is asked later")
        let first = try write(core)
        #expect(first.sequence == 1 && first.before == last)
    }

    @Test("who listens hears of a loss that the journal shows, and who comes late hears of it at once")
    func told() throws {
        for isLate in [false, true] {
            do {
                let (core, _) = try start(boot: isLate ? 3 : 1)
                try write(core)
                try release(core)
                try core.writeProgress(isClean: true)
            }
            let (core, recovery) = try start(boot: isLate ? 4 : 2)
            #expect(!recovery.isLoss)
            let calls = Calls()
            if !isLate { core.tellLosses { calls.add() } }
            let question = try #require(core.state.withLock { $0.question })
            core.inquire(question, in: Self.older)
            #expect(calls.count == (isLate ? 0 : 1))
            if isLate { core.tellLosses { calls.add() } }
            let findings = core.state.withLock { $0.findings.count }
            #expect(calls.count == 1 && findings == 1)
            // Whoever is killed before it is on record leaves it to the next.
            let owes = try core.ring.owesLoss()
            #expect(owes)
            core.recordLoss()
            try core.writeProgress(isClean: true)
        }
    }
}

extension Ring {
    fileprivate func owesLoss() throws -> Bool {
        try ProgressCopies(readingFrom: self, attempts: 1, 0).newest?.owesLoss == true
    }
}
