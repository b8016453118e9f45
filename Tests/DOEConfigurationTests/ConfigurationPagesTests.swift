import FoundationEssentials
import Testing

@testable import DOEConfiguration

/// The page and the example say of each key what the table of keys says.
@Suite struct ConfigurationPagesTests {
    private static let docs =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") + "/docs"

    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(docs)/\(name)", encoding: .utf8)
    }

    private static func row(_ key: KeyDefinition) -> String {
        let values =
            switch key.kind {
            case .text: "text"
            case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
            case .boolean: "true, false"
            case .texts: "list of texts"
            case .word(let words): words.joined(separator: ", ")
            }
        let name = key.valueName.isEmpty ? "" : ": \(key.valueName)"
        return "| `\(key.name)` | \(values)\(name) | \(key.standard.map { "`\($0)`" } ?? "none") | \(key.help) |"
    }

    @Test func `the page's table is the table of keys`() throws {
        let rows = try Self.text("configuration.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        let ofKeys = rows.prefix { !$0.hasPrefix("| `doe_audit.") }.filter { !$0.hasPrefix("| `/etc") }
        #expect(ofKeys.map(String.init) == ConfigurationKeys.all.map(Self.row))
    }

    /// What a line of the example has to be without its `#`; a key without a default shows what it stands for.
    private static func example(_ key: KeyDefinition) -> [String] {
        ["", "# \(key.help)", "#\(key.name) = \(key.standard?.description ?? "\"\(key.valueName)\"")"]
    }

    @Test func `the example has every key with its default, commented out`() throws {
        let lines = try Self.text("doe-auditd.example.toml").split(separator: "\n", omittingEmptySubsequences: false)
        let opening = lines.prefix { $0 != "" }
        #expect(opening.allSatisfy { $0.hasPrefix("# ") })
        let expected = ConfigurationKeys.all.flatMap(Self.example) + [""]
        #expect(lines.dropFirst(opening.count).map(String.init) == expected)
    }

    @Test func `the example is read as the defaults, and with its keys put in as a configuration too`() throws {
        let tree = TemporaryTree()
        let example = try Self.text("doe-auditd.example.toml")
        tree.file("doe-auditd.toml", example)
        let files = ConfigurationFiles(in: tree.path)
        #expect(try Configuration.load(files).settings.allSatisfy { $0.source == .standard })
        let lines = example.split(separator: "\n", omittingEmptySubsequences: false)
        tree.file(
            "doe-auditd.toml",
            lines.map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? String($0.dropFirst()) : String($0) }
                .joined(separator: "\n"))
        // Of these the example has a word that stands for any.
        for setting in try Configuration.load(files, commandLine: [("simulate", ["cxl"])]).settings {
            #expect(setting.source != .standard, "\(setting.definition.name)")
            if let standard = setting.definition.standard { #expect(setting.value == standard) }
        }
    }
}
