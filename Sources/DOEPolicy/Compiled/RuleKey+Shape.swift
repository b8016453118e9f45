internal import DOEWords

extension RuleKey {
    /// The forms that values of this key have; empty for keys whose values are words or numbers.
    var shapes: [ValueShape] {
        switch self {
        case .object: [Self.objectShape]
        case .device: [Self.deviceShape]
        case .pciClass: [Self.pciClassShape]
        case .address: Self.addressParts.map { ValueShape(parts: $0) }
        case .mailbox: Self.mailboxShapes
        case .driver: [Self.driverShape]
        case .exe: [Self.pathShape]
        case .unit: Self.unitShapes
        case .serial: [Self.serialShape]
        case .container: [Self.containerShape]
        case .spdm: Self.spdmShapes
        case .compliance: Self.complianceShapes
        case .objectClass, .road, .mode, .uid, .user, .group, .loginUID, .via, .until: []
        }
    }

    /// How a value of this key is written.
    var form: String {
        switch self {
        case .object: "an object is VVVV:TT, hexadecimal: 1e98:02"
        case .device: "a device is VVVV:DDDD, hexadecimal: 8086:0d93"
        case .pciClass: "a class code is six hexadecimal digits, class, subclass and interface: 050210"
        case .address: "an address is written as in sysfs, with its domain: 0000:0d:00.0"
        case .mailbox: "a mailbox is written as 'doe-audit mailboxes' prints it: 0000:0d:00.0@190"
        case .driver: "a driver is a name such as vfio-pci, without a slash, or none"
        case .serial: "a serial number is written as lspci prints it, eight bytes: 00-00-00-00-00-00-12-34"
        case .exe: "exe is a whole path as the kernel knows it, without . and ..: /usr/bin/tool"
        case .unit:
            "a unit is written with its type (attestation.service), one that processes run in: "
                + SystemUnit.types.joined(separator: ", ")
        case .uid: "uid takes numbers, ranges, sets of numbers and none; names are for user="
        case .loginUID: "loginuid takes numbers, ranges, sets of numbers and none"
        case .user:
            "user takes names, sets of names and none, no globs; numbers are for uid=, and a name of digits is put in quotes"
        case .group: "group takes names, numbers, ranges, sets and none, no globs; a name of digits is put in quotes"
        case .container:
            "a container is written as records name it: its name without a slash, the first 12 digits of its id, or none "
                + "for the host"
        case .until:
            "write a time as RFC 3339 has it, 2027-01-31T18:00:00Z, or a date, which is its first moment in UTC"
        case .spdm:
            "write a request's name (GET_VERSION, TDISP.LOCK_INTERFACE_REQUEST), 0x90 for a code without a name, "
                + "PCI-SIG.10de for a vendor's own, opaque, or malformed"
        case .compliance: "write a request's name (inject-link-poison), or 0x2a for a code without a name"
        case .objectClass, .road, .mode, .via: "\(word) is one of \(vocabulary.map(\.word).joined(separator: ", "))"
        }
    }

    /// Whether what it asks for may not exist.
    var mayBeNone: Bool {
        switch self {
        case .object, .objectClass, .road, .mode, .mailbox, .until: false
        case .address, .device, .pciClass, .driver, .serial, .uid, .user, .group, .loginUID, .unit, .exe, .container,
            .via, .spdm, .compliance:
            true
        }
    }

    private static let objectShape = ValueShape(
        parts: ValueShape.hex(4) + ValueShape.text(":") + ValueShape.hex(2))
    private static let deviceShape = ValueShape(
        parts: ValueShape.hex(4) + ValueShape.text(":") + ValueShape.hex(4))
    private static let pciClassShape = ValueShape(parts: ValueShape.hex(6))
    /// A domain has four digits, and more only where they are needed.
    private static let addressParts: [[ValueShape.Part]] = [
        ValueShape.hex(4),
        [.one(.among("123456789abcdef"))] + ValueShape.hex(4) + Array(repeating: .optional(.hex), count: 3),
    ].map { domain in
        domain + ValueShape.text(":") + ValueShape.hex(2) + ValueShape.text(":") + [.one(.among("01")), .one(.hex)]
            + ValueShape.text(".") + [.one(.among("01234567"))]
    }
    /// An offset lies behind the first 256 bytes, at a multiple of 4, and at fe8 at most, where the registers just
    /// fit.
    private static let offsetParts: [[ValueShape.Part]] = [
        [.one(.among("123456789abcde")), .one(.hex), .one(.among("048c"))],
        ValueShape.text("f") + [.one(.among("0123456789abcd")), .one(.among("048c"))],
        ValueShape.text("fe") + [.one(.among("048"))],
    ]
    private static let mailboxShapes =
        addressParts.flatMap { address in
            offsetParts.map { ValueShape(parts: address + ValueShape.text("@") + $0) }
        }
        + ["sim:", "remote:"].map { ValueShape(parts: ValueShape.text($0) + [.one(.name), .many(.name)]) }
    private static let serialShape = ValueShape(
        parts: ValueShape.hex(2) + (1..<8).flatMap { _ in ValueShape.text("-") + ValueShape.hex(2) })
    private static let containerShape = ValueShape(parts: [.one(.fileName), .many(.fileName)])
    private static let driverShape = ValueShape(parts: [.one(.fileName), .many(.fileName)])
    private static let pathShape = ValueShape(parts: ValueShape.text("/") + [.one(.any), .many(.any)])
    private static let unitShapes = SystemUnit.types.map {
        ValueShape(parts: [.one(.unit), .many(.unit)] + ValueShape.text("." + $0))
    }
}
