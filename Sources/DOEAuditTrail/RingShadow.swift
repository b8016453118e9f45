internal import DOELinux
internal import DOEWords
internal import Glibc
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
        guard let resolved = unsafe realpath(ringPath, nil) else { throw LinuxError.last("realpath", ringPath) }
        ring = SHA256Digest(of: Array(unsafe String(cString: resolved).utf8))
        unsafe Glibc.free(resolved)
        state = BargingMutex(
            State(content: ShadowContent(boot: boot, ring: ring, instance: "", firstSequence: 0, entries: [])))
    }

    /// What the daemon before left.
    func read() -> Found {
        do throws(LinuxError) {
            let number = unsafe Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
            guard number >= 0 else { throw LinuxError.last("open", path) }
            let limit = ShadowContent.fileSize(slotCount: RingLayout.slotCounts.upperBound)
            let bytes = try Descriptor(owning: number).readWhole(limit: limit, subject: path)
            guard let content = ShadowContent(bytes) else { return .unusable("\(path) is damaged") }
            guard content.boot == boot else { return .unusable("\(path) is of another boot") }
            guard content.ring == ring else { return .unusable("\(path) is of another ring") }
            return .whole(content)
        } catch {
            return .unusable(error.errno == .noSuchFileOrDirectory ? "\(path) is not there" : error.problem)
        }
    }

    /// Begins anew with what the ring holds now. The file is replaced whole, and every byte of it is written: no room is
    /// wanted later.
    func begin(instance: String, sequence: UInt64, entries: [ShadowEntry]) throws(LinuxError) {
        let content = ShadowContent(
            boot: boot, ring: ring, instance: instance, firstSequence: sequence, entries: entries)
        do throws(LinuxError) {
            try AtomicFile.write(content.bytes, to: path, mode: 0o600)
            let number = unsafe Glibc.open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
            guard number >= 0 else { throw LinuxError.last("open", path) }
            state.withLock { $0 = State(file: Descriptor(owning: number), content: content) }
        } catch {
            throw Self.explained(error)
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
