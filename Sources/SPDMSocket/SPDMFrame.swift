/// One frame of the SPDM socket framing: command, transport and payload size, three big-endian words, then the payload.
public struct SPDMFrame: Hashable, Sendable {
    /// What it is for.
    public let command: SPDMCommand
    /// In what the payload is wrapped.
    public let transport: SPDMTransport
    /// The payload, for a normal frame one data object as it is on the wire.
    public let payload: [UInt8]

    /// The header's size in bytes.
    public static let headerByteCount = 12
    /// The longest payload: the longest data object, 1 MiB.
    public static let maximumPayload = 1 << 20

    /// A frame from its parts.
    public init(_ command: SPDMCommand, transport: SPDMTransport = .pciDOE, payload: [UInt8] = []) {
        self.command = command
        self.transport = transport
        self.payload = payload
    }

    /// The empty normal frame by which a request is refused: peers end their session on it and do not hang.
    public static let refusal = SPDMFrame(.normal)
    /// What some peers say first.
    public static let clientHello = SPDMFrame(.test, payload: Array("Client Hello!\0".utf8))
    /// What they wait for then.
    public static let serverHello = SPDMFrame(.test, payload: Array("Server Hello!\0".utf8))

    /// Header and payload in one piece, to be written at once.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerByteCount + payload.count)
        for word in [command.rawValue, transport.rawValue, UInt32(truncatingIfNeeded: payload.count)] {
            for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        bytes += payload
        return bytes
    }
}
