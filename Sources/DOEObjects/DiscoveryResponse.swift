public import DOEWords

/// One object that a mailbox says it knows (PCIe r6.0 6.30.1.1.1).
public struct DiscoveryResponse: Hashable, Sendable {
    /// The object.
    public let object: ObjectID
    /// What to ask for next; 0 says that this was the last.
    public let nextIndex: UInt8

    /// What a mailbox answers for an index behind its last one: vendor ffff.
    public static let pastTheEnd = DiscoveryResponse(object: ObjectID(vendor: 0xffff, type: 0xff), nextIndex: 0)

    /// A response from its parts.
    public init(object: ObjectID, nextIndex: UInt8) {
        self.object = object
        self.nextIndex = nextIndex
    }

    /// Reads a response. A fourth dword, which some mailboxes append, is accepted and ignored.
    public init(_ response: DataObject) throws(ObjectError) {
        try response.require(.discovery)
        try response.require(dwordCount: 3...4)
        let dword = response.dword(2)
        object = ObjectID(vendor: UInt16(truncatingIfNeeded: dword), type: UInt8(truncatingIfNeeded: dword >> 16))
        nextIndex = UInt8(truncatingIfNeeded: dword >> 24)
    }

    /// Vendor [15:0], type [23:16], next index [31:24].
    public var dataObject: DataObject {
        DataObject(.discovery, dword: UInt32(object.vendor) | UInt32(object.type) << 16 | UInt32(nextIndex) << 24)
    }
}
