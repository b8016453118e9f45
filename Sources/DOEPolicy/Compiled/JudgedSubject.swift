internal import DOEObjects
internal import DOEWords

/// What every rule looks at, worked out once for an inquiry.
struct JudgedSubject: Sendable {
    let object: ObjectID
    let classBit: UInt8
    let roadBit: UInt8
    let modeBit: UInt8
    let isTCP: Bool
    /// What an SPDM request, and a compliance request, is called; `none` for what is neither, and where no rule asks.
    let spdm: Fact<[String]>
    let compliance: Fact<[String]>

    /// `asked` are the keys that rules ask for: only then the request is looked into. `reading` is which of the ways
    /// in which a device may read it.
    init(_ inquiry: Inquiry, object: ObjectID, objectClass: ObjectClass, reading: Int = 0, asked: UInt32) {
        self.object = object
        classBit = WordBits.bit(objectClass)
        roadBit = WordBits.bit(inquiry.road)
        modeBit = WordBits.bit(inquiry.mode)
        isTCP = inquiry.client.via == .known(.tcp)
        spdm = asked & RuleKey.spdm.bit != 0 ? inquiry.spdmNames.map { $0[reading] } : .none
        compliance = asked & RuleKey.compliance.bit != 0 ? inquiry.complianceNames : .none
    }
}

extension Inquiry {
    /// The object that is judged: the request's own where there is one, so that no caller can have another judged.
    var judgedObject: ObjectID { request?.object ?? (outOfBand == nil ? object : .spdm) }

    /// What a permit would carry; `nil` where there is nothing that could be sent.
    var permittedRequest: PermittedRequest? {
        if isLeaseAssumed { return nil }
        return request.map(PermittedRequest.object) ?? outOfBand.map(PermittedRequest.outOfBand)
    }

    /// What the SPDM request is called, in each way in which a device may read it. Where only the object's id is
    /// known, that cannot be known.
    var spdmNames: Fact<[[String]]> {
        if let request { return SPDMPeek(request).map { .known($0.ruleNames) } ?? .none }
        if let outOfBand { return .known([[outOfBand.name]]) }
        guard object.isSPDM else { return .none }
        return recordedName.map { .known([[$0]]) } ?? .unknown
    }

    /// What the compliance request is called.
    var complianceNames: Fact<[String]> {
        if let request { return ComplianceRequest.ruleName(of: request).map { .known([$0]) } ?? .none }
        guard judgedObject == .compliance else { return .none }
        return recordedName.map { .known([$0]) } ?? .unknown
    }

    /// The text that a glob is held against.
    func text(of key: RuleKey) -> Fact<String> {
        switch key {
        case .mailbox where !isMailboxKnown, .address where !isAddressKnown: .unknown
        case .mailbox: .known(mailbox.name.description)
        case .address:
            if let address = mailbox.name.address { .known(address.description) } else { .none }
        case .device: mailbox.device.map(\.description)
        case .pciClass: mailbox.pciClass.map { $0.hex(digits: 6) }
        case .driver: mailbox.driver
        case .serial: mailbox.serialText
        case .unit: client.unit
        case .exe: client.exe
        case .container: client.container
        default: .none
        }
    }

    /// The keys whose fact could not be learned.
    var unknownKeys: UInt32 {
        var keys: UInt32 = 0
        if case .unknown = client.uid { keys |= RuleKey.uid.bit | RuleKey.user.bit }
        if case .unknown = client.groups { keys |= RuleKey.group.bit }
        if case .unknown = client.unit { keys |= RuleKey.unit.bit }
        if case .unknown = client.exe { keys |= RuleKey.exe.bit }
        if case .unknown = client.loginUID { keys |= RuleKey.loginUID.bit }
        if case .unknown = client.container { keys |= RuleKey.container.bit }
        if case .unknown = client.via { keys |= RuleKey.via.bit }
        if !isMailboxKnown { keys |= RuleKey.mailbox.bit }
        if !isAddressKnown { keys |= RuleKey.address.bit }
        if case .unknown = mailbox.device { keys |= RuleKey.device.bit }
        if case .unknown = mailbox.pciClass { keys |= RuleKey.pciClass.bit }
        if case .unknown = mailbox.driver { keys |= RuleKey.driver.bit }
        if case .unknown = mailbox.serialNumber { keys |= RuleKey.serial.bit }
        if case .unknown = time { keys |= RuleKey.until.bit }
        if request == nil, outOfBand == nil, recordedName == nil {
            if object.isSPDM { keys |= RuleKey.spdm.bit }
            if object == .compliance { keys |= RuleKey.compliance.bit }
        }
        return keys
    }
}
