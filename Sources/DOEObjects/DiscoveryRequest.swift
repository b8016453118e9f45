internal import DOEWords

/// Asks a mailbox for one of the objects it knows (PCIe r6.0 6.30.1.1.1).
public struct DiscoveryRequest: Hashable, Sendable {
    /// Which one: 0 first, then the next index of each response.
    public let index: UInt8
    /// Discovery version: 2 where the capability's version is 2 or more, else 0.
    public let version: UInt8

    /// A request for one index.
    public init(index: UInt8, version: UInt8) {
        self.index = index
        self.version = version
    }

    /// Reads a request: the device's side.
    public init(_ object: DataObject) throws(ObjectError) {
        try object.require(.discovery)
        try object.require(dwordCount: 3...3)
        let dword = object.dword(2)
        self.init(index: UInt8(truncatingIfNeeded: dword), version: UInt8(truncatingIfNeeded: dword >> 8))
    }

    /// The discovery version that a capability of this version expects.
    public static func version(forCapabilityVersion version: UInt8) -> UInt8 { version >= 2 ? 2 : 0 }

    /// Index [7:0], version [15:8].
    public var dataObject: DataObject {
        DataObject(.discovery, dword: UInt32(index) | UInt32(version) << 8)
    }
}
