public import DOEWords

/// Values that somebody makes up, by the words of rules: the same are refused as in a rule.
public enum FactValue {
    /// Every key of the rules.
    public static let keys = RuleKey.words

    /// Why nothing can have this value, and what to write; `nil` where something can.
    public static func obstacle(to text: String, as word: String) -> Obstacle? {
        guard let key = RuleKey(word) else { return nil }
        if key.takesRanges {
            let isNumber = UInt32(decimal: text).map { key.isValue($0) }
            guard isNumber != true else { return nil }
            return Obstacle("no \(word) can be '\(text)'", remedy: isNumber == nil ? key.form : key.whyNoNumber)
        }
        let read = key.read(text)
        let value = Glob(literal: read, stopsAtSlash: key == .exe)
        guard !key.allows(value) || !key.isValue(read) else { return nil }
        return Obstacle("no \(word) can be '\(text)'", remedy: key.remedy(for: text))
    }
}
