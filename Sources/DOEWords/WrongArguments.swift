/// What the parser of a command line says of words that it cannot understand, told as all errors are: what is wrong, and
/// on lines of their own what to do.
public struct WrongArguments: ExplainedError, Hashable {
    /// What is wrong.
    public let problem: String
    /// How the command is used, and where that is explained.
    public let remedy: String?

    /// From the parser's message, and from its whole text, which has the usage behind it.
    public init(message: String, whole: String) {
        problem = Self.inSmallLetters(message)
        var lines = whole.split(separator: "\n").map { line in String(line.drop { $0 == " " }) }
        // The message may have several lines.
        let ofMessage = Set(message.split(separator: "\n").map(String.init))
        lines.removeAll { line in
            ofMessage.contains(line) || ofMessage.contains(String(line.dropFirst("Error: ".count)))
        }
        let words = lines.map { Self.inSmallLetters(Self.pointer($0) ?? $0) }
        remedy = words.isEmpty ? nil : words.joined(separator: "\n")
    }

    /// `See 'doe-audit --help' for more information.` as we say it.
    private static func pointer(_ line: String) -> String? {
        let parts = line.split(separator: "'")
        guard parts.count == 3, parts[0] == "See ", parts[2] == " for more information." else { return nil }
        return "see: \(parts[1])"
    }

    /// An error begins with a small letter; a name in capitals stays one.
    private static func inSmallLetters(_ text: String) -> String {
        let second = text.dropFirst().first
        guard let first = text.first, first.isUppercase, second?.isLowercase == true else { return text }
        return first.lowercased() + text.dropFirst()
    }
}
