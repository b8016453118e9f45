internal import DOELinux
internal import DOERecord
internal import SystemPackage

/// Sees which records the journal holds, and in which of its files, and waits until those are on their disk. For one
/// thread.
final class JournalReadBack {
    /// Which records wait that have this number.
    typealias Waiting = (RecordNumber) -> [PendingRecord]

    /// What the content that a file shows is worth.
    private enum Trust: Equatable {
        /// All of it is on the disk when a sync has worked.
        case asOnDisk
        /// A sync has failed, or the disk has something else: nothing in it counts before it was compared with its
        /// disk.
        case doubted(LinuxError)
    }

    /// Stands behind the last entry of a file that was seen.
    private struct Stream {
        let file: JournalFile
        let journal: Journal
    }

    private let held: HeldJournal
    private var streams: [ObjectIdentifier: Stream] = [:]
    /// Of files that are held. Without a word a file is worth what was written since it was opened.
    private var trust: [ObjectIdentifier: Trust] = [:]
    /// Files in which something was found since the last sync.
    private var unsynchronized: [ObjectIdentifier: JournalFile] = [:]
    /// A file in memory in which something was found last: there is no disk to wait for. `nil` where it was on a
    /// disk.
    private(set) var volatileFile: String?

    /// What to do about a file that is not on its disk.
    static let remedy =
        "look into the kernel's log for errors of that disk, and have journald begin a new file ('journalctl --rotate')"

    /// How many entries of a file are taken in at a time.
    private static let batch = 4096

    init(_ source: JournalSource) { held = HeldJournal(source) }

    /// Whether it has files open.
    var isHolding: Bool { !streams.isEmpty }

    /// Why what stands in a file does not count.
    var doubt: LinuxError? {
        trust.values.lazy.compactMap { if case .doubted(let error) = $0 { error } else { nil } }.first
    }

    /// Opens the files that journald writes to, and enters each shortly before `since`, microseconds since 1970. A
    /// clock that was set may hide some entries: `lookUp` finds them.
    ///
    /// To be called before records are handed over: what the kernel cannot write it tells to who has the file open by
    /// then.
    func hold(for instance: String, since: UInt64) throws(LinuxError) {
        try held.holdNew()
        for file in held.files where streams[ObjectIdentifier(file)] == nil {
            guard let journal = try read(file) else { continue }
            try TrailWriters.match(in: journal)
            try journal.match("\(Field.instance.name)=\(instance)")
            try journal.seek(toRealtime: since - min(since, 1_000_000))
            streams[ObjectIdentifier(file)] = Stream(file: file, journal: journal)
        }
    }

    /// Which records that wait the journal has received since the last call.
    func news(of instance: String, since: UInt64, _ waiting: Waiting) throws(LinuxError) -> [PendingRecord] {
        try hold(for: instance, since: since)
        var found: [PendingRecord] = []
        for (id, stream) in streams where !isDoubted(stream.file) {
            var isAtEnd = false
            for _ in 0..<Self.batch {
                isAtEnd = try !stream.journal.next()
                if isAtEnd { break }
                guard let sequence = try sequence(stream.journal) else { continue }
                let candidates = waiting(RecordNumber(instance: instance, sequence: sequence))
                guard let record = try match(stream.journal, candidates) else { continue }
                found.append(record)
                unsynchronized[id] = stream.file
            }
            // journald adds nothing to a file that it is done with.
            if isAtEnd, !held.isInUse(stream.file), unsynchronized[id] == nil { letGo(of: stream.file) }
        }
        return found
    }

    /// Which of these the journal holds, wherever in it. They may have been written before their file was opened, or
    /// an error may have been told since; so the file is compared with its disk.
    func lookUp(_ records: [PendingRecord]) throws(LinuxError) -> [PendingRecord] {
        // Handles of its own, and new ones for the streams afterwards: whatever hid the records must not hide more.
        streams = [:]
        var missing = records
        var found: [PendingRecord] = []
        try held.visitAll { file throws(LinuxError) in
            guard !missing.isEmpty else { return }
            let here = try find(missing, in: file)
            guard !here.isEmpty, isTrusted(file) else { return }
            held.hold(file)
            unsynchronized[ObjectIdentifier(file)] = file
            found += here
            let slots = Set(here.map(\.slot))
            missing.removeAll { slots.contains($0.slot) }
        }
        return found
    }

    /// Waits until the files in which something was found since the last time are on their disk. Throws where one is
    /// not: then what was found in it counts no more until `lookUp` finds it.
    func synchronize() throws(LinuxError) {
        if !unsynchronized.isEmpty { volatileFile = nil }
        var failure: LinuxError?
        for (id, file) in unsynchronized {
            do throws(LinuxError) {
                guard !file.isRemoved else { throw Self.removed(file) }
                if file.isVolatile { volatileFile = file.path } else { try file.synchronize() }
            } catch {
                trust[id] = .doubted(error)
                failure = error
            }
        }
        unsynchronized = [:]
        if let failure { throw failure }
    }

    /// Looks where a record stands that was found in memory and given up: journald moves what is there to the disk when it
    /// can (`journalctl --flush`). Where it does, its file is on the disk afterwards.
    func settle(_ number: RecordNumber) throws(LinuxError) {
        var places: [JournalFile] = []
        try held.visitAll { file throws(LinuxError) in
            guard let journal = try read(file) else { return }
            try TrailWriters.match(in: journal)
            try journal.match("\(Field.instance.name)=\(number.instance)")
            try journal.match("\(Field.sequence.name)=\(number.sequence)")
            try journal.seekToHead()
            if try journal.next() { places.append(file) }
        }
        if let onDisk = places.first(where: { !$0.isVolatile && isTrusted($0) }) {
            try onDisk.synchronize()
            volatileFile = nil
        } else if let other = places.first {
            volatileFile = other.path
        }
    }

    /// Lets go of the journal's files, so that rotated ones can be removed.
    func close() {
        (streams, trust, unsynchronized) = ([:], [:], [:])
        held.letGo()
    }

    private func letGo(of file: JournalFile) {
        streams[ObjectIdentifier(file)] = nil
        trust[ObjectIdentifier(file)] = nil
        held.letGo(of: file)
    }

    private static func removed(_ file: JournalFile) -> LinuxError {
        LinuxError(
            "find", file.path, .noSuchFileOrDirectory,
            remedy: "it was removed while journald writes to it: have journald begin a new one ('journalctl --rotate')")
    }

    /// Whether what a file shows is on its disk as soon as a sync works.
    private func isTrusted(_ file: JournalFile) -> Bool {
        let id = ObjectIdentifier(file)
        if file.isVolatile || trust[id] == .asOnDisk { return true }
        do throws(LinuxError) {
            guard !file.isRemoved else { throw Self.removed(file) }
            // Where the disk cannot be asked, the sync alone says it; but not after an error.
            let isSame = try file.isAsOnDisk() ?? !isDoubted(file)
            guard isSame else {
                throw LinuxError(
                    "find", "on its disk what \(file.path) shows", .ioError, remedy: Self.remedy)
            }
            trust[id] = .asOnDisk
            return true
        } catch {
            held.hold(file)
            trust[id] = .doubted(error)
            return false
        }
    }

    private func isDoubted(_ file: JournalFile) -> Bool {
        if case .doubted = trust[ObjectIdentifier(file)] { true } else { false }
    }

    private func find(_ records: [PendingRecord], in file: JournalFile) throws(LinuxError) -> [PendingRecord] {
        guard let journal = try read(file) else { return [] }
        var found: [PendingRecord] = []
        for record in records {
            journal.clearMatches()
            try TrailWriters.match(in: journal)
            try journal.match("\(Field.instance.name)=\(record.number.instance)")
            try journal.match("\(Field.sequence.name)=\(record.number.sequence)")
            try journal.seekToHead()
            while try journal.next() {
                guard try match(journal, [record]) != nil else { continue }
                found.append(record)
                break
            }
        }
        return found
    }

    /// `nil` where it is no whole journal file, one that journald is just making or a damaged one, and where its name
    /// has gone: libsystemd reads no such file.
    private func read(_ file: JournalFile) throws(LinuxError) -> Journal? {
        do throws(LinuxError) {
            return try file.read()
        } catch {
            switch error.errno {
            case .noData, .badMessage, .protocolNotSupported, .identifierRemoved: return nil
            default: throw error
            }
        }
    }

    private func sequence(_ journal: Journal) throws(LinuxError) -> UInt64? {
        try journal.value(of: Field.sequence.name).flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
    }

    /// The one that the entry is, by all that is in it: numbers and chains may be those of another ring's record.
    private func match(_ journal: Journal, _ candidates: [PendingRecord]) throws(LinuxError) -> PendingRecord? {
        for candidate in candidates {
            var fields = RecordFields(candidate.bytes)
            try journal.forEachField { fields.take($0) }
            if fields.areAll { return candidate }
        }
        return nil
    }
}
