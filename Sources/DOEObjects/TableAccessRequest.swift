internal import DOEWords

/// Asks for one entry of the CDAT (CXL 2.0 8.1.11.1, Read Entry).
public struct TableAccessRequest: Hashable, Sendable {
    /// Which entry: 0 is the table's header, then the next handle of each response.
    public let entryHandle: UInt16

    /// A request for one entry.
    public init(entryHandle: UInt16) {
        self.entryHandle = entryHandle
    }

    /// Reads a request: the device's side.
    public init(_ object: DataObject) throws(ObjectError) {
        try object.require(.tableAccess)
        try object.require(dwordCount: 3...3)
        entryHandle = try tableAccessHandle(of: object)
    }

    /// Code [7:0] 0 (read), table type [15:8] 0 (CDAT), entry handle [31:16].
    public var dataObject: DataObject {
        DataObject(.tableAccess, dword: UInt32(entryHandle) << 16)
    }
}

/// The handle in dword 2 of a request or a response; both have one layout.
func tableAccessHandle(of object: DataObject) throws(ObjectError) -> UInt16 {
    let dword = object.dword(2)
    guard dword & 0xff == 0 else {
        throw ObjectError(offset: 8, expected: "table access code 0 (read)", found: "\(dword & 0xff)")
    }
    guard dword >> 8 & 0xff == 0 else {
        throw ObjectError(offset: 9, expected: "table type 0 (CDAT)", found: "\(dword >> 8 & 0xff)")
    }
    return UInt16(truncatingIfNeeded: dword >> 16)
}
