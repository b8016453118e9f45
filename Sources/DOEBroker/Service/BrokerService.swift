package import DOELinux

/// Judges what comes from the daemon, as if that were hostile: what is a request, and whether it is answered. Pure; times
/// are monotonic, in microseconds.
package struct BrokerService: Sendable {
    /// What is to be done about a message.
    package enum Judgement: Hashable, Sendable {
        case perform(BrokerRequest, number: UInt64)
        /// `kind` and `number` are the message's own, 0 where it has none.
        case refuse(BrokerError, kind: UInt16, number: UInt64)
    }

    /// What this broker may do besides.
    package struct Leave: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// To set the kernel's own taint: with `panic_on_taint` that is the end of the machine.
        package static let kernelTaint = Leave(rawValue: 1)
    }

    private let leave: Leave
    private var budgets: [BrokerRequest.Kind: Budget] = [:]
    /// How many messages were refused.
    package private(set) var refusals: UInt64 = 0

    package init(leave: Leave) { self.leave = leave }

    /// Judges one message that came now.
    package mutating func judge(_ message: ReceivedMessage, at now: UInt64) -> Judgement {
        let judgement = judged(message, at: now)
        if case .refuse = judgement { refusals += 1 }
        return judgement
    }

    private mutating func judged(_ message: ReceivedMessage, at now: UInt64) -> Judgement {
        guard !message.hasMoreBytes else {
            let most = BrokerWire.longestRequest
            return .refuse(BrokerError(.malformed, "a message is longer than \(most) bytes"), kind: 0, number: 0)
        }
        let request: BrokerRequest
        let number: UInt64
        switch BrokerRequest.read(message.bytes) {
        case .garbage(let why, let named): return .refuse(BrokerError(.malformed, why), kind: 0, number: named)
        case .request(let read, let named): (request, number) = (read, named)
        }
        let kind = request.kind
        func refuse(_ reason: BrokerError.Reason, _ why: String, remedy: String? = nil) -> Judgement {
            .refuse(BrokerError(reason, why, remedy: remedy), kind: kind.rawValue, number: number)
        }
        guard message.descriptors.count == kind.descriptors, !message.lacksDescriptors else {
            return refuse(
                .wrongDescriptor, "a request of the kind \(kind) comes with \(kind.descriptors) descriptors")
        }
        if kind == .kernelTaint, !leave.contains(.kernelTaint) {
            return refuse(
                .notAllowed, "this broker was started without leave to set the kernel's taint",
                remedy: "give doe-audit-broker the option --kernel-taint (systemctl edit doe-audit-broker), and restart"
                    + " it; a broker that the daemon has started itself takes it from the configuration's kernel-taint")
        }
        guard budgets[kind, default: Budget(kind)].take(at: now) else {
            return refuse(.tooMany, "more requests of the kind \(kind) than are answered in a time")
        }
        return .perform(request, number: number)
    }

    /// Notes one that could not be done for want of a place.
    package mutating func noteRefusal() { refusals += 1 }
}

/// How many requests of a kind are answered: so many at once, and so many a second.
///
/// Each is more than a daemon needs that means well; what is bounded is how often a device is read or a file opened for
/// one that does not.
struct Budget {
    private let most: UInt64
    /// So long one more takes to come, microseconds.
    private let interval: UInt64
    private var left: UInt64
    /// Up to when what came is counted in `left`.
    private var counted: UInt64?

    init(_ kind: BrokerRequest.Kind) {
        switch kind {
        // Once each function at the start, and those that are plugged in.
        case .config: self.init(most: 16_384, perSecond: 64)
        // Once a mailbox, and again where something has happened to the device.
        case .kernelCDAT: self.init(most: 1_024, perSecond: 64)
        // As many as are accepted (ArrivalStage), and those that are asked about again.
        case .identity: self.init(most: 20_000, perSecond: 20_000)
        // All rules of a large site, loaded anew.
        case .user, .group: self.init(most: 20_000, perSecond: 1_000)
        case .kernelLog: self.init(most: 512, perSecond: 64)
        case .kernelTaint: self.init(most: 4, perSecond: 1)
        // The first question of each daemon, however often it is restarted.
        case .version: self.init(most: 512, perSecond: 64)
        case .kernelFile: self.init(most: 64, perSecond: 4)
        // A daemon that has lost its sight waits a minute before it tries anew; it costs a second of a processor.
        case .arm: self.init(most: 8, interval: 10_000_000)
        case .armsWatch, .armsCheck, .beginCanary, .endCanary, .disarm, .leave: self.init(most: 64, perSecond: 4)
        // As many as a host has, by 64.
        case .armsFunctions: self.init(most: 1_024, perSecond: 64)
        // One of each processor.
        case .armsFiles: self.init(most: 16_384, perSecond: 64)
        // A writer that was not known before, or has another program.
        case .writer: self.init(most: 20_000, perSecond: 20_000)
        }
    }

    init(most: UInt64, perSecond: UInt64) { self.init(most: most, interval: 1_000_000 / perSecond) }

    init(most: UInt64, interval: UInt64) { (self.most, self.interval, left) = (most, interval, most) }

    mutating func take(at now: UInt64) -> Bool {
        let began = counted ?? now
        let came = (now &- began) / interval
        left = min(most, left + came)
        counted = came >= most ? now : began + came * interval
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
