import DOELinux
import Glibc
import Synchronization

@testable import DOETaint

/// A ledger's bytes in memory: counts what is written, and fails or ends when a test says so.
final class MemoryDisk: LedgerDisk {
    /// What becomes of the next write.
    enum Fault {
        /// So many of its bytes are written, taken away again, and it says that it has failed.
        case refuses
        /// It is written, and whether it is on the disk is not known; the next one works.
        case cannotSync
        /// The machine dies when so many of its bytes are written; a file that was to be replaced is the old one or,
        /// with all of its bytes, the new one.
        case dies(after: Int)
    }

    struct State {
        var bytes: [UInt8]?
        var fault: Fault?
        var isDead = false
        var appends: [Int] = []
        var replacements: [Int] = []
        /// How many bytes the ledger has left there; `nil` where it does not know.
        var left: Int?
        /// Whether somebody has put another file there since, or was at this one.
        var isReplaced = false
        var isTouched = false
        /// Whether it is taken away when somebody has looked at it, and before he looks into it.
        var vanishes = false
        /// Whether nothing can be written until further notice.
        var isStuck = false

        mutating func noteLeft() { (left, isReplaced, isTouched) = (bytes?.count, false, false) }
    }

    let state: Mutex<State>

    init(_ bytes: [UInt8]? = nil) { state = Mutex(State(bytes: bytes)) }

    var bytes: [UInt8] { state.withLock { $0.bytes ?? [] } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var appends: [Int] { state.withLock { $0.appends } }
    var replacements: [Int] { state.withLock { $0.replacements } }

    var isDead: Bool { state.withLock { $0.isDead } }

    private static func error(_ number: Int32) -> LinuxError {
        errno = number
        return .last("write", "memory")
    }

    func set(_ fault: Fault?) { state.withLock { $0.fault = fault } }

    /// From now on nothing can be written, or everything again.
    func stick(_ isStuck: Bool) { state.withLock { $0.isStuck = isStuck } }

    /// Somebody puts other content there, or takes it away; by another file, or in the one that is there.
    func put(_ bytes: [UInt8]?, byAnotherFile: Bool = true) {
        state.withLock { state in
            state.bytes = bytes
            state.isReplaced = byAnotherFile && bytes != nil
            state.isTouched = true
        }
    }

    /// Somebody touches it, and takes it away as soon as that was seen.
    func vanish() { state.withLock { ($0.isTouched, $0.vanishes) = (true, true) } }

    func look() -> LedgerSight {
        state.withLock { state in
            guard let left = state.left else { return .same }
            guard let count = state.bytes?.count else { return .changed(.removed) }
            if state.isReplaced { return .changed(.replaced) }
            if count != left { return .changed(.resized(from: left, to: count)) }
            return state.isTouched ? .touched : .same
        }
    }
    func forgetCounts() { state.withLock { ($0.appends, $0.replacements) = ([], []) } }

    func read(limit: Int) throws(LinuxError) -> [UInt8]? {
        let bytes = state.withLock { state in
            if state.vanishes { (state.bytes, state.vanishes) = (nil, false) }
            state.noteLeft()
            return state.bytes
        }
        if let bytes, bytes.count > limit { throw Self.error(EFBIG) }
        return bytes
    }

    func readAgain(limit: Int) throws(LinuxError) -> [UInt8]? { state.withLock { $0.left == nil ? nil : $0.bytes } }

    func append(_ bytes: [UInt8], at length: Int) throws(AppendFailure) {
        let fault = state.withLock { state -> (isUndone: Bool, Bool)? in
            defer { state.fault = nil }
            guard !state.isDead, !state.isStuck else { return (true, true) }
            guard state.bytes?.count == length else { return (false, true) }
            switch state.fault {
            case .refuses: return (true, true)
            case .cannotSync:
                state.bytes? += bytes
                state.left = nil
                return (false, true)
            case .dies(let count):
                state.bytes? += bytes.prefix(count)
                state.isDead = true
                return (true, true)
            case nil:
                state.bytes? += bytes
                state.left = state.bytes?.count
                state.appends.append(bytes.count)
                return nil
            }
        }
        if let fault { throw AppendFailure(error: Self.error(EIO), isUndone: fault.isUndone) }
    }

    func replace(_ bytes: [UInt8]) throws(LinuxError) {
        let isDone = state.withLock { state in
            defer { state.fault = nil }
            state.left = nil
            guard !state.isDead, !state.isStuck else { return false }
            switch state.fault {
            case .refuses, .cannotSync: return false
            case .dies(let count):
                if count >= bytes.count { state.bytes = bytes }
                state.isDead = true
                return false
            case nil:
                state.bytes = bytes
                state.noteLeft()
                state.replacements.append(bytes.count)
                return true
            }
        }
        if !isDone { throw Self.error(EIO) }
    }
}
