import FoundationEssentials
import Testing

/// The folders of the modules that have an order inside of them, docs/modules.md, "Rooms": a file names types of its own
/// folder and of those below it, and so no two folders need each other.
struct FolderOrderTests {
    private static let root = ImportTableTests.root
    static let modules = ["DOEBroker", "DOETrace", "DOEAssembly", "DOEWitness"]

    /// A file of a module: its folder, and its text.
    struct File {
        let folder: String
        let name: String
        let text: String
    }

    /// Module → its folders, from below to above.
    private static func orders() throws -> [String: [String]] {
        let page = try String(contentsOfFile: "\(root)/docs/modules.md", encoding: .utf8)
        let section = page.split(separator: "\n").drop { $0 != "## Rooms" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        var orders: [String: [String]] = [:]
        for line in section where line.hasPrefix("| `") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            orders[String(cells[1].filter { $0 != " " && $0 != "`" })] = cells[2].split(separator: "`").map(String.init)
                .filter { !$0.allSatisfy { $0 == " " } }
        }
        return orders
    }

    private static func files(of module: String) throws -> [File] {
        try ImportTableTests.swiftFiles(below: "\(root)/Sources/\(module)").map { path in
            let parts = path.split(separator: "/")
            return File(
                folder: parts.count == 2 ? String(parts[0]) : "", name: path,
                text: try String(contentsOfFile: "\(root)/Sources/\(module)/\(path)", encoding: .utf8))
        }
    }

    /// What leads up: which file names a type of which folder above its own.
    static func ascents(in files: [File], order: [String]) -> [String] {
        let words = files.map { Self.words(of: $0.text) }
        var homes: [String: String] = [:]
        for (file, lines) in zip(files, words) {
            for type in lines.compactMap(Self.declared) { homes[type] = file.folder }
        }
        var found: [String] = []
        for (file, lines) in zip(files, words) {
            guard let place = order.firstIndex(of: file.folder) else {
                found.append("\(file.name) is in no room")
                continue
            }
            for name in Set(lines.flatMap(\.self)).sorted() {
                guard let home = homes[name], let other = order.firstIndex(of: home), other > place else { continue }
                found.append("\(file.name) names \(name) of \(home)")
            }
        }
        return found
    }

    /// The words of each line, without comments and what stands in quotes. A line within a type is indented, and so begins
    /// with an empty word.
    private static func words(of text: String) -> [[String]] {
        text.split(separator: "\n").map { line in
            var (code, isQuoted, last) = ("", false, Character(" "))
            for character in line {
                if character == "\"", last != "\\" { isQuoted.toggle() }
                if !isQuoted, character == "/", last == "/" { break }
                let isOfName = character.isLetter || character.isNumber || character == "_"
                code.append(isOfName && !isQuoted ? character : " ")
                last = character
            }
            let words = code.split(separator: " ").map(String.init)
            return code.hasPrefix(" ") ? [""] + words : words
        }
    }

    /// The type that such a line declares, in no other one.
    private static func declared(in line: [String]) -> String? {
        let kinds: Set = ["struct", "enum", "class", "protocol", "actor", "typealias"]
        let modifiers: Set = ["public", "package", "internal", "private", "fileprivate", "final", "indirect"]
        guard let place = line.firstIndex(where: { !modifiers.contains($0) }), kinds.contains(line[place]),
            place + 1 < line.count
        else { return nil }
        return line[place + 1]
    }

    @Test("every folder of such a module is one of its rooms, and every room a folder", arguments: modules)
    func roomsAreFolders(module: String) throws {
        let folders = Set(try Self.files(of: module).map(\.folder))
        #expect(folders == Set(try #require(Self.orders()[module])))
    }

    @Test("no file names a type of a room above its own", arguments: modules)
    func nothingLeadsUp(module: String) throws {
        #expect(Self.ascents(in: try Self.files(of: module), order: try #require(Self.orders()[module])) == [])
    }

    @Test("the page lists these modules, and no others")
    func listed() throws {
        #expect(Set(try Self.orders().keys) == Set(Self.modules))
    }

    @Test("what leads up is found, and what is said of it in comments and texts is not")
    func ascent() {
        let files = [
            File(folder: "Low", name: "Low/Stone.swift", text: "struct Stone {\n    let roof: Roof\n}"),
            File(
                folder: "Low", name: "Low/Sand.swift",
                text: "/// Below a Roof.\nstruct Sand {\n    let text = \"a Roof\"  // Roof\n    enum Roof2 {}\n}"),
            File(folder: "High", name: "High/Roof.swift", text: "public final class Roof {\n    let stone: Stone\n}"),
            File(folder: "Shed", name: "Shed/Tool.swift", text: "enum Tool {}"),
        ]
        #expect(
            Self.ascents(in: files, order: ["Low", "High"])
                == ["Low/Stone.swift names Roof of High", "Shed/Tool.swift is in no room"])
    }
}
