/// One word of a line, with its place as byte offsets in the file.
struct RuleToken {
    /// What kind of word.
    enum Kind {
        /// A bare word.
        case word(String)
        /// A string of its own, without its quotes.
        case string(String)
        /// `key=value` or `key!=value`; `string` where the value is quoted.
        case condition(key: Range<Int>, negated: Bool, value: Range<Int>, string: String?)
    }

    let kind: Kind
    let range: Range<Int>
}
