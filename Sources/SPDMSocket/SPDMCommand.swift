internal import DOEWords

/// What a frame is for: the first of its three header words.
public struct SPDMCommand: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number on the wire.
    public let rawValue: UInt32

    /// A command from its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Carries an object, or its response. An empty one in place of a response is a refusal.
    public static let normal = Self(rawValue: 0x0001)
    /// QEMU's, for SPDM over NVMe and SCSI: what a storage command sends. Carries no DOE object.
    public static let storageSend = Self(rawValue: 0x0002)
    /// The same: what a storage command fetches.
    public static let storageReceive = Self(rawValue: 0x0003)
    /// How either of the two ended.
    public static let storageStatus = Self(rawValue: 0x0004)
    /// Asks an emulator to update a session's keys out of band.
    public static let updateKeys = Self(rawValue: 0x8001)
    /// Asks an emulator for its endpoint information out of band.
    public static let endpointInfo = Self(rawValue: 0x8002)
    /// Of doe-audit alone: asks, with an empty payload and after a reply, what was decided of the last exchange on this
    /// connection. Answered by the same command with a JSON text in UTF-8.
    public static let explain = Self(rawValue: 0xd0e1)
    /// Of doe-audit alone: asks, with an empty payload, what is known of the mailbox. Answered by the same command
    /// with a JSON text in UTF-8; no device is asked.
    public static let describe = Self(rawValue: 0xd0e2)
    /// The first frame of some peers, `Client Hello!`, answered by `Server Hello!`.
    public static let test = Self(rawValue: 0xdead)
    /// Asks whether the other end goes on; answered by the same command, and the connection stays open.
    public static let `continue` = Self(rawValue: 0xfffd)
    /// Ends the emulator itself. A proxy answers it and never passes it on: it would stop everybody's device.
    public static let shutdown = Self(rawValue: 0xfffe)
    /// The answer to a command that is not known.
    public static let unknown = Self(rawValue: 0xffff)

    private static let names: [Self: String] = [
        .normal: "normal", .storageSend: "storage-send", .storageReceive: "storage-receive",
        .storageStatus: "storage-status", .updateKeys: "update-keys", .endpointInfo: "endpoint-info",
        .explain: "explain", .describe: "describe", .test: "test", .continue: "continue", .shutdown: "shutdown",
        .unknown: "unknown",
    ]

    /// The command's name; for one nobody here knows, its number, `0x1234`.
    public var description: String { Self.names[self] ?? "0x\(rawValue.hex(digits: 4))" }
}
