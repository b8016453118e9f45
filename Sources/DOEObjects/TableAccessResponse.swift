internal import DOEWords

/// One entry of the CDAT, and where the next one is (CXL 2.0 8.1.11.1, Read Entry).
public struct TableAccessResponse: Hashable, Sendable {
    /// The next entry's handle; `nil` after the last one (ffff on the wire).
    public let nextHandle: UInt16?
    /// The entry: the 16-byte header for handle 0, else one structure. Whole dwords when it was received.
    public let entry: [UInt8]

    private static let noMore: UInt16 = 0xffff

    /// A response from its parts.
    public init(nextHandle: UInt16?, entry: [UInt8]) {
        self.nextHandle = nextHandle
        self.entry = entry
    }

    /// Reads a response. One without an entry is refused: every entry has bytes.
    public init(_ object: DataObject) throws(ObjectError) {
        try object.require(.tableAccess)
        try object.require(dwordCount: 4...ObjectHeader.maximumLengthInDwords)
        let handle = try tableAccessHandle(of: object)
        nextHandle = handle == Self.noMore ? nil : handle
        entry = Array(object.payload.dropFirst(4))
    }

    /// The response as an object; throws where the entry is too long for one.
    public func dataObject() throws(ObjectError) -> DataObject {
        try DataObject(
            .tableAccess, payload: (UInt32(nextHandle ?? Self.noMore) << 16).littleEndianBytes + entry)
    }
}
