internal import DOEWords

/// The extended capabilities of a function, in the order of their chain.
public struct ExtendedCapabilityList: Hashable, Sendable {
    /// What broke the chain. What was found before it stays valid.
    public enum Damage: Hashable, Sendable, CustomStringConvertible {
        /// The chain leads back to where it has been.
        case loop(from: UInt16, to: UInt16)
        /// The next capability would lie below 0x100.
        case outOfBounds(from: UInt16, to: UInt16)
        /// A header reads as all ones.
        case allOnes(at: UInt16)

        /// One sentence without a full stop.
        public var description: String {
            switch self {
            case .loop(let from, let to):
                "the capability at 0x\(from.hex(digits: 3)) leads back to the one at 0x\(to.hex(digits: 3))"
            case .outOfBounds(let from, let to):
                "the capability at 0x\(from.hex(digits: 3)) leads to 0x\(to.hex(digits: 3)), below 0x100"
            case .allOnes(let offset):
                "the capability at 0x\(offset.hex(digits: 3)) reads as all ones"
            }
        }
    }

    /// What was found.
    public let capabilities: [ExtendedCapability]
    /// Why the walk ended before the chain did; `nil` where it came to the end.
    public let damage: Damage?

    /// The size of a DOE capability in bytes (PCIe r6.0 7.9.24).
    public static let mailboxByteCount = 0x18

    /// A list without any, for a function of 256 bytes of config space.
    public init() {
        capabilities = []
        damage = nil
    }

    /// Walks the chain from 0x100, by reads alone.
    ///
    /// The lowest two bits of a link are reserved and masked, as the specification asks of software and as Linux
    /// does, so that both see the same capabilities. A link cannot lead past 0xffc: it has twelve bits.
    package init(walking space: some ConfigSpace) throws(ConfigSpaceError) {
        var found: [ExtendedCapability] = []
        var damage: Damage?
        var visited = Array(repeating: false, count: 0x1000 / 4)
        var offset: UInt16 = 0x100
        while damage == nil {
            visited[Int(offset / 4)] = true
            let header = try space.readDword(at: offset)
            guard header != .max else {
                damage = .allOnes(at: offset)
                break
            }
            let id = UInt16(truncatingIfNeeded: header)
            // Id 0 is a placeholder that only carries the link (PCIe r6.0 7.9.28).
            if id != 0 {
                found.append(
                    ExtendedCapability(
                        id: .init(rawValue: id), version: UInt8(header >> 16 & 0xf), offset: offset))
            }
            let next = UInt16(header >> 20) & 0xffc
            if next == 0 { break }
            if next < 0x100 {
                damage = .outOfBounds(from: offset, to: next)
            } else if visited[Int(next / 4)] {
                damage = .loop(from: offset, to: next)
            }
            offset = next
        }
        capabilities = found
        self.damage = damage
    }

    /// The first capability of that id.
    public func first(_ id: ExtendedCapability.ID) -> ExtendedCapability? { capabilities.first { $0.id == id } }

    /// The DOE capabilities whose registers all lie in config space and are nobody else's: no capability of another
    /// kind starts among them, and of two mailboxes over each other the first in the chain keeps them. Else a dword
    /// written to one would be the GO of another, or go to a capability that is the kernel's.
    public var mailboxes: [ExtendedCapability] {
        var found: [ExtendedCapability] = []
        for one in capabilities where one.id == .dataObjectExchange && one.fits(byteCount: Self.mailboxByteCount) {
            let overlaps = found.contains { abs(Int($0.offset) - Int(one.offset)) < Self.mailboxByteCount }
            if !overlaps && !hasAnotherKind(within: one) { found.append(one) }
        }
        return found
    }

    private func hasAnotherKind(within mailbox: ExtendedCapability) -> Bool {
        let end = Int(mailbox.offset) + Self.mailboxByteCount
        return capabilities.contains {
            $0.id != .dataObjectExchange && $0.offset > mailbox.offset && Int($0.offset) < end
        }
    }
}
