internal import DOELinux
internal import DOEWords
internal import SystemPackage

/// The ring's shadow: a file in the runtime directory, which is in memory, that says what the ring has to hold.
///
/// What is written into the ring and not synced is in the kernel's page cache alone. A file system that fails and is
/// mounted anew loses it, while the machine runs on and nothing in the ring shows it. The shadow lives as long as the
/// page cache may, and no longer: both go when the machine goes down.
final class RingShadow: Sendable {
    /// What stood there at the start.
    enum Found: Hashable, Sendable {
        case whole(ShadowContent)
        /// It cannot be used: why, for a person.
        case unusable(String)
    }

    private struct State {
        var file: Descriptor?
        var content: ShadowContent
        /// Whether the file lacks something of the content, since it could not be written.
        var isBehind = false
    }

    static let fileName = "ring-shadow"

    let path: String
    private let boot: String
    private let ring: SHA256Digest
    private let state: BargingMutex<State>

    /// The shadow of the ring at a path, where a ring is.
    init(runtimeDirectory: String, ringPath: String, boot: String) throws(LinuxError) {
        path = "\(runtimeDirectory)/\(Self.fileName)"
        self.boot = boot
        // However it is written: from another working directory, or over a link.
        guard let resolved = RealPath.of(ringPath) else { throw LinuxError.last("realpath", ringPath) }
        ring = SHA256Digest(of: Array(resolved.utf8))
        state = BargingMutex(
            State(content: ShadowContent(boot: boot, ring: ring, instance: "", firstSequence: 0, entries: [])))
    }

    /// What the daemon before left.
    func read() -> Found {
        do throws(LinuxError) {
            let limit = ShadowContent.fileSize(slotCount: RingLayout.slotCounts.upperBound)
            guard let bytes = try OwnFile.read(path, limit: limit) else { return .unusable("\(path) is not there") }
            guard let content = ShadowContent(bytes) else { return .unusable("\(path) is damaged") }
            guard content.boot == boot else { return .unusable("\(path) is of another boot") }
            guard content.ring == ring else { return .unusable("\(path) is of another ring") }
            return .whole(content)
        } catch {
            return .unusable(error.problem)
        }
    }

    /// Begins anew with what the ring holds now. The file is replaced whole, and every byte of it is written: no room is
    /// wanted later.
    func begin(instance: String, sequence: UInt64, entries: [ShadowEntry]) throws(LinuxError) {
        let content = ShadowContent(
            boot: boot, ring: ring, instance: instance, firstSequence: sequence, entries: entries)
        let file = try make(content)
        state.withLock { $0 = State(file: file, content: content) }
    }

    private func make(_ content: ShadowContent) throws(LinuxError) -> Descriptor {
        do throws(LinuxError) {
            return try AtomicFile.write(content.bytes, to: path, mode: 0o600)
        } catch {
            throw Self.explained(error)
        }
    }

    /// What somebody has done to the file under this daemon, as far as it is quickly told: with its name, its size, its
    /// header, and with what it says of these slots.
    func disturbance(slots: [Int]) throws(LinuxError) -> Disturbance? {
        try state.withLock { state throws(LinuxError) in
            guard let file = state.file else { return nil }
            let size = ShadowContent.fileSize(slotCount: state.content.entries.count)
            if let found = Disturbance.look(at: file, path: path, size: size) { return found }
            let header = state.content.header
            guard try file.read(header.count, at: 0, subject: path) == header else { return .overwritten }
            // What could not be written is not there.
            for slot in slots where !state.isBehind {
                let place = ShadowContent.offset(ofSlot: slot)
                let found = try file.read(ShadowEntry.size, at: place, subject: path)
                guard found == state.content.entries[slot].bytes else { return .overwritten }
            }
            return nil
        }
    }

    /// Writes the file anew, from memory.
    func putBack() throws(LinuxError) {
        try state.withLock { state throws(LinuxError) in
            state.file = try make(state.content)
            state.isBehind = false
        }
    }

    /// The ticket of a record that is open in a slot.
    func openTicket(slot: Int) -> UInt64? {
        state.withLock { state in
            let entry = state.content.entries[slot]
            return entry.state == .open ? entry.ticket : nil
        }
    }

    /// A record is in the ring as it was opened. Where this throws, the shadow takes the slot for free.
    ///
    /// This one and the next two return whether it is written again after it could not be.
    func open(slot: Int, ticket: UInt64) throws(LinuxError) -> Bool {
        try state.withLock { state throws(LinuxError) in
            let before = state.content.entries[slot]
            state.content.entries[slot] = ShadowEntry(state: .open, ticket: ticket, sequence: before.sequence)
            do throws(LinuxError) {
                return try write([slot], &state)
            } catch {
                state.content.entries[slot] = before
                throw error
            }
        }
    }

    /// The ring has the record complete. Where this throws, the next write makes it good.
    func close(slot: Int, ticket: UInt64, sequence: UInt64) throws(LinuxError) -> Bool {
        try state.withLock { state throws(LinuxError) in
            state.content.entries[slot] = ShadowEntry(state: .closed, ticket: ticket, sequence: sequence)
            return try write([slot], &state)
        }
    }

    /// The journal has these slots' records, and the ring may give them up. Where this throws it must not.
    func free(slots: [Int]) throws(LinuxError) -> Bool {
        try state.withLock { state throws(LinuxError) in
            for slot in slots { state.content.entries[slot].state = .free }
            return try write(slots, &state)
        }
    }

    /// The ring is on its disk, and nothing more is written to it: from here on one that is less far is another one.
    func end() throws(LinuxError) {
        try state.withLock { state throws(LinuxError) in
            guard let file = state.file else { return }
            state.content.isEnded = true
            // What lacks something says nothing of an end.
            guard !state.isBehind else { return }
            try file.write(state.content.header, at: 0, subject: path)
        }
    }

    private func write(_ slots: [Int], _ state: inout State) throws(LinuxError) -> Bool {
        guard let file = state.file else { return false }
        let wasBehind = state.isBehind
        do throws(LinuxError) {
            if wasBehind {
                try file.write(state.content.bytes, at: 0, subject: path)
            } else {
                for slot in slots {
                    let place = ShadowContent.offset(ofSlot: slot)
                    try file.write(state.content.entries[slot].bytes, at: place, subject: path)
                }
            }
            state.isBehind = false
            return wasBehind
        } catch {
            state.isBehind = true
            throw Self.explained(error)
        }
    }

    private static func explained(_ error: LinuxError) -> LinuxError {
        LinuxError(
            error.call, error.subject, error.errno, remedy: error.remedy(forWritingIn: "the runtime directory"))
    }
}
