/// Reads an IDE capability block after block and stops for good before the first one that is not wholly its own.
struct IDEBlockReader<Space: ConfigSpace> {
    private let space: Space
    /// The capability that comes next in config space, if any.
    private let next: UInt16?
    /// Where the next block starts; 0x1000 at most.
    private(set) var offset: UInt16
    /// Why it stopped.
    private(set) var damage: IDEDamage?

    /// A reader that stands behind the header of a capability.
    init(_ space: Space, behind capability: ExtendedCapability, among list: ExtendedCapabilityList) {
        self.space = space
        next = list.capabilities.map(\.offset).filter { $0 > capability.offset }.min()
        // Masked as a link is: what no walk has found could be anything.
        offset = (capability.offset & 0xffc) + 4
    }

    /// The next block's registers; `nil` where it has to stop.
    mutating func take(_ count: Int, _ block: IDEBlock) throws(ConfigSpaceError) -> [UInt32]? {
        guard damage == nil else { return nil }
        let start = offset
        let end = Int(start) + 4 * count
        if let next, end > Int(next) {
            damage = .overCapability(block, at: start, other: next)
        } else if end > 0x1000 {
            damage = .pastConfigSpace(block, at: start)
        }
        guard damage == nil else { return nil }
        var dwords: [UInt32] = []
        for index in 0..<count { dwords.append(try space.readDword(at: start + UInt16(4 * index))) }
        // Each block's first register has reserved bits.
        guard dwords.first != .max else {
            damage = .allOnes(block, at: start)
            return nil
        }
        offset = UInt16(end)
        return dwords
    }
}
