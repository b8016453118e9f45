internal import Synchronization

/// Threads that open address spaces, since that can make them wait for a process that does not mean well. Who has one of
/// them wait costs others the quick answer alone: where none is free there is no address space, and nobody waits.
public final class AddressSpaceThreads: Sendable {
    /// How many there are.
    static let count = 4
    /// How long one may take, microseconds. It takes three, mostly.
    private static let patience: UInt64 = 20_000

    private struct Errand: Sendable {
        let folder: String
        let slot: AnswerSlot<AddressSpace?>
    }

    private let errands = BlockingQueue<Errand>()
    private let free: Mutex<Int>
    private let opening: @Sendable (String) -> AddressSpace?

    /// Starts them.
    public convenience init() throws(LinuxError) { try self.init { AddressSpace(openingIn: $0) } }

    init(opening: @escaping @Sendable (String) -> AddressSpace?) throws(LinuxError) {
        self.opening = opening
        free = Mutex(Self.count)
        for _ in 0..<Self.count {
            try WorkerThread(name: "doe-memory") { [self] in
                // What it opens tells a page's place to whoever has it, where CAP_SYS_ADMIN opened it.
                let isHarmless = (try? OwnPrivileges.keep([.trace, .readSearch])) != nil
                while let errand = errands.take() {
                    errand.slot.put(isHarmless ? self.opening(errand.folder) : nil)
                    free.withLock { $0 += 1 }
                }
            }.detach()
        }
    }

    /// That of the process with this folder in procfs; `nil` where it cannot be had, or not at once.
    func open(in folder: String) -> AddressSpace? {
        let isFree = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        guard isFree else { return nil }
        let slot = AnswerSlot<AddressSpace?>()
        guard errands.push(Errand(folder: folder, slot: slot)) else { return nil }
        return slot.take(withinMicroseconds: Self.patience) ?? nil
    }

    /// How many wait for their next errand.
    var freeCount: Int { free.withLock { $0 } }

    /// Has them end; those that wait do when they are let go.
    public func close() { errands.close() }
}
