internal import ArgumentParser
internal import DOEConfiguration

/// Options that are keys of the configuration: their names, their help and their checks come from the table of keys.
/// What is given stays text here, so that a file and the command line are checked by the same code.
extension Option where Value == String? {
    init<Kind>(_ key: ConfigurationKey<Kind>) {
        self.init(name: .customLong(key.definition.name), help: key.definition.argumentHelp)
    }
}

extension Option where Value == [String] {
    /// An option that is repeated for each item of the list.
    init(wrappedValue: [String], _ key: ConfigurationKey<[String]>) {
        self.init(
            wrappedValue: wrappedValue, name: .customLong(key.definition.name), help: key.definition.argumentHelp)
    }
}

extension Flag where Value == Bool? {
    /// `--kernel-taint`, and `--no-kernel-taint` against a file that says otherwise.
    init(_ key: ConfigurationKey<Bool>) {
        self.init(
            name: .customLong(key.definition.name), inversion: .prefixedNo, help: key.definition.argumentHelp)
    }
}

extension KeyDefinition {
    fileprivate var argumentHelp: ArgumentHelp {
        guard let standard else { return ArgumentHelp("\(help)", valueName: valueName) }
        switch standard {
        case .text(let text): return ArgumentHelp("\(help) (default: \(text))", valueName: valueName)
        case .integer(let number): return ArgumentHelp("\(help) (default: \(number))", valueName: valueName)
        case .boolean, .texts: return ArgumentHelp("\(help)", valueName: valueName)
        }
    }
}

extension ParsableArguments {
    /// The keys that were given, by the names of the properties that hold them: `frameTimeout` is `frame-timeout`.
    func givenKeys(besides others: Set<String> = []) -> [Configuration.Given] {
        Mirror(reflecting: self).children.compactMap { child in
            guard let label = child.label, label.first == "_", !others.contains(String(label.dropFirst())) else {
                return nil
            }
            let texts: [String]
            switch child.value {
            case let option as Option<String?>: texts = option.wrappedValue.map { [$0] } ?? []
            case let option as Option<[String]>: texts = option.wrappedValue
            case let flag as Flag<Bool?>: texts = flag.wrappedValue.map { ["\($0)"] } ?? []
            default: return nil
            }
            return texts.isEmpty ? nil : (Self.optionName(of: label.dropFirst()), texts)
        }
    }

    /// `frameTimeout` → `frame-timeout`
    static func optionName(of property: some StringProtocol) -> String {
        property.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
    }
}
