/// A probe that this kernel may take: the ways to spell it, of which the first one that the kernel takes is right.
public struct PlannedProbe: Hashable, Sendable {
    /// What its events tell.
    public let role: ProbeRole
    /// Its event's name within our group.
    public let event: String
    /// The kernel's function.
    public let function: String
    /// The ways to spell it, the best first.
    public let definitions: [ProbeDefinition]

    /// The role whose probe makes this one needless: it would tell the same once more.
    public var isNeedlessWith: ProbeRole? {
        switch role {
        case .kernelRequestBefore64: .kernelRequest
        case .taskComplete: .kernelResponse
        // Each read of any function's registers passes it: one probe less is what a read outside the ranges notices.
        case .read32: .readEnded
        default: nil
        }
    }
}
