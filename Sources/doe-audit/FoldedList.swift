/// Entries of a word, a title, a reason and perhaps a remedy: the word in a column of its own, and behind it the rest
/// on lines that are as wide as a terminal.
struct FoldedList {
    private static let width = 80

    private var entries: [(word: String, title: String, paragraphs: [String])] = []
    private let header: (word: String, title: String)

    init(_ word: String, _ title: String) { header = (word, title) }

    /// What comes from a device or from the daemon is made safe to print.
    mutating func add(_ word: String, _ title: String, _ reason: String, remedy: String?) {
        let paragraphs = [Terminal.safe(reason)] + (remedy.map { ["-> " + Terminal.safe($0)] } ?? [])
        entries.append((Terminal.safe(word), Terminal.safe(title), paragraphs))
    }

    /// The lines.
    var text: String {
        let column = ([header.word] + entries.map(\.word)).map(\.count).max().map { $0 + 2 } ?? 0
        let blanks = String(repeating: " ", count: column)
        func line(_ word: String, _ title: String) -> String {
            word + String(repeating: " ", count: column - word.count) + title
        }
        var lines = [line(header.word, header.title)]
        for entry in entries {
            let title = Self.folded(entry.title, to: Self.width - column)
            lines.append(line(entry.word, title[0]))
            lines += title.dropFirst().map { blanks + $0 }
            for paragraph in entry.paragraphs {
                lines += Self.folded(paragraph, to: Self.width - column - 2).map { "\(blanks)  \($0)" }
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A text on lines of so many characters at most, broken at blanks; a longer word stands alone. Never empty.
    static func folded(_ text: String, to width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
