internal import DOEControl
internal import DOELinux
internal import DOEWords

/// What a person or a program reads.
enum Terminal {
    /// Colour only where a person looks.
    static var hasColour: Bool { StandardStream.output.wantsColour }

    /// A line, or several.
    static func say(_ text: String) { StandardStream.output.say(text) }

    /// A value as JSON, indented.
    static func say(json value: some Encodable) throws {
        say(String(decoding: try JSONText.encode(value, indented: true), as: UTF8.self))
    }

    /// An error: what happened, and on a line of its own what to do.
    static func complain(_ error: any ExplainedError) {
        var text = "doe-audit: \(safe(error.problem))"
        for line in (error.remedy ?? "").split(separator: "\n") { text += "\n  \(safe(String(line)))" }
        StandardStream.error.say(text)
    }

    /// Bold red for what is wrong, if there is colour.
    static func alarming(_ text: String) -> String { hasColour ? "\u{1b}[1;31m\(text)\u{1b}[0m" : text }

    /// Text from a device, a client or a file, made safe to print; its lines stay lines and its tabs tabs.
    static func safe(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).printable }
                .joined(separator: "\t")
        }.joined(separator: "\n")
    }

    /// Throws where not all of the answer could be written: half a report must not pass for a whole one.
    static func checkOutput() throws(LinuxError) {
        if let trouble = StandardStream.output.trouble { throw trouble }
    }
}
