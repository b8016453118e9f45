/// A command beside the objects that SPDM emulators take on their socket. No device's registers could carry it.
///
/// It is judged as the object CMA/SPDM (0001:01), and told from SPDM requests by its name.
public struct OutOfBandRequest: Hashable, Sendable {
    /// Which one; the number is the command of the SPDM socket framing.
    public enum Kind: UInt32, Hashable, Sendable, CaseIterable {
        /// Has the responder start an update of the session's keys.
        case updateKeys = 0x8001
        /// Has the responder ask for, or tell, endpoint information.
        case endpointInfo = 0x8002
    }

    /// Which one.
    public let kind: Kind
    /// What goes with it, mostly nothing.
    public let payload: [UInt8]

    /// A command from its parts.
    public init(_ kind: Kind, payload: [UInt8] = []) {
        self.kind = kind
        self.payload = payload
    }

    /// What rules and records call it, in place of an SPDM request's name.
    public var name: String {
        switch kind {
        case .updateKeys: "OOB_KEY_UPDATE"
        case .endpointInfo: "OOB_ENDPOINT_INFO"
        }
    }
}
