internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Glibc

/// A real journal, asked by its index.
///
/// Each question has a handle of its own: libsystemd lets go of a file that it cannot read to its end, as one is that
/// a dying machine has torn, and finds nothing in it from then on.
struct JournalLookUp: JournalIndex {
    private let source: JournalSource
    private let stateDirectory: String

    /// For the daemon whose ring is in this directory.
    init(_ source: JournalSource, stateDirectory: String) {
        self.source = source
        self.stateDirectory = stateDirectory
    }

    func holds(_ number: RecordNumber) throws(LinuxError) -> Bool { try entry(of: number) != nil }

    func holdsAny(of instance: String) throws(LinuxError) -> Bool {
        try entries(["\(Field.instance.name)=\(instance)"]).next()
    }

    func latestNumber(of instance: String) throws(LinuxError) -> UInt64? {
        let journal = try entries(["\(Field.instance.name)=\(instance)"])
        try journal.seekToTail()
        var highest: UInt64?
        for _ in 0..<Self.looks {
            guard try journal.previous() else { break }
            let number = try journal.value(of: Field.sequence.name).flatMap {
                UInt64(String(decoding: $0, as: UTF8.self))
            }
            highest = [highest, number].compactMap(\.self).max()
        }
        return highest
    }

    func successors(of anchor: RecordAnchor) throws(LinuxError) -> Set<String> {
        let journal = try entries(["\(Field.before.name)=\(anchor)"])
        var found: Set<String> = []
        while try journal.next() {
            if let instance = try text(Field.instance.name, journal) { found.insert(instance) }
        }
        return found
    }

    func before(of instance: String) throws(LinuxError) -> RecordAnchor? {
        guard let journal = try entry(of: RecordNumber(instance: instance, sequence: 1)) else { return nil }
        return try text(Field.before.name, journal).flatMap { RecordAnchor($0) }
    }

    func beginning(of instance: String) throws(LinuxError) -> UInt64? {
        let journal = try entries(["\(Field.instance.name)=\(instance)"])
        return try journal.next() ? journal.receivedAt() : nil
    }

    func holdsTrail(besides instances: Set<String>) throws(LinuxError) -> Bool {
        let own = try OwnService(stateDirectory)
        return try holdsInstance(besides: instances) { journal throws(LinuxError) in
            // journald leaves the command line out where the process had ended when it looked.
            for _ in 0..<Self.looks {
                guard try journal.previous() else { break }
                if try own.hasWritten(journal) { return true }
            }
            return false
        }
    }

    func holdsAbandonedTrail(besides instances: Set<String>) throws(LinuxError) -> Bool {
        let boot = try BootID.current()
        return try holdsInstance(besides: instances) { journal throws(LinuxError) in
            guard try journal.previous(), try !isLastWord(journal, boot) else { return false }
            for _ in 0..<Self.looks {
                // One that names a directory of its own was tried out: who did that took it away again.
                if let line = try journal.value(of: "_CMDLINE").map(WriterCommandLine.init) {
                    return line.stateDirectory == nil
                        && !OwnFile.isThere("\(WriterCommandLine.usualStateDirectory)/ring")
                }
                guard try journal.previous() else { break }
            }
            return false
        }
    }

    func holdsTrail(
        after number: RecordNumber, ofAny isMeant: (String) throws(LinuxError) -> Bool
    ) throws(LinuxError) -> Bool {
        guard let time = try entry(of: number)?.receivedAt() else { return false }
        let own = try OwnService(stateDirectory)
        let journal = try entries(Self.ofThisMachine)
        try journal.seek(toRealtime: time == .max ? time : time + 1)
        var judged: [String: Bool] = [:]
        while try journal.next() {
            guard let instance = try text(Field.instance.name, journal) else { continue }
            if judged[instance] == nil { judged[instance] = try isMeant(instance) }
            if judged[instance] == true, try own.hasWritten(journal) { return true }
        }
        return false
    }

    /// How many entries of an instance are looked at.
    private static let looks = 16

    private static var ofThisMachine: [String] {
        ["SYSLOG_IDENTIFIER=\(Record.identifier)"] + (HostMachine.id.map { ["_MACHINE_ID=\($0)"] } ?? [])
    }

    /// Whether another instance than these is such a one; `isMeant` gets the journal behind its last entry.
    private func holdsInstance(
        besides instances: Set<String>, _ isMeant: (Journal) throws(LinuxError) -> Bool
    ) throws(LinuxError) -> Bool {
        var others: Set<String> = []
        try Journal(source).forEachValue(of: Field.instance.name) { others.insert(String(decoding: $0, as: UTF8.self)) }
        for instance in others.subtracting(instances) {
            let journal = try entries(Self.ofThisMachine + ["\(Field.instance.name)=\(instance)"])
            try journal.seekToTail()
            if try isMeant(journal) { return true }
        }
        return false
    }

    /// Whether the last entry of an instance leaves nothing to miss: the word of an orderly end, before which all was handed
    /// over; or its daemon still lives.
    private func isLastWord(_ journal: Journal, _ boot: String) throws(LinuxError) -> Bool {
        if try text(Field.event.name, journal) == Event.daemonStopped.rawValue { return true }
        let process = try text("_PID", journal).flatMap { Int32($0) }
        return try text("_BOOT_ID", journal) == boot && process.map { HeldProcess(of: $0) != nil } == true
    }

    private func text(_ field: String, _ journal: Journal) throws(LinuxError) -> String? {
        try journal.value(of: field).map { String(decoding: $0, as: UTF8.self) }
    }

    /// At the first entry that is this record; `nil` where there is none.
    private func entry(of number: RecordNumber) throws(LinuxError) -> Journal? {
        let journal = try entries([
            "\(Field.instance.name)=\(number.instance)", "\(Field.sequence.name)=\(number.sequence)",
        ])
        return try journal.next() ? journal : nil
    }

    /// Before the first entry that matches, of those that a daemon wrote.
    private func entries(_ matches: [String]) throws(LinuxError) -> Journal {
        let journal = try Journal(source)
        try TrailWriters.match(in: journal)
        for match in matches { try journal.match(match) }
        try journal.seekToHead()
        return journal
    }
}

/// What this daemon is known by: a record of the same one before it was written by the same service, with the same state
/// directory, or with the same command line.
private struct OwnService {
    private let commandLine: WriterCommandLine
    private let stateDirectory: String
    /// The daemon's own service; what somebody runs by hand, or from another service, has none.
    private let unit: [UInt8]?

    init(_ stateDirectory: String) throws(LinuxError) {
        commandLine = try WriterCommandLine.own()
        self.stateDirectory = stateDirectory
        let unit = ProcessFacts(pid: getpid()).unit.value
        self.unit = unit.flatMap { $0.hasPrefix("doe-auditd") && $0.hasSuffix(".service") ? Array($0.utf8) : nil }
    }

    /// Whether it wrote the entry that the journal is at.
    func hasWritten(_ journal: Journal) throws(LinuxError) -> Bool {
        if let unit, try journal.value(of: "_SYSTEMD_UNIT") == unit { return true }
        guard let line = try journal.value(of: "_CMDLINE").map(WriterCommandLine.init) else { return false }
        return line.isSame(as: commandLine) || line.stateDirectory == stateDirectory
    }
}
