/// What is known of a key: the files, the daemon's options, `config show` and the page for administrators take it from
/// here.
public struct KeyDefinition: Sendable {
    /// What its values look like.
    public enum Kind: Hashable, Sendable {
        /// A text that is not empty.
        case text
        /// A whole number in this range.
        case integer(ClosedRange<Int>)
        /// `true` or `false`.
        case boolean
        /// A list of texts that are not empty.
        case texts
        /// A text that is one of these words.
        case word([String])
    }

    /// `frame-timeout`; the daemon's option is `--frame-timeout`.
    public let name: String
    /// What its values look like.
    public let kind: Kind
    /// The value where nobody has set one; `nil` for none.
    public let standard: ConfigurationValue?
    /// What a value stands for, in capitals: `SECONDS`; not for a boolean.
    public let valueName: String
    /// What it does, one sentence.
    public let help: String

    /// What is expected, for an error: `a whole number from 1 to 3600`.
    public var expectation: String {
        switch kind {
        case .text: "a text that is not empty"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .texts: "a list of texts that are not empty"
        case .word(let words): words.joined(separator: " or ")
        }
    }

    /// Whether a value may be this key's: of its kind, in its range, not empty.
    func takes(_ value: ConfigurationValue) -> Bool {
        switch (kind, value) {
        case (.text, .text(let text)): !text.isEmpty
        case (.integer(let range), .integer(let number)): range.contains(number)
        case (.boolean, .boolean): true
        case (.texts, .texts(let texts)): !texts.contains("")
        case (.word(let words), .text(let text)): words.contains(text)
        default: false
        }
    }

    /// The value that was meant on the command line; `nil` where it cannot be one.
    func value(of texts: [String]) -> ConfigurationValue? {
        let value: ConfigurationValue? =
            switch kind {
            case .text, .word: texts.last.map(ConfigurationValue.text)
            case .integer: texts.last.flatMap { Int($0) }.map(ConfigurationValue.integer)
            case .boolean: texts.last.flatMap { Bool($0) }.map(ConfigurationValue.boolean)
            case .texts: .texts(texts)
            }
        return value.flatMap { takes($0) ? $0 : nil }
    }
}
