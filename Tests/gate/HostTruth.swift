import DOELinux
import DOEMonitor
import DOEWords
import Glibc
import Synchronization

/// What is true of the host while a campaign runs, and what each thread was last told of it: the proof's own book, apart
/// from the daemon's.
///
/// The daemon asks the function what stands in its way, then reads the mode's facts, then looks for a lease. So what was
/// true when a thread read the facts is what its next exchange may go by, and not a moment longer.
final class HostTruth: Sendable {
    private struct Book {
        var mode = Mode.bringUp
        /// Set after a lease's end has returned, taken back before the next one is asked for.
        var isLeaseOver = true
        /// Counts leases that were asked for.
        var leases = 0
        /// What each thread read last.
        var readings: [UInt: Reading] = [:]
        /// Facts that said production were given out: the daemon must never see bring-up again.
        var hasSaidProduction = false
    }

    private struct Reading {
        var isProduction: Bool
        var isLeaseOver: Bool
        var leases: Int
    }

    private let book = Mutex(Book())

    init(mode: Mode) { book.withLock { $0.mode = mode } }

    /// The facts, as the daemon reads them.
    func read() -> ModeFacts {
        book.withLock { book in
            if book.mode == .production { book.hasSaidProduction = true }
            book.readings[Self.thread] = Reading(
                isProduction: book.hasSaidProduction, isLeaseOver: book.isLeaseOver, leases: book.leases)
            return ModeFacts(configured: .bringUp, commandLine: book.mode, lockdown: .off)
        }
    }

    /// From now on the kernel's command line asks for production.
    func lower() { book.withLock { $0.mode = .production } }

    /// A lease's end has returned, or its start is about to be asked for.
    func lease(isOver: Bool) {
        book.withLock { book in
            book.isLeaseOver = isOver
            if !isOver { book.leases += 1 }
        }
    }

    /// Whether this thread may find the gate open, going by what it read last: not where that was production, and not
    /// where no lease was running then and none was asked for since.
    var mayOpen: Bool {
        book.withLock { book in
            guard let reading = book.readings[Self.thread] else { return false }
            return !reading.isProduction && (!reading.isLeaseOver || reading.leases != book.leases)
        }
    }

    private static var thread: UInt { UInt(pthread_self()) }
}
