internal import DOEWords

/// Why an IDE capability was not decoded to its end. What comes before stays valid.
public enum IDEDamage: Hashable, Sendable, CustomStringConvertible {
    /// A block does not fit into the 4 KiB of config space.
    case pastConfigSpace(IDEBlock, at: UInt16)
    /// A block would lie over another capability.
    case overCapability(IDEBlock, at: UInt16, other: UInt16)
    /// A block reads as all ones, which no valid one does.
    case allOnes(IDEBlock, at: UInt16)

    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .pastConfigSpace(let block, let offset):
            "\(block) (0x\(offset.hex(digits: 3))) would run past the end of config space"
        case .overCapability(let block, let offset, let other):
            "\(block) (0x\(offset.hex(digits: 3))) would run into the capability at 0x\(other.hex(digits: 3))"
        case .allOnes(let block, let offset):
            "\(block) (0x\(offset.hex(digits: 3))) reads as all ones"
        }
    }
}
