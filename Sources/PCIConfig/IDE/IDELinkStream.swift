/// A link stream: it protects all traffic of one traffic class between two neighbours (PCIe r6.0 7.9.26.4).
public struct IDELinkStream: IDEStream {
    /// Where its block starts in config space, in bytes.
    public let offset: UInt16
    /// What software asked for.
    public let control: IDEStreamControl
    /// What is.
    public let status: IDEStreamStatus

    /// Control and status.
    static let dwordCount = 2

    /// From its two registers.
    init(at offset: UInt16, _ dwords: [UInt32]) {
        self.offset = offset
        control = IDEStreamControl(rawValue: dwords[0])
        status = IDEStreamStatus(rawValue: dwords[1])
    }
}
