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
    func forgetCounts() { state.withLock { ($0.appends, $0.replacements) = ([], []) } }

    func read(limit: Int) throws(LinuxError) -> [UInt8]? {
        let bytes = state.withLock { $0.bytes }
        if let bytes, bytes.count > limit { throw Self.error(EFBIG) }
        return bytes
    }

    func append(_ bytes: [UInt8], at length: Int) throws(AppendFailure) {
        let fault = state.withLock { state -> (isUndone: Bool, Bool)? in
            defer { state.fault = nil }
            guard !state.isDead else { return (true, true) }
            guard state.bytes?.count == length else { return (false, true) }
            switch state.fault {
            case .refuses: return (true, true)
            case .cannotSync:
                state.bytes? += bytes
                return (false, true)
            case .dies(let count):
                state.bytes? += bytes.prefix(count)
                state.isDead = true
                return (true, true)
            case nil:
                state.bytes? += bytes
                state.appends.append(bytes.count)
                return nil
            }
        }
        if let fault { throw AppendFailure(error: Self.error(EIO), isUndone: fault.isUndone) }
    }

    func replace(_ bytes: [UInt8]) throws(LinuxError) {
        let isDone = state.withLock { state in
            defer { state.fault = nil }
            guard !state.isDead else { return false }
            switch state.fault {
            case .refuses, .cannotSync: return false
            case .dies(let count):
                if count >= bytes.count { state.bytes = bytes }
                state.isDead = true
                return false
            case nil:
                state.bytes = bytes
                state.replacements.append(bytes.count)
                return true
            }
        }
        if !isDone { throw Self.error(EIO) }
    }
}
