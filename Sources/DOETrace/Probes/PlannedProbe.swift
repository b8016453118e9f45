/// A probe that this kernel may take: the ways to spell it, of which the first one that the kernel takes is right.
struct PlannedProbe: Hashable, Sendable {
    /// What its events tell.
    let role: ProbeRole
    /// Its event's name within our group.
    let event: String
    /// The kernel's function.
    let function: String
    /// The ways to spell it, the best first.
    let definitions: [ProbeDefinition]

    /// The role whose probe makes this one needless: it would tell the same once more.
    var isNeedlessWith: ProbeRole? {
        switch role {
        case .kernelRequestBefore64: .kernelRequest
        case .taskComplete: .kernelResponse
        // Each read of any function's registers passes it: one probe less is what a read outside the ranges notices.
        case .read32: .readEnded
        default: nil
        }
    }
}
