internal import DOELinux
public import DOERecord
public import DOEWords
internal import Glibc
internal import SystemPackage

/// What a ring's file holds, read by somebody who is not its daemon: without its lock, and without a write.
///
/// A daemon may be at work on it meanwhile. Every record that was closed before the reading began is in `closed`, or
/// the journal holds it already; so read the ring first, then the journal.
public struct RingReading: Sendable {
    /// The ring's file.
    public let path: String
    /// How many slots it has.
    public internal(set) var capacity = 0
    /// The last number that is known to have been given when the reading began; `nil` before the first.
    public internal(set) var last: RecordNumber?
    /// Whether that is of the instance before the ring's present one, which has given none yet.
    public internal(set) var isLastOfOneBefore = false
    /// Whether the machine has gone down since the ring was written, without an orderly end before: the journal may have
    /// been on its disk before the ring was.
    public internal(set) var isCutOff = false
    /// The digest of the record with the last number of the ring's progress, and that number: what the journal holds
    /// must agree with it. `nil` before the first.
    public internal(set) var lastReleased: (number: RecordNumber, digest: SHA256Digest)?
    /// Complete records that the journal was not seen to hold, in the order of their numbers within an instance.
    public internal(set) var closed: [Record] = []
    /// Records of what was under way, or was cut off by the daemon's end. They have no number yet.
    public internal(set) var open: [Record] = []
    /// What is damaged and lost, for a person; the daemon's next start records it.
    public internal(set) var lost: [String] = []
    /// What is damaged and can be made good, for a person.
    public internal(set) var repairable: [String] = []
    /// Whether a daemon found a loss that is not on record yet.
    public internal(set) var owesLoss = false

    init(path: String) { self.path = path }
}

extension Record {
    /// Whether the bytes that it was read from hold anything else. A later version may know more fields.
    fileprivate func isAltered(in bytes: [UInt8]) -> Bool {
        let isNewer = self[.schema].flatMap { Int($0) }.map { $0 > Record.schema } ?? false
        return !isNewer && encoded != bytes
    }
}

/// Reads a ring that may be in use.
public enum RingReader {
    /// A slot that is written while it is read looks damaged: it is read again so often, with a pause in between.
    private static let attempts = 4
    private static let pauseMicroseconds: UInt32 = 250

    /// Reads the ring in a daemon's state directory. Throws where there is none, or where it cannot be opened.
    public static func read(stateDirectory: String) throws(TrailError) -> RingReading {
        try read(stateDirectory: stateDirectory) { () throws(LinuxError) in }
    }

    /// With what its daemon does between the reading of the progress and of the slots.
    static func read(
        stateDirectory: String, meanwhile: () throws(LinuxError) -> Void
    ) throws(TrailError) -> RingReading {
        let path = stateDirectory + "/ring"
        do throws(LinuxError) {
            return try read(try open(path), path, meanwhile)
        } catch {
            throw TrailError(
                error.errno == .notSupported ? .otherVersion : .file,
                problem: "the ring cannot be read: \(error.problem)",
                remedy: error.remedy(
                    forReading: path, absent: "name the daemon's state directory with --state-directory"))
        }
    }

    /// Whose it is does not matter: it may be a copy.
    private static func open(_ path: String) throws(LinuxError) -> Descriptor {
        let file = try OwnFile.openRegular(path)
        guard try Ring.size(of: file, path) <= RingLayout.fileSize(slotCount: RingLayout.slotCounts.upperBound) else {
            throw LinuxError(
                "read", "\(path), which is larger than any ring", .fileTooLarge,
                remedy: "find out who put it there: no doe-auditd did; name the daemon's state directory with"
                    + " --state-directory")
        }
        return file
    }

    private static func read(
        _ file: Descriptor, _ path: String, _ meanwhile: () throws(LinuxError) -> Void
    ) throws(LinuxError) -> RingReading {
        var reading = RingReading(path: path)
        let extent = try extent(file, path, &reading)
        reading.capacity = extent.slotCount
        reading.lost += extent.damage
        let ring = Ring(slotCount: max(extent.slotCount, extent.behind.upperBound), file: file, path: path)
        let copies = try ProgressCopies(readingFrom: ring, attempts: attempts, pauseMicroseconds)
        let progress = copies.newest
        try meanwhile()
        let first = try slots(of: ring)
        reading.lost += copies.damage
        if copies.areBlank, try !isUntouched(ring, first) {
            reading.lost.append("both copies of the progress are empty, and the ring was in use")
        }
        // What was given and released behind the reader's back stands in no slot: the progress was written before.
        let later = try ProgressCopies(readingFrom: ring, attempts: attempts, pauseMicroseconds).newest
        reading.last = lastNumber(progress, first, later)
        if let progress {
            reading.isLastOfOneBefore = reading.last.map { $0.instance != progress.instance } ?? false
            reading.isCutOff = !progress.isClean && progress.boot != (try? BootID.current())
        }
        if let anchor = progress?.lastAnchor {
            reading.lastReleased = (
                RecordNumber(instance: anchor.instance, sequence: anchor.sequence), anchor.digest
            )
        }
        reading.owesLoss = progress?.owesLoss == true
        // A second time: what was closed in a slot behind the reader's back, and has a number below one that was
        // seen, shows now, or was released since, and is in the journal.
        take(try slots(of: ring), into: &reading)
        return reading
    }

    private static func extent(
        _ file: Descriptor, _ path: String, _ reading: inout RingReading
    ) throws(LinuxError) -> RingExtent {
        var counts: [Int] = []
        for (index, offset) in RingLayout.headerOffsets.enumerated() {
            switch RingHeader.parse(try file.read(RingHeader.size, at: offset, subject: path)) {
            case .slotCount(let count, _): counts.append(count)
            case .damaged: reading.repairable.append("copy \(index + 1) of the header is damaged")
            case .otherVersion(let version):
                throw LinuxError(
                    "use", "\(path), a ring of version \(version)", .notSupported,
                    remedy: "read it with the doe-audit that belongs to the daemon that wrote it")
            }
        }
        // A ring gets its name when it has both, and neither changes; nor does its size.
        if counts.isEmpty { reading.lost.append("both copies of the header") }
        return RingExtent(headers: counts, size: try Ring.size(of: file, path))
    }

    /// Whether nothing was ever written into a slot. What is freed loses its headers and no more.
    private static func isUntouched(_ ring: Ring, _ content: RingContent) throws(LinuxError) -> Bool {
        guard content.slots.allSatisfy({ $0 == .free }) else { return false }
        for slot in 0..<ring.slotCount {
            let place = RingLayout.offset(ofSlot: slot) + RingLayout.openingBytes
            let start = try ring.file.read(RingLayout.halfHeaderSize, at: place, subject: ring.path)
            guard start.allSatisfy({ $0 == 0 }) else { return false }
        }
        return true
    }

    private static func slots(of ring: Ring) throws(LinuxError) -> RingContent {
        var content = RingContent(slots: [])
        for slot in 0..<ring.slotCount { try read(slot, of: ring, into: &content) }
        return content
    }

    private static func read(_ slot: Int, of ring: Ring, into content: inout RingContent) throws(LinuxError) {
        for attempt in 1...attempts {
            // The slot before alone: whether it is behind the same cut.
            var trial = RingContent(slots: Array(content.slots.suffix(1)))
            try ring.read(slot: slot, into: &trial)
            if trial.lost.isEmpty && trial.repaired.isEmpty || attempt == attempts {
                content.slots += trial.slots.suffix(1)
                content.lost += trial.lost
                // Where its number is not known any more, the next start takes it for a loss too.
                if trial.isNumberingCertain {
                    content.repaired += trial.repaired
                } else {
                    content.lost += trial.repaired
                }
                return
            }
            usleep(pauseMicroseconds)
        }
    }

    private static func lastNumber(
        _ progress: RingProgress?, _ content: RingContent, _ later: RingProgress?
    ) -> RecordNumber? {
        guard let progress else { return nil }
        let sequences = content.slots.enumerated().compactMap { index, slot -> UInt64? in
            guard case .closed(let bytes, _) = slot, let record = PendingRecord(bytes: bytes, slot: index),
                record.number.instance == progress.instance
            else { return nil }
            return record.number.sequence
        }
        let givenSince = later?.instance == progress.instance ? later?.sequence ?? 0 : 0
        let last = max(progress.sequence, sequences.max() ?? 0, givenSince)
        if last > 0 { return RecordNumber(instance: progress.instance, sequence: last) }
        return progress.lastAnchor.map { RecordNumber(instance: $0.instance, sequence: $0.sequence) }
    }

    private static func take(_ content: RingContent, into reading: inout RingReading) {
        reading.lost += content.lost
        reading.repairable += content.repaired
        for (index, slot) in content.slots.enumerated() {
            do throws(RecordError) {
                switch slot {
                case .open(let bytes, _): reading.open.append(try Record(encoded: bytes))
                case .closed(let bytes, _):
                    let record = try Record(encoded: bytes)
                    guard (1...RecordNumber.highest).contains(record.sequence ?? 0) else {
                        reading.lost.append("slot \(index): the record in it has no number that a daemon gives")
                        continue
                    }
                    reading.closed.append(record)
                    if record.isAltered(in: bytes) {
                        reading.lost.append(
                            "slot \(index): the record in it was changed: it is none that a daemon writes")
                    }
                case .free, .finished, .lost, .cutOff: break
                }
            } catch {
                reading.lost.append("slot \(index): \(error.problem)")
            }
        }
        reading.closed.sort { ($0.instance ?? "", $0.sequence ?? 0) < ($1.instance ?? "", $1.sequence ?? 0) }
    }
}
