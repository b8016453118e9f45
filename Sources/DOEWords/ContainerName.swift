/// What records and rules call a container.
public enum ContainerName {
    /// How much of an id stands for all of it.
    static let idDigits = 12

    /// The name as records have it, of what an engine calls its container: the first 12 digits of an id of 64
    /// hexadecimal digits, alone or behind words and a `-` or `:`; any other name as it is. `unknown` for a name that
    /// records would take for another fact: whoever may make control groups may call one `none`.
    public static func recorded(_ name: some StringProtocol) -> Fact<String> {
        if name == "none" || name == "unknown" { return .unknown }
        return .known(id(in: name) ?? String(name))
    }

    /// What stands in records for the id at the end of this name; `nil` where it is none.
    public static func id(in name: some StringProtocol) -> String? {
        guard let last = name.split(whereSeparator: { $0 == "-" || $0 == ":" }).last, last.utf8.count == 64,
            last.utf8.allSatisfy(\.isLowercaseHexDigit)
        else { return nil }
        return String(last.prefix(idDigits))
    }

    /// Whether a name is nothing but more hexadecimal digits than records have: most likely a piece of an id.
    public static func isLongPiece(ofID name: some StringProtocol) -> Bool {
        name.utf8.count > idDigits && name.lowercased().utf8.allSatisfy(\.isLowercaseHexDigit)
    }
}
