internal import DOEWords

/// What a compliance object asks the device to do (CXL 4.0 14.16.3, Tables 14-56 to 14-96; CXL 2.0 14.16.4, without
/// the codes 10 to 12).
public struct ComplianceRequest: Hashable, Sendable {
    /// Request code, byte 8 of the object.
    public let code: UInt8
    /// Version of that request, byte 9.
    public let version: UInt8

    /// Looks into an object; `nil` where it is no compliance object, or ends before the code.
    public init?(_ object: DataObject) {
        guard object.object == .compliance, object.dwordCount > 2 else { return nil }
        let dword = object.dword(2)
        code = UInt8(truncatingIfNeeded: dword)
        version = UInt8(truncatingIfNeeded: dword >> 8)
    }

    /// Every request's name in the order of the codes, one word each as rules write it.
    public static let names = [
        "capabilities", "status", "halt-all", "multiple-write-streaming", "producer-consumer", "bogus-writes",
        "inject-link-poison", "inject-crc", "inject-flow-control", "toggle-cache-flush", "inject-mac-delay",
        "insert-unexpected-mac", "inject-viral", "inject-almp", "ignore-received-almp", "inject-flit-bit-error",
        "media-poison", "lsa-poison", "device-health-injection",
    ]

    /// What rules call a compliance object's request: its name, or `malformed` where the object ends before the code.
    /// `nil` for other objects.
    public static func ruleName(of object: DataObject) -> String? {
        guard object.object == .compliance else { return nil }
        return Self(object)?.name ?? "malformed"
    }

    /// The request's name, `inject-link-poison`; for a code nobody here knows, `0x2a`.
    public var name: String {
        Self.names.indices.contains(Int(code)) ? Self.names[Int(code)] : "0x\(code.hex(digits: 2))"
    }
}
