/// The name of one mailbox: one DOE capability instance, or what stands for it.
public enum MailboxName: Hashable, Sendable, CustomStringConvertible {
    /// A DOE capability of a PCI function, at this offset in its config space: `0000:0d:00.0@190`.
    case real(FunctionAddress, offset: UInt16)
    /// A mailbox that does not exist: `sim:cxl`.
    case simulated(String)
    /// A mailbox behind an SPDM socket: `remote:emulator`.
    case remote(String)

    /// What stands behind a name.
    public enum Kind: String, Sendable, CaseIterable {
        /// A capability in a function's config space.
        case real
        /// Made up by the simulator.
        case simulated
        /// Reached through an SPDM socket.
        case remote
    }

    /// Parses a name in the one spelling that `description` prints; anything else is `nil`.
    ///
    /// A word after `sim:` or `remote:` has 1 to 64 characters of a-z, 0-9, `-`, `_` and `.`, the first a letter or
    /// digit: it becomes a file name (the mailbox's socket), so it must not be able to leave its directory.
    public init?(_ text: some StringProtocol) {
        if text.hasPrefix("sim:") {
            let word = String(text.dropFirst(4))
            guard Self.isWord(word) else { return nil }
            self = .simulated(word)
        } else if text.hasPrefix("remote:") {
            let word = String(text.dropFirst(7))
            guard Self.isWord(word) else { return nil }
            self = .remote(word)
        } else {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, let address = FunctionAddress(parts[0]),
                let offset = UInt16(lowercaseHex: parts[1], digits: 3...3), (0x100...0xfe8).contains(offset),
                offset % 4 == 0
            else { return nil }
            self = .real(address, offset: offset)
        }
    }

    /// What stands behind this name.
    public var kind: Kind {
        switch self {
        case .real: .real
        case .simulated: .simulated
        case .remote: .remote
        }
    }

    /// The function's address; `nil` where no PCI function of this host stands behind the name.
    public var address: FunctionAddress? {
        if case .real(let address, _) = self { address } else { nil }
    }

    /// `0000:0d:00.0@190`, `sim:cxl`, `remote:emulator`
    public var description: String {
        switch self {
        case .real(let address, let offset): "\(address)@\(offset.hex(digits: 3))"
        case .simulated(let word): "sim:\(word)"
        case .remote(let word): "remote:\(word)"
        }
    }

    private static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
        func isLetterOrDigit(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return isLetterOrDigit(first)
            && text.utf8.allSatisfy {
                isLetterOrDigit($0) || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0)
            }
    }
}
