/// A function's power state, in the kernel's own words (`power_state` in sysfs, Linux 5.12 and later).
public enum PowerState: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Awake: the only state in which a mailbox is driven.
    case d0 = "D0"
    /// Light sleep.
    case d1 = "D1"
    /// Deeper sleep.
    case d2 = "D2"
    /// Asleep, config space still answers.
    case d3hot = "D3hot"
    /// Without power; an access would have the kernel wake it.
    case d3cold = "D3cold"
    /// The kernel could not find out.
    case error
    /// The kernel does not know (no driver is bound, a kernel before 5.12, a made-up tree): the function's own power
    /// management register says more.
    case unknown

    /// The kernel's word.
    public var description: String { rawValue }

    /// Reads the state from the function's power management capability (PCI Power Management 1.2, 3.2.4; PCIe r6.0
    /// 7.5.2.2).
    ///
    /// A function without that capability knows no state but D0. A function that reads as all ones is reported as
    /// `d3cold`: it has no power, or has gone.
    init(reading space: some ConfigSpace) throws(ConfigSpaceError) {
        // The class, since a virtual function's ids read as all ones while it is there (PCIe r6.0 9.3.4.1).
        guard try space.readDword(at: 0x08) != .max else {
            self = .d3cold
            return
        }
        guard let offset = try conventionalCapability(0x01, in: space) else {
            self = .d0
            return
        }
        let controlStatus = try space.readDword(at: offset + 4)
        switch controlStatus & 0b11 {
        case _ where controlStatus == .max: self = .d3cold
        case 0: self = .d0
        case 1: self = .d1
        case 2: self = .d2
        default: self = .d3hot
        }
    }
}

/// The offset of a capability in the first 256 bytes of config space; `nil` where there is none.
///
/// The chain has at most 48 links of 4 bytes, so a loop ends there.
func conventionalCapability(_ id: UInt8, in space: some ConfigSpace) throws(ConfigSpaceError) -> UInt16? {
    let statusHasCapabilities: UInt32 = 1 << 20
    guard try space.readDword(at: 0x04) & statusHasCapabilities != 0 else { return nil }
    var offset = UInt16(truncatingIfNeeded: try space.readDword(at: 0x34)) & 0xfc
    for _ in 0..<48 where offset >= 0x40 {
        let header = try space.readDword(at: offset)
        if UInt8(truncatingIfNeeded: header) == id, offset <= 0xf8 { return offset }
        offset = UInt16(truncatingIfNeeded: header >> 8) & 0xfc
    }
    return nil
}
