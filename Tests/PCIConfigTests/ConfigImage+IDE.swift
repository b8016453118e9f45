import PCIConfig

extension ConfigImage {
    /// Puts an IDE capability at `offset`, its blocks as dwords one after the other.
    mutating func addIDE(
        at offset: Int = 0x100, next: UInt32 = 0, support: UInt32, control: UInt32 = 0, _ blocks: [[UInt32]]
    ) {
        addCapability(0x30, at: offset, next: next)
        self[offset + 4] = support
        self[offset + 8] = control
        for (index, dword) in blocks.joined().enumerated() where offset + 12 + 4 * index < 4096 {
            self[offset + 12 + 4 * index] = dword
        }
    }

    func ide() throws -> IDECapability? {
        let list = try ExtendedCapabilityList(walking: self)
        guard let place = list.first(.integrityAndDataEncryption) else { return nil }
        return try IDECapability(reading: self, at: place, among: list)
    }
}
