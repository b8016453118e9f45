internal import DOEObjects
internal import DOEWords

/// What every rule looks at, worked out once for an inquiry.
struct JudgedSubject: Sendable {
    let object: ObjectID
    let classBit: UInt8
    let roadBit: UInt8
    let modeBit: UInt8
    let isTCP: Bool

    init(_ inquiry: Inquiry, object: ObjectID, objectClass: ObjectClass) {
        self.object = object
        classBit = WordBits.bit(objectClass)
        roadBit = WordBits.bit(inquiry.road)
        modeBit = WordBits.bit(inquiry.mode)
        isTCP = inquiry.client.via == .known(.tcp)
    }
}

extension Inquiry {
    /// The object that is judged: the request's own where there is one, so that no caller can have another judged.
    var judgedObject: ObjectID { request?.object ?? (outOfBand == nil ? object : .spdm) }

    /// What a permit would carry; `nil` where there is nothing that could be sent.
    var permittedRequest: PermittedRequest? {
        request.map(PermittedRequest.object) ?? outOfBand.map(PermittedRequest.outOfBand)
    }

    /// The text that a glob is held against.
    func text(of key: RuleKey) -> Fact<String> {
        switch key {
        case .mailbox where !isMailboxKnown, .address where !isMailboxKnown: .unknown
        case .mailbox: .known(mailbox.name.description)
        case .address:
            if let address = mailbox.name.address { .known(address.description) } else { .none }
        case .device: mailbox.device.map(\.description)
        case .driver: mailbox.driver
        case .unit: client.unit
        case .exe: client.exe
        default: .none
        }
    }

    /// The keys whose fact could not be learned.
    var unknownKeys: UInt16 {
        var keys: UInt16 = 0
        if case .unknown = client.uid { keys |= RuleKey.uid.bit | RuleKey.user.bit }
        if case .unknown = client.groups { keys |= RuleKey.group.bit }
        if case .unknown = client.unit { keys |= RuleKey.unit.bit }
        if case .unknown = client.exe { keys |= RuleKey.exe.bit }
        if case .unknown = client.via { keys |= RuleKey.via.bit }
        if !isMailboxKnown { keys |= RuleKey.mailbox.bit | RuleKey.address.bit }
        if case .unknown = mailbox.device { keys |= RuleKey.device.bit }
        if case .unknown = mailbox.driver { keys |= RuleKey.driver.bit }
        return keys
    }
}
