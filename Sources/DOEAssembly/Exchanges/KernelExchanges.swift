internal import DOEWords

/// Exchanges that the kernel itself has begun, as its own functions tell.
struct KernelExchanges {
    struct Open {
        let function: FunctionAddress
        let capability: UInt16
        let object: ObjectID
        let firstDword: UInt32?
        let thread: Int32
        let began: UInt64

        var deadline: UInt64 { began.later(by: AssemblyLimits.untilKernelResponse) }
    }

    /// In the order in which they began.
    private var open: [Open] = []

    var count: Int { open.count }

    /// One begins; gives the one that is given up for it.
    mutating func begin(_ exchange: Open) -> Open? {
        open.append(exchange)
        return open.count > AssemblyLimits.kernelExchanges ? open.removeFirst() : nil
    }

    /// One has ended: the last that this thread has begun, or, where they end on other threads than they begin (before
    /// Linux 6.4), the oldest one for that object. `nil` where none is known.
    mutating func end(_ object: ObjectID, thread: Int32) -> Open? {
        let place =
            open.lastIndex { $0.object == object && $0.thread == thread } ?? open.firstIndex { $0.object == object }
        return place.map { open.remove(at: $0) }
    }

    /// Whether the kernel uses that mailbox, so that its writes there are no surprise.
    func isUsing(_ function: FunctionAddress, _ capability: UInt16) -> Bool {
        open.contains { $0.function == function && $0.capability == capability }
    }

    var deadline: UInt64? { open.map(\.deadline).min() }

    mutating func advance(to time: UInt64) -> [Open] { take { $0.deadline <= time } }

    /// Gives up those at functions that this says.
    mutating func finish(_ isOver: (FunctionAddress) -> Bool) -> [Open] { take { isOver($0.function) } }

    private mutating func take(_ isOver: (Open) -> Bool) -> [Open] {
        guard open.contains(where: isOver) else { return [] }
        let over = open.filter(isOver)
        open.removeAll(where: isOver)
        return over
    }
}
