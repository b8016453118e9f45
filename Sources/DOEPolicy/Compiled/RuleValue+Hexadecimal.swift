extension RuleKey {
    /// Whether digits above 9 stand in its values, which may be written in either case.
    private var isHexadecimal: Bool {
        switch self {
        case .object, .device, .pciClass, .address, .mailbox, .serial: true
        case .objectClass, .road, .mode, .driver, .uid, .user, .group, .loginUID, .unit, .exe, .container, .via, .spdm,
            .compliance, .until:
            false
        }
    }

    /// A value as this key reads it: `1E98:02` is `1e98:02`.
    func read(_ value: RuleValue) -> RuleValue {
        guard isHexadecimal else { return value }
        return switch value {
        case .pattern(let pieces): .pattern(pieces.map(\.inLowerCase))
        case .quoted(let text): .quoted(text.inLowerCase)
        case .range, .named: value
        }
    }
}

extension RuleKey {
    /// One value as this key reads it.
    func read(_ text: String) -> String { isHexadecimal ? text.inLowerCase : text }
}

extension RuleValue.Piece {
    fileprivate var inLowerCase: Self {
        switch self {
        case .text(let text): .text(text.inLowerCase)
        case .quoted(let text): .quoted(text.inLowerCase)
        case .set(let alternatives): .set(alternatives.map { $0.map(\.inLowerCase) })
        case .one, .many: self
        }
    }
}

extension String {
    /// In lower case where no letter stands in it but digits: a word such as `NONE` stays what it is, and means nothing.
    fileprivate var inLowerCase: String {
        let isHexadecimal = utf8.allSatisfy { byte in
            let letter = byte | 0x20
            return !(UInt8(ascii: "g")...UInt8(ascii: "z")).contains(letter) && byte < 0x80
        }
        return isHexadecimal ? lowercased() : self
    }
}
