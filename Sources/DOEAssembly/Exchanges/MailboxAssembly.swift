internal import DOEWords

/// Puts the accesses to one mailbox's registers together; those on behalf of processes, or the kernel's own.
///
/// The registers, from the capability's offset (PCIe r6.0 7.9.24): control +08, status +0c, write mailbox +10, read
/// mailbox +14.
struct MailboxAssembly {
    /// A DOE capability's length, bytes.
    static let byteCount: UInt16 = 0x18

    private enum Register: UInt16 {
        case control = 0x08
        case status = 0x0c
        case write = 0x10
        case read = 0x14
    }

    /// What came of a write.
    struct Outcome {
        var exchanges: [AssembledObservation] = []
        /// Writes that are part of no exchange.
        var others: [OtherWrites] = []
    }

    /// Whether the values that are read are shown. Where they are not, an exchange has no response.
    var showsReads: Bool

    private let mailbox: MailboxName
    private let capability: UInt16
    private var pending = PendingRequests()
    private var inFlight: [ExchangeInFlight] = []
    private var seen = SeenValues()
    private var parts = PartialDwords()

    init(of function: FunctionAddress, capability: UInt16, showsReads: Bool) {
        mailbox = .real(function, offset: capability)
        self.capability = capability
        self.showsReads = showsReads
    }

    /// Whether a register belongs to it.
    func contains(_ offset: UInt16) -> Bool { offset >= capability && offset - capability < Self.byteCount }

    /// How much of what others did is kept: dwords and pieces of requests, exchanges, values.
    var size: Int { pending.size + inFlight.reduce(inFlight.count) { $0 + $1.size } + seen.count + parts.count }

    /// Whether nothing is open.
    var isIdle: Bool { pending.isEmpty && inFlight.isEmpty && parts.isEmpty }

    // MARK: Accesses

    /// Takes a write of 1, 2 or 4 bytes to one of its registers.
    mutating func write(
        _ value: UInt32, width: Int, at offset: UInt16, _ access: ObservedAccess
    ) -> Outcome {
        var outcome = Outcome()
        guard width < 4 || offset % 4 != 0 else {
            outcome.others += parts.end(of: access.thread)
            write(value, to: offset, access, &outcome)
            return outcome
        }
        switch Register(rawValue: (offset & ~3) &- capability) {
        case .control where offset % 4 + UInt16(width) <= 4:
            // Each byte of it counts for itself: the device acts on the bit that it holds.
            outcome.others += parts.end(of: access.thread)
            control(
                value << UInt32(8 * (offset % 4)), OtherWrites(offset: offset, width: width, value: value, access),
                access, &outcome)
        case .write, .read:
            takePart(value, width, offset, access, &outcome)
        default:
            outcome.others += parts.end(of: access.thread)
            outcome.others.append(OtherWrites(offset: offset, width: width, value: value, access))
        }
        return outcome
    }

    /// Somebody begins to read a register.
    mutating func look(at offset: UInt16, thread: Int32, time: UInt64) {
        let register = Register(rawValue: offset &- capability)
        guard register == .status || register == .read, let place = place(for: thread, nil) else { return }
        inFlight[place].look(at: time)
    }

    /// Somebody has read a register.
    mutating func noteValue(_ value: UInt32, at offset: UInt16, thread: Int32) {
        guard Register(rawValue: offset &- capability) == .read else { return }
        seen.note(value, by: thread)
    }

    /// Events were lost: what is open may lack some.
    mutating func doubt() {
        pending.doubt()
        for index in inFlight.indices { inFlight[index].doubt() }
    }

    // MARK: Registers

    private mutating func write(
        _ value: UInt32, to offset: UInt16, _ access: ObservedAccess, _ outcome: inout Outcome
    ) {
        let other = OtherWrites(offset: offset, width: 4, value: value, access)
        switch Register(rawValue: offset - capability) {
        case .control: control(value, other, access, &outcome)
        case .write:
            outcome.exchanges += end { $0.isDone(before: access.thread) }
            outcome.exchanges += pending.append(value, access).map { told(unfinished: $0) }
        case .read:
            if !take(access, &outcome) { outcome.others.append(other) }
        case .status, nil: outcome.others.append(other)
        }
    }

    /// Bit 0 abort, bit 31 GO; the others change how the mailbox tells that it is ready.
    private mutating func control(
        _ value: UInt32, _ other: OtherWrites, _ access: ObservedAccess, _ outcome: inout Outcome
    ) {
        if value & 1 != 0 {
            abort(access, &outcome)
        } else if value & 1 << 31 != 0 {
            send(access, &outcome)
        } else {
            outcome.others.append(other)
        }
    }

    private mutating func send(_ access: ObservedAccess, _ outcome: inout Outcome) {
        // A thread waits for one response at a time.
        outcome.exchanges += end { $0.thread == access.thread || $0.isDone(before: access.thread) }
        inFlight.append(ExchangeInFlight(pending.send(access), sentBy: access))
        if inFlight.count > AssemblyLimits.inFlight {
            let oldest = inFlight.removeFirst()
            outcome.exchanges.append(told(oldest))
        }
    }

    /// All that is open ends; an abort of nothing, or of the kernel's own exchange, is told too.
    private mutating func abort(_ access: ObservedAccess, _ outcome: inout Outcome) {
        outcome.exchanges += end { $0.isDoneWhenQuiet }
        outcome.exchanges += inFlight.map { told($0, abortedBy: access) }
        var unsent = pending.takeAll()
        if inFlight.isEmpty, unsent.isEmpty { unsent.append(ObservedRequest(access)) }
        outcome.exchanges += unsent.map { AssembledObservation(unsent: $0, abortedBy: access, at: mailbox) }
        inFlight = []
    }

    /// Takes a dword of a response; `false` where nobody waits for one.
    private mutating func take(_ access: ObservedAccess, _ outcome: inout Outcome) -> Bool {
        let value = seen.take(by: access.thread) { [inFlight] thread in inFlight.contains { $0.thread == thread } }
        guard let place = place(for: access.thread, value) else { return false }
        inFlight[place].take(value, access)
        guard inFlight[place].isDone else { return true }
        let done = inFlight.remove(at: place)
        outcome.exchanges.append(told(done))
        return true
    }

    /// Whose response it is: this thread's own; or that of the oldest exchange of which a part is taken, or that
    /// asked for what the response begins with; or the oldest one's.
    private func place(for thread: Int32, _ value: UInt32?) -> Int? {
        inFlight.firstIndex { $0.thread == thread } ?? inFlight.firstIndex { !$0.isUntouched }
            ?? value.flatMap { value in
                inFlight.firstIndex { ($0.request.dwords.kept.first ?? ~value) & 0xff_ffff == value & 0xff_ffff }
            } ?? inFlight.indices.first
    }

    // MARK: Parts of dwords

    private mutating func takePart(
        _ value: UInt32, _ width: Int, _ offset: UInt16, _ access: ObservedAccess, _ outcome: inout Outcome
    ) {
        let taken = parts.take(value, width: width, at: offset, access)
        outcome.others += taken.others
        guard let whole = taken.whole else { return }
        write(whole.value, to: whole.register, access, &outcome)
    }

    // MARK: Time

    var deadline: UInt64? {
        ([pending.deadline, parts.deadline].compactMap { $0 } + inFlight.map(\.deadline)).min()
    }

    /// Ends what has waited for too long.
    mutating func advance(to time: UInt64) -> Outcome {
        var outcome = Outcome()
        outcome.others += parts.takeOverdue(at: time)
        outcome.exchanges += end { $0.deadline <= time }
        outcome.exchanges += pending.takeOverdue(at: time).map { told(unfinished: $0) }
        return outcome
    }

    /// Ends all that is open.
    mutating func finish() -> Outcome {
        var outcome = Outcome(exchanges: end { _ in true }, others: parts.takeAll())
        outcome.exchanges += pending.takeAll().map { told(unfinished: $0) }
        return outcome
    }

    private mutating func end(_ isOver: (ExchangeInFlight) -> Bool) -> [AssembledObservation] {
        guard inFlight.contains(where: isOver) else { return [] }
        let over = inFlight.filter(isOver)
        inFlight.removeAll(where: isOver)
        return over.map { told($0) }
    }

    /// One that was sent, as it is told.
    private func told(
        _ exchange: ExchangeInFlight, abortedBy access: ObservedAccess? = nil
    ) -> AssembledObservation {
        AssembledObservation(exchange, showsReads: showsReads, abortedBy: access, at: mailbox)
    }

    /// One of which no GO was seen.
    private func told(unfinished request: ObservedRequest) -> AssembledObservation {
        AssembledObservation(unsent: request, at: mailbox)
    }
}
