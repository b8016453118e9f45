@testable import DOEAuditTrail
import DOELinux
import DOERecord
import DOEReport
import DOEWords
import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// A machine with a state directory, a journal, and one daemon after the other; and beside it what every client was
/// told, which is all that the expectations are worked out from.
final class ModelHost {
    /// What happens to a host.
    enum Act: CaseIterable {
        case exchange, begin, deliver, handOver, syncJournal, stop, kill, boot, cutPower
        case backUp, restore, restoreBoth, clone
        case removeRing, removeShadow, removeLedger, wipe, disturb, cutJournal, clearJournal
    }

    /// A state directory as it was once, with the shadow of then.
    struct Backup {
        let ring: [UInt8]
        let shadow: [UInt8]?
        /// How many records there were by then.
        let age: Int
    }

    let name: String
    let machine: String
    var journal = ModelJournal(records: [])
    let directory = TemporaryDirectory(below: "/dev/shm")
    var core: TrailCore?
    var boot = 1
    var backups: [Backup] = []
    /// The ring as it was when it was synced last.
    var synced: [UInt8] = []
    /// How many of the journal's records are on its disk.
    var syncedCount = 0
    var openSlots: [OpenSlot] = []
    var exchanges = 0

    /// Every number that was given, and what it was given to: of this host and of those that were copied from it.
    var given: [RecordNumber: [UInt8]] = [:]
    /// The numbers in the order in which they were given here.
    var promised: [RecordNumber] = []
    /// What is known to be gone: a start has told of it, or nothing that is left can show it.
    var settled: Set<RecordNumber> = []
    /// What a vacuum may have taken: nobody has to miss it.
    var excused: Set<RecordNumber> = []
    /// What the ring that is there knows nothing of: what was given after it was copied, or before it was made.
    var estranged: Set<RecordNumber> = []
    /// The ring that is there is an older one, and how many records there were when it was written.
    var restored: Int?
    /// Whether the shadow of then was put there as well.
    var isShadowRestored = false
    /// Numbers that may be given once more: an older ring was put there with its shadow, and the journal has none that
    /// came after it. Nothing on this machine shows that they were given.
    var forgotten: Set<RecordNumber> = []
    /// Whether anything was done that no daemon does.
    var isTampered = false
    var wasCut = false
    /// Whether the last start had anything to say.
    var isTold = false
    var starts = 0
    var losses = 0
    var log: [String] = []

    var ring: String { directory.path + "/ring" }
    var shadow: String { directory.path + "/run/ring-shadow" }
    var ledger: String { directory.path + "/taint" }

    init(name: String) throws {
        self.name = name
        machine = "machine \(name)"
        try FileManager.default.createDirectory(atPath: directory.path + "/run", withIntermediateDirectories: true)
        try start()
    }

    /// One whose disk is a copy of another's.
    private init(copyOf host: ModelHost, ring image: [UInt8], machine: String) throws {
        self.machine = machine
        name = host.name + "'"
        given = host.given
        boot = host.boot
        try FileManager.default.createDirectory(atPath: directory.path + "/run", withIntermediateDirectories: true)
        try WholeFile.write(image, to: ring, mode: 0o600)
        try WholeFile.write([1], to: ledger, mode: 0o600)
        log = host.log + ["cloned"]
        // Its own journal holds nothing of what the other one has written.
        isTampered = true
    }

    // MARK: What happens

    func perform(_ act: Act, _ random: inout SeededGenerator) throws {
        log.append("\(act)")
        switch act {
        case .exchange:
            for _ in 0..<Int.random(in: 1...3, using: &random) { try exchange() }
            // As for a device of this host.
            if random.once(in: 4) { try noteSynced() }
        case .begin: try begin()
        case .deliver: try deliver(Int.random(in: 1...4, using: &random))
        case .handOver: try handOver(Int.random(in: 1...4, using: &random))
        case .syncJournal: syncedCount = journal.records.count
        case .stop:
            try restart {
                try self.stop()
                try self.backUp()
            }
        case .kill: try restart {}
        case .boot:
            try restart {
                try self.stop()
                try self.bootAnew()
            }
        case .cutPower:
            try cutPower(&random)
        case .backUp: try backUp()
        case .restore: try restore(&random, withShadow: false)
        case .restoreBoth: try restore(&random, withShadow: true)
        case .clone: try clone(&random)
        case .removeRing, .removeLedger, .removeShadow, .wipe: try remove(act, &random)
        case .disturb: try disturb(&random)
        case .cutJournal:
            isTampered = true
            journal.records.removeLast(min(journal.records.count, Int.random(in: 1...3, using: &random)))
            try restart {}
        case .clearJournal:
            isTampered = true
            journal.records = []
            excused.formUnion(promised)
            try restart {}
        }
    }

    func exchange() throws {
        guard let core, let slot = open(core) else { return }
        try close(slot, in: core)
    }

    private func begin() throws {
        guard let core, let slot = open(core) else { return }
        openSlots.append(slot)
    }

    private func record() -> Record {
        exchanges += 1
        return Record(.exchangeAllowed, priority: .info, message: "exchange \(exchanges) on \(name)")
    }

    private func open(_ core: TrailCore) -> OpenSlot? {
        try? core.open(record(), durability: .memory, mayUseReserve: false)
    }

    private func close(_ slot: OpenSlot, in core: TrailCore) throws {
        _ = try core.close(record(), slot)
        try note(core)
    }

    /// In order: what is open is closed, and everything is synced.
    func stop() throws {
        guard let core else { return }
        for slot in openSlots { try close(slot, in: core) }
        openSlots = []
        try core.endInOrder()
    }

    private func backUp() throws {
        backups.append(
            Backup(
                ring: try WholeFile.read(ring, limit: 1 << 20), shadow: try? WholeFile.read(shadow, limit: 1 << 20),
                age: promised.count))
    }

    func bootAnew() throws {
        boot += 1
        try? FileManager.default.removeItem(atPath: shadow)
    }

    private func restore(_ random: inout SeededGenerator, withShadow: Bool) throws {
        guard !backups.isEmpty else { return }
        isTampered = true
        let backup = random.pick(backups)
        let (isOrderly, boots) = (random.once(in: 2), !withShadow && random.once(in: 2))
        try restart {
            if isOrderly { try self.stop() }
            try WholeFile.write(backup.ring, to: self.ring, mode: 0o600)
            self.restored = backup.age
            if withShadow, let bytes = backup.shadow {
                try WholeFile.write(bytes, to: self.shadow, mode: 0o600)
                self.isShadowRestored = true
                self.forgotten.formUnion(
                    self.promised.dropFirst(backup.age).filter { number in
                        !self.journal.records.suffix(16).contains {
                            $0.instance == number.instance
                                && !self.promised.prefix(backup.age).contains(
                                    RecordNumber(instance: number.instance, sequence: $0.sequence ?? 0))
                        }
                    })
            }
            // Nor does it know which of those that wait in it came to the journal when.
            self.estranged.formUnion(self.promised.dropFirst(backup.age))
            self.estranged.formUnion(self.promised.filter { self.journal.holds($0) })
            if boots { try self.bootAnew() }
        }
    }

    private func clone(_ random: inout SeededGenerator) throws {
        let image = random.once(in: 2) ? try WholeFile.read(ring, limit: 1 << 20) : backups.last?.ring
        guard let image else { return }
        let isOther = random.once(in: 2)
        let other = try ModelHost(copyOf: self, ring: image, machine: isOther ? "another" : machine)
        if random.once(in: 2) { other.boot += 1 }
        try other.start()
        #expect(!isOther || other.isTold, "a copied image is not told: \(log)")
        for _ in 0..<3 { try other.exchange() }
        try take(other.given)
    }

    private func remove(_ act: Act, _ random: inout SeededGenerator) throws {
        isTampered = true
        let isOrderly = random.once(in: 2)
        let withShadow = random.once(in: 2)
        try restart {
            if isOrderly { try self.stop() }
            if act == .removeRing || act == .wipe { self.estranged.formUnion(self.promised) }
            let paths =
                switch act {
                case .removeRing: [self.ring]
                case .removeLedger: [self.ledger]
                case .wipe: [self.ring, self.ledger, self.shadow]
                default: [self.shadow]
                }
            for path in paths + (withShadow ? [self.shadow] : []) {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
    }

    /// Somebody takes the ring or its shadow away while the daemon lives, which then tells it, and has all it needs.
    private func disturb(_ random: inout SeededGenerator) throws {
        isTampered = true
        try restart {}
        guard let core else { return }
        let path = random.once(in: 2) ? ring : shadow
        let before = try content(core).closedRecords
        if random.once(in: 2) {
            try FileManager.default.removeItem(atPath: path)
        } else {
            #expect(unsafe truncate(path, off_t(Int.random(in: 0...RingLayout.slotSize, using: &random))) == 0)
        }
        core.look()
        #expect(core.state.withLock { $0.foundLosses.contains { $0[.status] == "ring-disturbed" } }, "\(log)")
        core.recordLoss()
        try note(core)
        try noteSynced()
        let after = Set(try content(core).closedRecords)
        #expect(after.isSuperset(of: before), "what waits is in it again: \(log)")
        try verify()
    }
}
