import DOERecord
import TestSupport

/// Texts that break careless encodings.
private let pieces = [
    "a", "=", "\n", "\0", "MESSAGE=forged", "\nPRIORITY=7\n", "é", "日本", "\u{1F9EF}", "\u{1b}[31m", " ", "\r\n",
    "\u{7f}",
    "DOE_SEQ=9", "\u{0301}",
]

func randomText(_ generator: inout SeededGenerator, upTo count: Int) -> String {
    (0..<Int.random(in: 0...count, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
        .joined()
}

func randomRecord(_ generator: inout SeededGenerator) -> Record {
    let priorities: [Priority] = [.alert, .critical, .error, .warning, .notice, .info]
    var record = Record(
        Event.allCases.randomElement(using: &generator) ?? .daemonStarted,
        priority: priorities.randomElement(using: &generator) ?? .info,
        message: randomText(&generator, upTo: 300))
    for field in Field.allCases where Bool.random(using: &generator) {
        record[field] = randomText(&generator, upTo: Bool.random(using: &generator) ? 4 : 400)
    }
    return record
}
