/// How long values may be, so that every record has a known largest size and fits a slot of the ring.
extension Field {
    /// The most bytes of UTF-8 that a value of this field has. Longer text is clipped where it is set.
    public var byteLimit: Int {
        switch self {
        case .clientExe, .clientUnit: 1024
        case .rule: 320
        case .leaseHolder: 272
        case .leaseReason, .reason: 256
        case .objectName, .clientContainer, .clientParent, .before: 128
        case .driver, .policy, .spdm: 96
        case .mailbox, .subject: 72
        case .chain, .requestDigest, .responseDigest, .with, .compliance: 64
        case .event, .status, .instance, .boot, .serial, .address, .taint, .acknowledged, .clientCommand: 32
        case .kind, .road, .device, .object, .objectClass, .verdict, .would, .mode, .told, .limit, .lease: 24
        case .sequence, .time, .monotonic, .schema, .requestBytes, .responseBytes, .latency, .clientPID, .clientUID,
            .clientTCPUID, .clientLoginUID, .clientSession, .count, .first, .last, .leaseUntil, .observed:
            20
        }
    }
}

extension Record {
    /// The most bytes of UTF-8 in a message.
    public static let messageByteLimit = 1024
}

extension String {
    /// This text, or its start with a mark that says how much there was, `limit` bytes at most.
    package func clipped(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var mark = "[cut, \(utf8.count) bytes]"
        if mark.utf8.count * 2 > limit { mark = "~" }
        return start(ofBytes: limit - mark.utf8.count) + mark
    }

    /// Its start, so many bytes at most. No character is cut in two: its first bytes go with the rest of it.
    package func start(ofBytes limit: Int) -> String {
        var kept = Array(utf8.prefix(limit))
        while let last = kept.last, last & 0b1100_0000 == 0b1000_0000 { kept.removeLast() }
        if let last = kept.last, last >= 0b1100_0000 { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self)
    }
}
