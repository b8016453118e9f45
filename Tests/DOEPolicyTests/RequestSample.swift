import DOEObjects
import DOEWords

@testable import DOEPolicy

/// Whole requests, with what the language's text says of them.
struct RequestSample: Sendable {
    let object: ObjectID
    let payload: [UInt8]
    /// What `spdm=` and `compliance=` can match; empty where it is no such request.
    let spdm: [String]
    let compliance: [String]
    /// What a vendor-defined request makes of a published object; `nil` where it stays what it is.
    let inside: ObjectClass?
    /// What is published of its object does not fit: it is never sent.
    let isMalformed: Bool
    /// A second way in which a device may read it: its names, and what it makes of a published object.
    var other: Reading?

    /// One way of reading a request.
    struct Reading: Sendable {
        let spdm: [String]
        let inside: ObjectClass?
    }

    /// Both ways, or the one that there is.
    var readings: [Reading] { [Reading(spdm: spdm, inside: inside)] + (other.map { [$0] } ?? []) }

    init(
        _ object: ObjectID, _ payload: [UInt8], spdm: [String] = [], compliance: [String] = [],
        inside: ObjectClass? = nil, isMalformed: Bool = false
    ) {
        self.object = object
        self.payload = payload
        self.spdm = spdm
        self.compliance = compliance
        self.inside = inside
        self.isMalformed = isMalformed
    }

    var request: DataObject {
        get throws { try DataObject(object, payload: payload) }
    }

    /// A vendor-defined request: standard, vendor id, payload.
    static func vendorDefined(
        _ standard: UInt16, _ vendor: [UInt8], _ payload: [UInt8], length: Int? = nil, spdm: [String],
        object: ObjectID = .spdm, inside: ObjectClass? = nil
    ) -> Self {
        let count = UInt16(length ?? payload.count)
        let bytes: [UInt8] =
            [0x12, 0xfe, 0, 0, UInt8(standard), 0, UInt8(vendor.count)] + vendor
            + [UInt8(count & 0xff), UInt8(count >> 8)] + payload
        return Self(object, bytes, spdm: ["VENDOR_DEFINED_REQUEST"] + spdm, inside: inside)
    }

    /// The same with the flag of the large layout: `small` is what stands where the small one has its length.
    static func large(
        _ vendor: [UInt8], _ payload: [UInt8], small: UInt16 = 0, spdm: [String], inside: ObjectClass? = nil,
        other: Reading? = nil, object: ObjectID = .spdm, isMalformed: Bool = false
    ) -> Self {
        let length = UInt32(payload.count)
        let bytes: [UInt8] =
            [0x14, 0xfe, 0x80, 0, 3, 0, UInt8(vendor.count)] + vendor + [UInt8(small & 0xff), UInt8(small >> 8)]
            + (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + payload
        var sample = Self(
            object, bytes, spdm: ["VENDOR_DEFINED_REQUEST"] + spdm, inside: inside, isMalformed: isMalformed)
        sample.other = other.map { Reading(spdm: ["VENDOR_DEFINED_REQUEST"] + $0.spdm, inside: $0.inside) }
        return sample
    }

    static let large = [
        large(
            [0x01, 0x00], [0x01, 0x10, 0x83], spdm: ["PCI-SIG.0001", "TDISP", "TDISP.LOCK_INTERFACE_REQUEST"],
            object: .spdmWithConnection),
        large([0x98, 0x1e], [0x00, 0x02], spdm: ["PCI-SIG.1e98", "CXL-IDE_KM", "CXL-IDE_KM.KEY_PROG"]),
        large(
            [0xde, 0x10], [0x00, 0x01], spdm: ["PCI-SIG.10de"], inside: .vendor,
            other: Reading(spdm: ["PCI-SIG.10de"], inside: .vendor)),
        // The length's own bytes, 01 01 00 00, are TDISP's to who reads the small layout.
        large(
            [0x01, 0x00], [0x7f] + [UInt8](repeating: 0, count: 256), small: 3, spdm: ["PCI-SIG.0001"],
            inside: .unknown,
            other: Reading(spdm: ["PCI-SIG.0001", "TDISP", "TDISP.0x00"], inside: nil)),
        // And 00 02 00 00 are IDE_KM's KEY_PROG, where the large one is a harmless question.
        large(
            [0x01, 0x00], [0x01, 0x10, 0x81] + [UInt8](repeating: 0, count: 509), small: 2,
            spdm: ["PCI-SIG.0001", "TDISP", "TDISP.GET_TDISP_VERSION"],
            other: Reading(spdm: ["PCI-SIG.0001", "IDE_KM", "IDE_KM.KEY_PROG"], inside: nil)),
        large(
            [0x01, 0x00], [0x01, 0x10, 0x81], small: 2000, spdm: ["malformed"], inside: .unknown, isMalformed: true),
    ]

    static let vendorDefined = [
        vendorDefined(3, [0x01, 0x00], [0x00, 0x00, 0x02], spdm: ["PCI-SIG.0001", "IDE_KM", "IDE_KM.QUERY"]),
        vendorDefined(
            3, [0x01, 0x00], [0x01, 0x10, 0x83], spdm: ["PCI-SIG.0001", "TDISP", "TDISP.LOCK_INTERFACE_REQUEST"],
            object: .spdmWithConnection),
        vendorDefined(3, [0x01, 0x00], [0x01, 0x10, 0x90], spdm: ["PCI-SIG.0001", "TDISP", "TDISP.0x90"]),
        vendorDefined(
            3, [0x98, 0x1e], [0x00, 0x02, 0, 0, 0, 0, 0, 0],
            spdm: ["PCI-SIG.1e98", "CXL-IDE_KM", "CXL-IDE_KM.KEY_PROG"]),
        vendorDefined(3, [0x98, 0x1e], [0x01], spdm: ["PCI-SIG.1e98", "CXL-TSP"]),
        vendorDefined(3, [0x01, 0x00], [0x7f, 0x10], spdm: ["PCI-SIG.0001"], inside: .unknown),
        vendorDefined(3, [0xde, 0x10], [0x00, 0x01], spdm: ["PCI-SIG.10de"], inside: .vendor),
        vendorDefined(4, [1, 2, 3, 4], [0x09], spdm: ["IANA.01020304"], inside: .vendor),
        vendorDefined(0, [], [0x09], spdm: ["DMTF"], inside: .unknown),
        vendorDefined(12, [0xab], [0x09], spdm: ["standard-12.ab"], inside: .vendor),
        vendorDefined(3, [0xde, 0x10], [0x00], length: 2000, spdm: ["malformed"], inside: .unknown),
    ]

    static let all =
        vendorDefined + large + [
            Self(.spdm, [0x10, 0x84, 0, 0], spdm: ["GET_VERSION"]),
            Self(.spdmWithConnection, [0x12, 0xe0, 1, 0xff], spdm: ["GET_MEASUREMENTS"]),
            Self(.spdm, [0x12, 0x90, 0, 0], spdm: ["0x90"]),
            Self(.spdm, [0x14, 0x88, 0, 0], spdm: ["SLOT_MANAGEMENT"]),
            Self(.spdm, [0x12, 0x04, 0, 0], spdm: ["VERSION"], isMalformed: true),
            Self(.spdm, [0x12, 0x85, 0, 0], spdm: ["opaque"]),
            Self(.spdm, [], spdm: ["malformed"], isMalformed: true),
            Self(.securedSPDM, [1, 2, 3, 4, 2, 0, 0, 0], spdm: ["opaque"]),
            Self(.securedSPDM, [1, 2, 3, 4, 16, 0, 0, 0], spdm: ["opaque"], isMalformed: true),
            Self(.securedSPDMWithConnection, [1, 2, 3, 4], spdm: ["malformed"], isMalformed: true),
            Self(.compliance, [6, 0, 0, 0, 1, 0, 0, 0], compliance: ["inject-link-poison"]),
            Self(.compliance, [0x2a, 0, 0, 0], compliance: ["0x2a"]),
            Self(.compliance, [], compliance: ["malformed"]),
            Self(.discovery, [0, 0, 0, 0]),
            Self(.tableAccess, [0, 0, 0, 0]),
            Self(.discovery, [0, 0, 0, 0, 0, 0, 0, 0], isMalformed: true),
            Self(.tableAccess, [1, 0, 0, 0], isMalformed: true),
        ]

    /// What the request in an inquiry makes of its object; `nil` where that stays what it is. Of two ways of reading
    /// it the more alarming one counts.
    static func inside(_ inquiry: Inquiry) -> ObjectClass? {
        let classes = inquiry.request.flatMap { byRequest[$0] }?.readings.compactMap(\.inside) ?? []
        return classes.contains(.unknown) ? .unknown : classes.first
    }

    /// In which ways the request in an inquiry may be read, where its object is of this class; one where there is no
    /// request.
    static func readings(_ inquiry: Inquiry, outside: ObjectClass) -> [NaiveReading] {
        guard let sample = inquiry.request.flatMap({ byRequest[$0] }) else { return [NaiveReading(inside: outside)] }
        return sample.readings.map { NaiveReading(spdm: $0.spdm, inside: $0.inside ?? outside) }
    }

    /// Whether an inquiry's request is none, and not behind the gate either, which comes first.
    static func isMalformed(_ inquiry: Inquiry) -> Bool {
        inquiry.request.flatMap { byRequest[$0] }.map { $0.isMalformed && $0.object != .compliance } ?? false
    }

    /// Each sample by its request.
    static let byRequest: [DataObject: RequestSample] = {
        var samples: [DataObject: RequestSample] = [:]
        for sample in all { if let request = try? sample.request { samples[request] = sample } }
        return samples
    }()
}
