/// What shows of an encrypted SPDM message (DSP0277; PCIe transports it without a sequence number).
public struct SecuredMessage: Hashable, Sendable {
    /// The session: the requester's half in bits [15:0], the responder's in [31:16].
    public let sessionID: UInt32
    /// How many encrypted bytes follow, authentication tag included, as the message says.
    public let length: UInt16

    /// `nil` where the object ends before the two fields do. The caller has checked the object's id.
    init?(_ object: DataObject) {
        guard object.dwordCount > 3 else { return nil }
        sessionID = object.dword(2)
        length = UInt16(truncatingIfNeeded: object.dword(3))
    }
}
