internal import DOEWords

/// The values that rules name exactly, numbered, so that a decision compares numbers.
///
/// Each kind of fact has a lane. In a lane 0 says "not asked for", 1 is the value that does not exist, and known values
/// count from 2.
struct ExactValues: Sendable {
    /// Facts that may be looked up by value.
    enum Lane: Int, CaseIterable, Sendable {
        case uid
        case group
        case mailbox
        case address
        case device
        case driver
        case unit
        case exe
    }

    /// One number a lane.
    typealias Lanes = SIMD8<UInt32>

    static let notAsked: UInt32 = 0
    static let none: UInt32 = 1
    /// A value that no rule names.
    static let unnamed = UInt32.max

    private var users: [UInt32: UInt32] = [:]
    private var groups: [UInt32: UInt32] = [:]
    private var mailboxes: [MailboxName: UInt32] = [:]
    private var addresses: [FunctionAddress: UInt32] = [:]
    private var devices: [PCIDeviceID: UInt32] = [:]
    private var drivers = ExactTexts()
    private var units = ExactTexts()
    private var programs = ExactTexts()

    private static func number<Value: Hashable>(_ value: Value, _ known: inout [Value: UInt32]) -> UInt32 {
        if let number = known[value] { return number }
        let number = UInt32(known.count) + 2
        known[value] = number
        return number
    }

    private static func number<Value>(of fact: Fact<Value>, _ known: [Value: UInt32]) -> UInt32 {
        switch fact {
        case .known(let value): known[value] ?? unnamed
        case .none: none
        case .unknown: unnamed
        }
    }

    private static func number(of fact: Fact<String>, _ known: ExactTexts) -> UInt32 {
        switch fact {
        case .known(let text): known.number(text) ?? unnamed
        case .none: none
        case .unknown: unnamed
        }
    }

    /// The numbers of a condition's values; `nil` where they are not all exact or the condition is negated.
    mutating func numbers(of condition: CompiledCondition) -> [UInt32]? {
        guard !condition.negated else { return nil }
        switch condition.test {
        case .words, .objects, .names, .time: return nil
        case .numbers(let numbers):
            guard numbers.range == nil else { return nil }
            var result = numbers.none ? [Self.none] : []
            for number in numbers.exact {
                result.append(
                    condition.key == .group ? Self.number(number, &groups) : Self.number(number, &users))
            }
            return result
        case .texts(let texts):
            guard texts.globs.isEmpty else { return nil }
            var result = texts.none ? [Self.none] : []
            for text in texts.exact {
                guard let number = number(of: text, condition.key) else { return nil }
                result.append(number)
            }
            return result
        }
    }

    private mutating func number(of text: ExactText, _ key: RuleKey) -> UInt32? {
        switch key {
        case .mailbox: MailboxName(text.string).map { Self.number($0, &mailboxes) }
        case .address: FunctionAddress(text.string).map { Self.number($0, &addresses) }
        case .device: PCIDeviceID(text.string).map { Self.number($0, &devices) }
        case .driver: drivers.add(text.string)
        case .unit: units.add(text.string)
        case .exe: programs.add(text.string)
        default: nil
        }
    }

    /// The numbers of an inquiry's facts in the lanes that are asked for. The group lane is left to `groupNumbers`.
    func lanes(_ inquiry: Inquiry, asked: UInt8) -> Lanes {
        var lanes = Lanes(repeating: Self.notAsked)
        if asked & Lane.uid.bit != 0 { lanes[Lane.uid.rawValue] = Self.number(of: inquiry.client.uid, users) }
        if asked & Lane.mailbox.bit != 0 {
            lanes[Lane.mailbox.rawValue] = mailboxes[inquiry.mailbox.name] ?? Self.unnamed
        }
        if asked & Lane.address.bit != 0 {
            lanes[Lane.address.rawValue] =
                inquiry.mailbox.name.address.map { addresses[$0] ?? Self.unnamed } ?? Self.none
        }
        if asked & Lane.device.bit != 0 {
            lanes[Lane.device.rawValue] = Self.number(of: inquiry.mailbox.device, devices)
        }
        if asked & Lane.driver.bit != 0 {
            lanes[Lane.driver.rawValue] = Self.number(of: inquiry.mailbox.driver, drivers)
        }
        if asked & Lane.unit.bit != 0 {
            lanes[Lane.unit.rawValue] = Self.number(of: inquiry.client.unit, units)
        }
        if asked & Lane.exe.bit != 0 {
            lanes[Lane.exe.rawValue] = Self.number(of: inquiry.client.exe, programs)
        }
        return lanes
    }

    /// The numbers of those of a client's groups that rules name.
    func groupNumbers(_ inquiry: Inquiry) -> [UInt32] {
        switch inquiry.client.groups {
        case .known(let ids) where !ids.isEmpty: ids.compactMap { groups[$0] }
        case .known, .none: [Self.none]
        case .unknown: []
        }
    }
}

extension ExactValues.Lane {
    /// One bit for sets of lanes.
    var bit: UInt8 { 1 << UInt8(rawValue) }
}

extension RuleKey {
    /// The lane of a key's values.
    var lane: ExactValues.Lane? {
        switch self {
        case .uid, .user: .uid
        case .group: .group
        case .mailbox: .mailbox
        case .address: .address
        case .device: .device
        case .driver: .driver
        case .unit: .unit
        case .exe: .exe
        case .object, .objectClass, .road, .mode, .pciClass, .serial, .loginUID, .container, .via, .spdm, .compliance,
            .until:
            nil
        }
    }
}
