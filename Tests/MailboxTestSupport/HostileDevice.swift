package import DOEMailbox
package import DOESimulator
package import DOEWords

/// One way in which a device is hostile, and what it must come to: one row of docs/hostile-devices.md.
package struct HostileDevice: Sendable, CustomStringConvertible {
    /// What brings the mailbox back once the device behaves.
    package enum Return: String, Sendable {
        /// The next exchange works.
        case atOnce = "at once"
        /// The next exchange aborts what is left first, then works.
        case afterAbort = "after an abort"
        /// The next exchange leaves the mailbox alone; two seconds later one aborts what nobody came for, and works.
        case afterAbandonment = "after 2 s and an abort"
    }

    /// The row's name.
    package let name: String
    /// The word of DOE_STATUS.
    package let status: ExchangeFailure.Status
    /// What the abort came to, if there was one.
    package let abort: ExchangeResult.Abort
    /// How long it may wait for the device, in whole seconds: one for the response, one for each abort that fails
    /// (PCIe r6.0 6.30.2).
    package let seconds: UInt64
    /// Whether GO was written.
    package let isAsked: Bool
    /// The most dwords of a response that may be kept in memory.
    package let dwordsKept: Int
    /// The most dwords that may be taken out of the mailbox.
    package let dwordsTaken: Int
    /// What brings it back.
    package let returns: Return
    /// Turns a well-behaved function into this one.
    package let spoil: @Sendable (SimulatedFunction) throws -> Void

    /// A row from its parts.
    init(
        _ name: String, _ status: ExchangeFailure.Status, abort: ExchangeResult.Abort = .none, seconds: UInt64 = 0,
        isAsked: Bool = true, keeps dwordsKept: Int = 0, takes dwordsTaken: Int? = nil, returns: Return = .atOnce,
        spoil: @escaping @Sendable (SimulatedFunction) throws -> Void
    ) {
        self.name = name
        self.status = status
        self.abort = abort
        self.seconds = seconds
        self.isAsked = isAsked
        self.dwordsKept = dwordsKept
        self.dwordsTaken = dwordsTaken ?? dwordsKept
        self.returns = returns
        self.spoil = spoil
    }

    /// What every row is asked: 42 dwords, which a well-behaved device sends back.
    package static let payload = [UInt8](repeating: 7, count: 160)

    /// The most accesses to the function: three for each dword taken, and the looks of three seconds.
    package var accessLimit: Int { 3 * dwordsTaken + 1_000 }

    /// The letters that the outcome raises.
    package var taint: TaintLetters {
        var letters: TaintLetters = []
        if abort != .none { letters.formUnion(.abort) }
        if status == .malformedResponse { letters.formUnion(.malformed) }
        return letters
    }

    /// The row as the page has it.
    package var cells: [String] {
        [
            name, "`\(status.rawValue)`", abort.rawValue, "\(seconds) s", isAsked ? "yes" : "no",
            "\(dwordsKept)", taint.isEmpty ? "none" : "\(taint)", returns.rawValue,
        ]
    }

    /// The row's name.
    package var description: String { name }
}
