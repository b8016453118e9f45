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

    init(_ source: JournalSource) { self.source = source }

    func holds(_ number: RecordNumber) throws(LinuxError) -> Bool { try entry(of: number) != nil }

    func holdsAny(of instance: String) throws(LinuxError) -> Bool {
        try entries(["\(Field.instance.name)=\(instance)"]).next()
    }

    func holdsSuccessor(of anchor: RecordAnchor, besides instances: Set<String>) throws(LinuxError) -> Bool {
        let journal = try entries(["\(Field.before.name)=\(anchor)"])
        while try journal.next() {
            guard let instance = try journal.value(of: Field.instance.name) else { continue }
            if !instances.contains(String(decoding: instance, as: UTF8.self)) { return true }
        }
        return false
    }

    func holdsTrail(besides instances: Set<String>) throws(LinuxError) -> Bool {
        let own = try Self.ownCommandLine()
        var others: Set<String> = []
        try Journal(source).forEachValue(of: Field.instance.name) { others.insert(String(decoding: $0, as: UTF8.self)) }
        for instance in others.subtracting(instances) {
            let journal = try entries(Self.ofThisMachine + ["\(Field.instance.name)=\(instance)"])
            // journald leaves the command line out where the process had ended when it looked.
            for _ in 0..<Self.looks {
                guard try journal.next() else { break }
                if try Self.isOf(own, journal) { return true }
            }
        }
        return false
    }

    func holdsTrail(after number: RecordNumber, besides instances: Set<String>) throws(LinuxError) -> Bool {
        guard let time = try entry(of: number)?.receivedAt() else { return false }
        let own = try Self.ownCommandLine()
        let journal = try entries(Self.ofThisMachine)
        try journal.seek(toRealtime: time + 1)
        while try journal.next() {
            guard let instance = try journal.value(of: Field.instance.name) else { continue }
            guard !instances.contains(String(decoding: instance, as: UTF8.self)) else { continue }
            if try Self.isOf(own, journal) { return true }
        }
        return false
    }

    /// How many entries of an instance are looked at.
    private static let looks = 16

    private static var ofThisMachine: [String] {
        ["SYSLOG_IDENTIFIER=\(Record.identifier)"] + (HostMachine.id.map { ["_MACHINE_ID=\($0)"] } ?? [])
    }

    /// A daemon with another command line is another one, with a state directory of its own: one that somebody tries
    /// out beside the host's.
    private static func isOf(_ commandLine: [UInt8], _ journal: Journal) throws(LinuxError) -> Bool {
        guard let line = try journal.value(of: "_CMDLINE") else { return false }
        return bare(line) == commandLine
    }

    private static func ownCommandLine() throws(LinuxError) -> [UInt8] {
        bare(try WholeFile.read("/proc/self/cmdline", limit: 1 << 20))
    }

    /// A command line without what separates and quotes its words, which differs from one journald to the next.
    private static func bare(_ line: [UInt8]) -> [UInt8] {
        line.filter { !Array("\0 '\"\\$".utf8).contains($0) }
    }

    /// At the first entry that is this record; `nil` where there is none.
    private func entry(of number: RecordNumber) throws(LinuxError) -> Journal? {
        let journal = try entries([
            "\(Field.instance.name)=\(number.instance)", "\(Field.sequence.name)=\(number.sequence)",
        ])
        return try journal.next() ? journal : nil
    }

    /// Before the first entry that matches. Only what a daemon of this user wrote: anybody can write an entry that
    /// says it is a record.
    private func entries(_ matches: [String]) throws(LinuxError) -> Journal {
        let journal = try Journal(source)
        try journal.match("_UID=\(geteuid())")
        for match in matches { try journal.match(match) }
        try journal.seekToHead()
        return journal
    }
}
