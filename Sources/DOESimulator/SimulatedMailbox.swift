internal import DOEObjects
internal import DOEWords

/// The registers of one simulated mailbox and what they do, as PCIe r6.0 6.30.2 and 7.9.24 describe them and as QEMU
/// plays them. Written apart from the code that drives a mailbox, so that each tests the other.
struct SimulatedMailbox {
    /// Offsets from the capability's start.
    enum Register: UInt16 {
        case capabilities = 0x04
        case control = 0x08
        case status = 0x0c
        case writeMailbox = 0x10
        case readMailbox = 0x14
    }

    var behaviour: Behaviour
    var counts = SimulatorCounts()
    private let handlers: [ObjectID: SimulatedFunction.Handler]

    private var request: [UInt32] = []
    /// Not ready yet.
    private var pending: [UInt32]?
    private var response: [UInt32] = []
    private var position = 0
    private var looksLeft = 0
    private var errorLooksLeft: Int?
    private var allOnesLeft = 0
    private var lateReadyLeft = 0
    private var hasError = false
    private var isStuck = false
    /// The settings in the control register, of which it has one: interrupt enable.
    private var control: UInt32 = 0
    /// Dwords of a request that were taken since the last GO or abort, and whether the first of them are gone.
    private var taken = 0
    private var isRest = false
    /// For so many microseconds the access that is made holds its thread.
    private var held: UInt64 = 0

    init(handlers: [ObjectID: SimulatedFunction.Handler], behaviour: Behaviour) {
        self.handlers = handlers
        self.behaviour = behaviour
    }

    /// What somebody else's exchange has left: a response that nobody read.
    mutating func leaveResponse(_ object: DataObject) {
        response = (0..<object.dwordCount).map { object.dword($0) }
        position = 0
    }

    /// What somebody else's exchange has left: an error.
    mutating func leaveError() { hasError = true }

    mutating func read(_ register: Register) -> UInt32 {
        switch register {
        case .capabilities: behaviour.supportsInterrupts ? 1 : 0
        case .control: control
        case .writeMailbox: 0
        case .status: look()
        case .readMailbox: readResponse()
        }
    }

    private mutating func readResponse() -> UInt32 {
        counts.responseReads += 1
        return position < response.count ? response[position] : 0
    }

    mutating func write(_ value: UInt32, to register: Register) {
        switch register {
        case .capabilities, .status: break
        case .control:
            control = behaviour.supportsInterrupts ? value & 2 : 0
            if value & 1 != 0 {
                abort()
            } else if value >> 31 != 0 {
                go()
            }
        case .writeMailbox: take(value)
        case .readMailbox: acknowledge()
        }
    }

    private var isReady: Bool { position < response.count || lateReadyLeft > 0 || behaviour.isReadyForEver }
    private var isBusy: Bool {
        behaviour.isBusyForEver || isStuck || pending != nil && behaviour.isBusyWhileWorking
            || !request.isEmpty && behaviour.isBusyWhileWritten
    }

    private mutating func look() -> UInt32 {
        if allOnesLeft > 0 {
            allOnesLeft -= 1
            return .max
        }
        work()
        let isFailed = hasError || behaviour.isErrorForEver
        let status: UInt32 = (isBusy ? 1 : 0) | (isFailed ? 1 << 2 : 0) | (isReady ? 1 << 31 : 0)
        if lateReadyLeft > 0 { lateReadyLeft -= 1 }
        return status
    }

    /// What is in flight comes one look nearer to its end.
    private mutating func work() {
        guard let whole = pending else { return }
        if errorLooksLeft == 0 {
            hasError = true
            pending = nil
        } else if looksLeft == 0 {
            response = whole
            position = 0
            pending = nil
        } else {
            looksLeft -= 1
            errorLooksLeft = errorLooksLeft.map { $0 - 1 }
        }
    }

    private mutating func take(_ dword: UInt32) {
        counts.requestDwords += 1
        guard !isBusy else { return }
        if behaviour.failsWhileWritten { hasError = true }
        if behaviour.isReadyWhileWritten && response.isEmpty { response = [0] }
        guard request.count < ObjectHeader.maximumLengthInDwords else {
            hasError = true
            return
        }
        request.append(dword)
        taken += 1
        if taken == behaviour.dwordsBeforeEmptied, counts.emptied < behaviour.emptyings { empty() }
    }

    /// A reset, or an abort of somebody else's.
    private mutating func empty() {
        counts.emptied += 1
        request = []
        isRest = true
        if behaviour.emptyingClearsControl { control = 0 }
        held += behaviour.emptyingHolds
    }

    /// For how long the accesses since the last question have held their thread.
    mutating func takeHeld() -> UInt64 {
        defer { held = 0 }
        return held
    }

    private mutating func abort() {
        counts.abortWrites += 1
        request = []
        (taken, isRest) = (0, false)
        pending = nil
        response = []
        position = 0
        allOnesLeft = 0
        lateReadyLeft = 0
        hasError = false
        isStuck = behaviour.abortFails
    }

    private mutating func go() {
        counts.goWrites += 1
        counts.handedOver = nil
        guard !isReady, !isBusy, !hasError, pending == nil, !behaviour.failsAtGo else {
            hasError = true
            return
        }
        defer { (request, taken, isRest) = ([], 0, false) }
        allOnesLeft = behaviour.allOnesLooks
        if behaviour.executesWhatIsLeft, request.count >= 2 {
            request[1] = UInt32(request.count & 0x3ffff)
        }
        guard let object = try? DataObject(bytes: request.littleEndianBytes) else {
            if !isRest { counts.malformed += 1 }
            return
        }
        counts.handedOver = object
        guard let handler = handler(of: object.object) else {
            counts.dropped[object.object, default: 0] += 1
            return
        }
        counts.executed[object.object, default: 0] += 1
        guard let answer = handler(object), !behaviour.neverReady else { return }
        pending = dwords(of: answer)
        looksLeft = behaviour.looksBeforeReady
        errorLooksLeft = behaviour.looksBeforeError
    }

    /// A device that executes what is left says yes to whatever that is.
    private func handler(of object: ObjectID) -> SimulatedFunction.Handler? {
        if let handler = handlers[object] { return handler }
        guard behaviour.executesWhatIsLeft else { return nil }
        let echo: SimulatedFunction.Handler = { request in request }
        return echo
    }

    /// The response as it goes out, with the lies that the behaviour asks for.
    private func dwords(of answer: DataObject) -> [UInt32] {
        var dwords = (0..<answer.dwordCount).map { answer.dword($0) }
        if let lie = behaviour.responseObject { dwords[0] = UInt32(lie.vendor) | UInt32(lie.type) << 16 }
        if let lie = behaviour.announcedLength { dwords[1] = lie }
        if behaviour.lengthOffset != 0 {
            dwords[1] = UInt32(truncatingIfNeeded: Int(dwords[1]) &+ behaviour.lengthOffset) & 0x3ffff
        }
        return dwords
    }

    private mutating func acknowledge() {
        counts.acknowledgements += 1
        guard position < response.count else { return }
        position += 1
        if let limit = behaviour.dwordsBeforeError, position >= limit { hasError = true }
        guard position == response.count else { return }
        response = behaviour.neverEnds ? [0] : []
        position = 0
        lateReadyLeft = behaviour.looksReadyAfterLast
    }
}
