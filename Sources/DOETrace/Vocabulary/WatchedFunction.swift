package import DOEWords

/// A function whose mailboxes are watched.
package struct WatchedFunction: Hashable, Sendable {
    /// Where it is.
    package let address: FunctionAddress
    /// The offsets of its mailboxes' capabilities.
    package let mailboxes: [UInt16]

    /// A function and its mailboxes.
    package init(address: FunctionAddress, mailboxes: [UInt16]) {
        self.address = address
        self.mailboxes = mailboxes.sorted()
    }

    /// The registers of each mailbox: header, capabilities, control, status, write and read (PCIe r6.0 7.9.24), bytes.
    package var registers: [Range<UInt16>] { mailboxes.map { $0..<($0 &+ 0x18) } }
}
