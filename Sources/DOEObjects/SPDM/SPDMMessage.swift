/// An SPDM message in the clear, as far as its header goes (DSP0274, generic SPDM message format).
public struct SPDMMessage: Hashable, Sendable {
    /// SPDM version, major and minor in one byte: 0x12 is 1.2.
    public let version: UInt8
    /// Request or response code.
    public let code: SPDMCode
    /// First parameter; what it means depends on the code.
    public let parameter1: UInt8
    /// Second parameter, the same.
    public let parameter2: UInt8
    /// What a vendor-defined request or response carries, in each way in which a device may read it; none for any
    /// other code, and where it cannot be read.
    public let vendorDefined: [SPDMVendorDefined]

    /// `nil` where the object ends before the header does. The caller has checked the object's id.
    init?(_ object: DataObject) {
        guard object.dwordCount > 2 else { return nil }
        let header = object.dword(2)
        version = UInt8(truncatingIfNeeded: header)
        code = SPDMCode(rawValue: UInt8(truncatingIfNeeded: header >> 8))
        parameter1 = UInt8(truncatingIfNeeded: header >> 16)
        parameter2 = UInt8(truncatingIfNeeded: header >> 24)
        vendorDefined =
            code.isVendorDefined ? SPDMVendorDefined.readings(of: object, parameter1: parameter1) : []
    }

    /// `1.2`
    public var versionText: String { "\(version >> 4).\(version & 0xf)" }
}
