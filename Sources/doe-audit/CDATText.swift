internal import DOEObjects
internal import DOEWords

/// A CDAT for people: a row a structure, below it what else it says, then a line about the table.
struct CDATText {
    let table: CDATReading
    let answer: CDATAnswer
    /// The file that the bytes went to.
    let file: String?

    var text: String {
        var lines = Table("STRUCTURE", "CONTENT")
        for (entry, shown) in zip(table.entries, answer.structures) {
            lines.add(shown.structure, shown.flaw.map { "not decoded: \($0)" } ?? shown.description)
            if case .success(let structure) = entry.content {
                for detail in structure.details { lines.add("", "  \(detail)") }
            }
        }
        let source = "source: \(answer.source)" + (file.map { "; written to \(Terminal.safe($0))" } ?? "")
        return lines.text
            + "\n\n\(answer.bytes) bytes, revision \(answer.revision), checksum \(answer.checksum); \(source)"
    }
}
