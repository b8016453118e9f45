public import DOEWords

/// A function whose mailboxes are watched.
public struct WatchedFunction: Hashable, Sendable {
    /// Where it is.
    public let address: FunctionAddress
    /// The offsets of its mailboxes' capabilities.
    public let mailboxes: [UInt16]

    /// A function and its mailboxes.
    public init(address: FunctionAddress, mailboxes: [UInt16]) {
        self.address = address
        self.mailboxes = mailboxes.sorted()
    }

    /// The registers of each mailbox: header, capabilities, control, status, write and read (PCIe r6.0 7.9.24), bytes.
    public var registers: [Range<UInt16>] { mailboxes.map { $0..<($0 &+ 0x18) } }
}
