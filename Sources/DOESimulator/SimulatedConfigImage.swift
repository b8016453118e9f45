internal import DOEWords

/// The 4 KiB of config space of a simulated function, but for the mailbox's registers.
struct SimulatedConfigImage {
    private var dwords = [UInt32](repeating: 0, count: 0x1000 / 4)

    init(_ device: SimulatedDevice) {
        self[0x00] = UInt32(device.device.vendor) | UInt32(device.device.device) << 16
        self[0x04] = 1 << 20  // there are capabilities
        self[0x08] = device.classCode << 8
        self[0x34] = 0x40
        self[0x40] = 0x01 | 0x50 << 8 | 3 << 16  // power management, version 3; +4 says D0
        self[0x50] = 0x10 | 2 << 16  // PCI Express, version 2
        let mailbox = UInt32(SimulatedFunction.mailboxOffset)
        if let serial = device.serialNumber {
            self[0x100] = 0x0003 | 1 << 16 | mailbox << 20
            self[0x104] = UInt32(truncatingIfNeeded: serial)
            self[0x108] = UInt32(truncatingIfNeeded: serial >> 32)
        } else {
            self[0x100] = mailbox << 20  // a placeholder that only carries the link
        }
        self[SimulatedFunction.mailboxOffset] = 0x002e | UInt32(device.mailboxVersion & 0xf) << 16
    }

    /// The dword at a byte offset, which the caller has checked.
    subscript(offset: UInt16) -> UInt32 {
        get { dwords[Int(offset) / 4] }
        set { dwords[Int(offset) / 4] = newValue }
    }
}
