public import DOEWords

extension DataObject {
    /// A shortest request that answers to a name of ``SPDMRequestName``, for what is to be tried out. `nil` where the
    /// object has no request of that name, and for a name that stands for several (VENDOR_DEFINED_REQUEST).
    public init?(spdmRequest name: String, in object: ObjectID) {
        guard object.isSPDM else { return nil }
        let isSecured = object == .securedSPDM || object == .securedSPDMWithConnection
        let message: [UInt8]
        switch name {
        // In the clear the one kind that is no malformed object: vendor-defined, and what it carries cannot be read.
        case SPDMRequestName.malformed:
            message = isSecured ? [] : [0x12, SPDMCode.vendorDefinedRequest.rawValue, 0, 0]
        // Session 1 with sixteen encrypted bytes; else the first piece of a request.
        case SPDMRequestName.opaque:
            message = isSecured ? [1, 0, 0, 0, 16, 0] + Array(repeating: 0, count: 16) : [0x12, 0x85]
        default:
            guard !isSecured, let readable = Self.message(name) else { return nil }
            message = readable
        }
        guard let made = try? DataObject(object, payload: message) else { return nil }
        // One whose later dwords read as another object would be judged as that too.
        self = made.embeddedHeaders == EmbeddedHeaders() ? made : made.lengthened(to: made.dwordCount + 1) ?? made
    }

    /// A compliance request of this name; `nil` where there is none.
    public init?(complianceRequest name: String) {
        let code = ComplianceRequest.names.firstIndex(of: name).map { UInt8($0) } ?? Self.number(name)
        let payload = code.map { code in
            [code] + Array(repeating: 0, count: ((ComplianceRequest.lengths(ofCode: code).first ?? 3) - 2) * 4 - 1)
        }
        guard code != nil || name == "malformed", let made = try? DataObject(.compliance, payload: payload ?? [])
        else { return nil }
        self = made
    }

    /// The same request with zeros behind it, so that it has as many dwords; `nil` where it is longer, and where no object
    /// has so many.
    package func lengthened(to dwords: Int) -> DataObject? {
        guard dwords >= dwordCount else { return nil }
        let zeros = Array(repeating: 0 as UInt8, count: (dwords - dwordCount) * 4)
        return try? DataObject(object, payload: Array(bytes.dropFirst(8)) + zeros)
    }

    /// The same compliance request in another version, which is the asker's; `nil` for other objects.
    package func complianceRequest(version: UInt8) -> DataObject? {
        guard object == .compliance, bytes.count > 9 else { return nil }
        var payload = Array(bytes.dropFirst(8))
        payload[1] = version
        return try? DataObject(object, payload: payload)
    }

    private static func message(_ name: String) -> [UInt8]? {
        if let code = SPDMCode.requestNames.first(where: { $0.value == name })?.key ?? number(name) {
            return SPDMCode(rawValue: code).isVendorDefined ? nil : [0x12, code, 0, 0]
        }
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard let first = parts.first else { return nil }
        if let inner = SPDMInnerProtocol.allCases.first(where: { $0.description == first }) {
            return publishedMessage(inner, parts.count == 2 ? parts[1] : nil)
        }
        let unnamed = first.hasPrefix("standard-") ? UInt16(first.dropFirst(9)).map(Int.init) : nil
        guard let standard = SPDMStandard.knownNames.firstIndex(of: first) ?? unnamed else { return nil }
        var vendor = parts.count == 2 ? bytes(parts[1]) : []
        if standard == Int(SPDMStandard.pciSIG.rawValue), vendor?.count == 2 { vendor?.reverse() }
        return vendor.map { vendor in
            let short = vendorDefined(UInt16(standard), vendor, [])
            // With as many dwords as its standard's number it would read as an object within the object.
            return vendor.isEmpty && (short.count + 3) / 4 == standard
                ? vendorDefined(UInt16(standard), vendor, [0, 0, 0, 0]) : short
        }
    }

    private static func publishedMessage(_ inner: SPDMInnerProtocol, _ message: String?) -> [UInt8]? {
        let (vendor, number) = inner.identity
        var payload = [number]
        if let message {
            guard let code = inner.messageNames.first(where: { $0.value == message })?.key ?? Self.number(message)
            else {
                return nil
            }
            // With some of the fields that follow in each of these messages.
            payload += Array(repeating: 0x10, count: inner.messageOffset) + [code] + Array(repeating: 0, count: 6)
        }
        return vendorDefined(SPDMStandard.pciSIG.rawValue, vendor.littleEndianBytes, payload)
    }

    private static func vendorDefined(_ standard: UInt16, _ vendor: [UInt8], _ payload: [UInt8]) -> [UInt8] {
        [0x12, SPDMCode.vendorDefinedRequest.rawValue, 0, 0] + standard.littleEndianBytes + [UInt8(vendor.count)]
            + vendor
            + UInt16(payload.count).littleEndianBytes + payload
    }

    /// `0x90`
    private static func number(_ text: String) -> UInt8? {
        text.hasPrefix("0x") ? UInt8(lowercaseHex: text.dropFirst(2), digits: 2...2) : nil
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2), digits.count <= 510 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard
                let byte = UInt8(
                    lowercaseHex: String(decoding: digits[index...(index + 1)], as: UTF8.self), digits: 2...2)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}

extension SPDMInnerProtocol {
    /// Vendor and number, as messages carry them.
    fileprivate var identity: (vendor: UInt16, number: UInt8) {
        switch self {
        case .ideKeyManagement: (0x0001, 0x00)
        case .tdisp: (0x0001, 0x01)
        case .cxlIDEKeyManagement: (0x1e98, 0x00)
        case .cxlTSP: (0x1e98, 0x01)
        }
    }
}
