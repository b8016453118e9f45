internal import DOEWords

/// The bits of the status register (PCIe r6.0 7.9.24.4).
package struct MailboxStatus: OptionSet, Hashable, Sendable, CustomStringConvertible {
    /// The register.
    package let rawValue: UInt32

    /// From the register.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// It cannot take a request now. Clear does not mean that nothing is in flight.
    package static let busy = MailboxStatus(rawValue: 1 << 0)
    /// An interrupt was sent; a write of 1 would clear it, which we leave to whoever enabled it.
    package static let interrupt = MailboxStatus(rawValue: 1 << 1)
    /// The last request failed; only an abort clears it.
    package static let error = MailboxStatus(rawValue: 1 << 2)
    /// An object that nobody asked for waits to be read (an asynchronous message, DOE 1.1).
    package static let asyncMessage = MailboxStatus(rawValue: 1 << 3)
    /// Where the mailbox has the attention mechanism: it is ready to answer at once.
    package static let atAttention = MailboxStatus(rawValue: 1 << 4)
    /// A response's dword stands in the read mailbox.
    package static let dataObjectReady = MailboxStatus(rawValue: 1 << 31)

    /// What a function that has gone reads as; its reserved bits make it no valid status.
    package var isAllOnes: Bool { rawValue == .max }
    /// Neither busy, nor error, nor ready: free for a request.
    package var isFree: Bool { isDisjoint(with: [.busy, .error, .dataObjectReady]) }

    /// `0x80000001 (busy, data object ready)`
    package var description: String {
        let names: [(MailboxStatus, String)] = [
            (.busy, "busy"), (.interrupt, "interrupt"), (.error, "error"), (.asyncMessage, "asynchronous message"),
            (.atAttention, "at attention"), (.dataObjectReady, "data object ready"),
        ]
        let set = names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
        return "0x\(rawValue.hex(digits: 8)) (\(set.isEmpty ? "free" : set))"
    }
}
