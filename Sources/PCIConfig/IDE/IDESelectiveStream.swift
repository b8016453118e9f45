/// A selective stream: it protects the traffic to chosen requesters and addresses (PCIe r6.0 7.9.26.5).
public struct IDESelectiveStream: IDEStream {
    /// Where its block starts in config space, in bytes.
    public let offset: UInt16
    /// How many address association blocks it says it has, 0 to 15.
    public let addressBlockCount: Int
    /// What software asked for.
    public let control: IDEStreamControl
    /// What is.
    public let status: IDEStreamStatus
    /// The requesters at its other end.
    public let requesters: IDERequesterAssociation
    /// The addresses that go through it; fewer than `addressBlockCount` where the capability is damaged.
    public internal(set) var addresses: [IDEAddressAssociation] = []

    /// Capability, control, status and the two registers of the requesters; address blocks follow.
    static let fixedDwordCount = 5

    /// From its five fixed registers.
    init(at offset: UInt16, _ dwords: [UInt32]) {
        self.offset = offset
        addressBlockCount = Int(dwords[0].bits(0, count: 4))
        control = IDEStreamControl(rawValue: dwords[1])
        status = IDEStreamStatus(rawValue: dwords[2])
        requesters = IDERequesterAssociation(first: dwords[3], second: dwords[4])
    }

    /// Whether config requests go through it.
    public var carriesConfigRequests: Bool { control.rawValue.bit(9) }
    /// Whether all else of its traffic class goes through it.
    public var isDefault: Bool { control.rawValue.bit(22) }
    /// Whether only requests of trusted guests may use it (added by TDISP; reserved before).
    public var isTEELimited: Bool { control.rawValue.bit(23) }
}
