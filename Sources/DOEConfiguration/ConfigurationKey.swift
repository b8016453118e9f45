/// A key and the type that its values have in the program.
public struct ConfigurationKey<Value: Sendable>: Sendable {
    /// What is known of it.
    public let definition: KeyDefinition
    /// Takes a value that the definition has checked.
    let read: @Sendable (ConfigurationValue?) -> Value
}

extension ConfigurationKey where Value == String {
    /// A text that is always there.
    public static func text(_ name: String, default standard: String, valueName: String, help: String) -> Self {
        Self(
            definition: KeyDefinition(
                name: name, kind: .text, standard: .text(standard), valueName: valueName, help: help)
        ) { value in
            guard case .text(let text) = value else { return standard }
            return text
        }
    }
}

extension ConfigurationKey where Value == String? {
    /// A text that may be absent.
    public static func text(_ name: String, valueName: String, help: String) -> Self {
        Self(
            definition: KeyDefinition(name: name, kind: .text, standard: nil, valueName: valueName, help: help)
        ) { value in
            guard case .text(let text) = value else { return nil }
            return text
        }
    }
}

extension ConfigurationKey where Value == Int {
    /// A whole number in a range.
    public static func integer(
        _ name: String, default standard: Int, in range: ClosedRange<Int>, valueName: String, help: String
    ) -> Self {
        Self(
            definition: KeyDefinition(
                name: name, kind: .integer(range), standard: .integer(standard), valueName: valueName, help: help)
        ) { value in
            guard case .integer(let number) = value else { return standard }
            return number
        }
    }
}

extension ConfigurationKey where Value == Bool {
    /// A switch, off unless it is set or its default is another.
    public static func boolean(_ name: String, default standard: Bool = false, help: String) -> Self {
        Self(
            definition: KeyDefinition(
                name: name, kind: .boolean, standard: .boolean(standard), valueName: "", help: help)
        ) { value in
            guard case .boolean(let isOn) = value else { return standard }
            return isOn
        }
    }
}

extension ConfigurationKey where Value: CaseIterable & RawRepresentable<String> {
    /// One of a few words.
    public static func word(_ name: String, default standard: Value, valueName: String, help: String) -> Self {
        Self(
            definition: KeyDefinition(
                name: name, kind: .word(Value.allCases.map(\.rawValue)), standard: .text(standard.rawValue),
                valueName: valueName, help: help)
        ) { value in
            guard case .text(let text) = value else { return standard }
            return Value(rawValue: text) ?? standard
        }
    }
}

extension ConfigurationKey where Value == [String] {
    /// A list, empty unless it is set. On the command line the option is repeated.
    public static func texts(_ name: String, valueName: String, help: String) -> Self {
        Self(
            definition: KeyDefinition(name: name, kind: .texts, standard: .texts([]), valueName: valueName, help: help)
        ) { value in
            guard case .texts(let texts) = value else { return [] }
            return texts
        }
    }
}
