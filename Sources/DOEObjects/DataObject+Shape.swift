internal import DOEWords

extension DataObject {
    /// Throws where this cannot be a request of its object: what is published of its length, reserved bits,
    /// connection id and version does not fit.
    ///
    /// Reserved bits are sent as zero, so every object has a header without any of them. What is not published is not
    /// held against a request: of a vendor's object, and of one that nobody knows, the header alone is looked at.
    /// That goes for Async Message (0001:05) too: it is a device's own, and no request of it is published.
    public func checkRequestShape() throws(ObjectError) {
        try checkHeaderShape()
        try ObjectLengths.check(dwordCount, of: object)
        switch object {
        case .discovery: try checkDiscoveryShape()
        case .tableAccess: _ = try tableAccessHandle(of: self)
        case .compliance: try checkComplianceShape()
        case .spdm, .spdmWithConnection: try checkMessageShape()
        case .securedSPDM, .securedSPDMWithConnection: try checkSecuredShape()
        default: break
        }
    }

    /// How many dwords a request of this object has, where that is published exactly; `nil` where it may be long. Of
    /// several published lengths it is the object's own, if that is one.
    public var publishedLength: Int? {
        if object == .compliance {
            let lengths = complianceLengths
            return lengths.contains(dwordCount) ? dwordCount : lengths.first
        }
        let lengths = ObjectLengths.ofRequest(object)
        return lengths.count == 1 ? lengths.lowerBound : nil
    }

    /// Byte 3, and what stands above the length in dword 1 (PCIe r6.0 6.30.1.1).
    private func checkHeaderShape() throws(ObjectError) {
        guard dword(0) >> 24 == 0 else {
            throw ObjectError(offset: 3, expected: "a reserved byte of 0", found: "0x\(bytes[3].hex(digits: 2))")
        }
        let reserved = dword(1) & ~header.dword1Mask
        guard reserved == 0 else {
            let known = object.hasConnection ? "length and connection id" : "length"
            throw ObjectError(
                offset: 6, expected: "reserved bits of 0 above the \(known)",
                found: "a dword 1 of 0x\(dword(1).hex(digits: 8))")
        }
    }

    /// Index [7:0], version [15:8], the rest reserved (PCIe r6.0 6.30.1.1.1). Linux and libspdm ask with version 0 or
    /// 2.
    private func checkDiscoveryShape() throws(ObjectError) {
        guard bytes[9] == 0 || bytes[9] == 2 else {
            throw ObjectError(offset: 9, expected: "discovery version 0 or 2", found: "\(bytes[9])")
        }
        try checkReserved(10..<12)
    }

    /// The header in the clear (DSP0274): major version 1, and a code that goes from requester to responder. A
    /// vendor-defined request that asks for the large layout has to be readable in both: what reads it in the other
    /// one is not to find something of its own.
    private func checkMessageShape() throws(ObjectError) {
        guard bytes[8] >> 4 == 1 else {
            throw ObjectError(
                offset: 8, expected: "SPDM of major version 1", found: "0x\(bytes[8].hex(digits: 2))")
        }
        let code = SPDMCode(rawValue: bytes[9])
        guard code.isRequest else {
            throw ObjectError(
                offset: 9, expected: "the code of an SPDM request, 0x80 or above",
                found: "0x\(code.rawValue.hex(digits: 2))")
        }
        let parameter1 = bytes[10]
        if code == .vendorDefinedRequest, SPDMVendorDefined.asksForLarge(parameter1: parameter1),
            SPDMVendorDefined.readings(of: self, parameter1: parameter1).isEmpty
        {
            throw ObjectError(
                offset: 10, expected: "a vendor-defined request that can be read with and without its large layout",
                found: "a first parameter of 0x\(parameter1.hex(digits: 2)) and lengths that do not fit both")
        }
    }

    /// Session id and length (DSP0277); what they announce has to be there.
    private func checkSecuredShape() throws(ObjectError) {
        let start = 14
        let length = Int(bytes[12]) | Int(bytes[13]) << 8
        guard length <= bytes.count - start else {
            throw ObjectError(
                offset: 12, expected: "at most \(bytes.count - start) encrypted bytes, as many as follow",
                found: "\(length)")
        }
    }

    /// The lengths in dwords that a request of this object and code may have, where they are published one by one.
    package var publishedLengths: [Int] { object == .compliance ? complianceLengths : [] }

    /// The published lengths of a compliance request; none where it has no code, or nobody has published it.
    private var complianceLengths: [Int] { dwordCount > 2 ? ComplianceRequest.lengths(ofCode: bytes[8]) : [] }

    /// Of a code whose request is published its length, and of every code the two reserved bytes behind it (CXL 4.0
    /// 14.16.3). The version is the asker's.
    private func checkComplianceShape() throws(ObjectError) {
        let lengths = complianceLengths
        if !lengths.isEmpty, !lengths.contains(dwordCount) {
            let words = lengths.map(String.init).joined(separator: " or ")
            throw ObjectError(
                offset: 4, expected: "a length of \(words) dwords for compliance request \(bytes[8].hex(digits: 2))",
                found: "\(dwordCount)")
        }
        try checkReserved(10..<12)
    }

    private func checkReserved(_ range: Range<Int>) throws(ObjectError) {
        for offset in range where bytes[offset] != 0 {
            throw ObjectError(
                offset: offset, expected: "a reserved byte of 0", found: "0x\(bytes[offset].hex(digits: 2))")
        }
    }
}

extension ObjectHeader {
    /// The bits of dword 1 that mean something for this object.
    var dword1Mask: UInt32 { object.hasConnection ? 0x3fff_ffff : 0x0003_ffff }
}
