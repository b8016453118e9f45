extension String {
    /// This text without anything that moves a terminal's cursor, ends a line or turns its letters around. Such
    /// characters become `\u{1b}`: values come from devices and clients, and must not be able to rewrite a screen or
    /// to make the journal show a message as "blob data".
    public var printable: String {
        // Nearly every value is of these bytes, and looking up what Unicode says of each costs more than the rest.
        if utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return self }
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isUnprintable {
                text += "\\u{\(scalar.value.hex(digits: 2))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Controls (C0, C1, delete), line separators, what sets the direction of writing, and what has no meaning.
    fileprivate var isUnprintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
