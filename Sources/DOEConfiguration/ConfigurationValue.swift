internal import DOEWords

/// The value of a key.
public enum ConfigurationValue: Hashable, Sendable {
    /// A text.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// Yes or no.
    case boolean(Bool)
    /// A list of texts.
    case texts([String])
}

extension ConfigurationValue: CustomStringConvertible {
    /// As it is written in a file; this spelling is JSON as well.
    public var description: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .integer(let number): "\(number)"
        case .boolean(let value): "\(value)"
        case .texts(let texts): "[\(texts.map(Self.quoted).joined(separator: ", "))]"
        }
    }

    /// The escapes that TOML and JSON have in common.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: result += "\\u\(scalar.value.hex(digits: 4))"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
