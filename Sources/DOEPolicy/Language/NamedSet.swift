/// One set line, as it is written: values that rules name by `@` and the set's name.
struct NamedSet: Hashable, Sendable, CustomStringConvertible {
    let name: String
    let value: RuleValue

    /// The canonical spelling.
    var description: String { "set \(name)=\(value)" }

    /// Whether a set can be called so: letters, digits, `-` and `_`.
    static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
