import FoundationEssentials
import Testing

/// The import table of docs/modules.md against the `import` lines of Sources/.
struct ImportTableTests {
    static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
        separator: "/")

    /// Module → what it may import of ours.
    static func table() throws -> [String: Set<String>] {
        let text = try String(contentsOfFile: "\(root)/docs/modules.md", encoding: .utf8)
        var table: [String: Set<String>] = [:]
        // The table is what stands before the page's first section.
        let lines = text.split(separator: "\n").prefix { !$0.hasPrefix("## ") }
        for line in lines where line.hasPrefix("| `") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            let words = cells[3].split(separator: "`").map(String.init).filter { !$0.allSatisfy { $0 == " " } }
            table[String(cells[1].filter { $0 != " " && $0 != "`" })] = Set(words)
        }
        return table
    }

    static func swiftFiles(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    }

    @Test("every folder of Sources is a row of the table, and every row a folder")
    func tableIsWhole() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/Sources")
        #expect(Set(folders) == Set(try Self.table().keys))
    }

    @Test("no module imports one of ours that its row does not name")
    func noForbiddenImport() throws {
        let table = try Self.table()
        for (module, allowed) in table {
            for file in try Self.swiftFiles(below: "\(Self.root)/Sources/\(module)") {
                for name in try Self.imports(of: "\(Self.root)/Sources/\(module)/\(file)") where table[name] != nil {
                    #expect(allowed.contains(name), "\(module)/\(file) imports \(name)")
                }
            }
        }
    }

    @Test("no row allows what the module does not use")
    func noIdlePermission() throws {
        for (module, allowed) in try Self.table() {
            var used: Set<String> = []
            for file in try Self.swiftFiles(below: "\(Self.root)/Sources/\(module)") {
                used.formUnion(try Self.imports(of: "\(Self.root)/Sources/\(module)/\(file)"))
            }
            #expect(allowed.subtracting(used).isEmpty, "\(module) may import, and does not")
        }
    }

    @Test("Package.swift lists for each module what its row names")
    func packageAgrees() throws {
        let text = try String(contentsOfFile: "\(Self.root)/Package.swift", encoding: .utf8)
        let table = try Self.table()
        var seen: Set<String> = []
        // Pieces: NAME",ours:["A","B"],others:… up to the next module.
        for piece in text.filter({ !$0.isWhitespace }).replacing("module(\"", with: "\u{0}").split(separator: "\u{0}") {
            let module = String(piece.prefix { $0 != "\"" })
            guard let allowed = table[module], piece.dropFirst(module.count).hasPrefix("\",ours:[") else { continue }
            let list = piece.dropFirst(module.count + 8).prefix { $0 != "]" }
            #expect(
                Set(list.split(whereSeparator: { $0 == "\"" || $0 == "," }).map(String.init)) == allowed, "\(module)")
            seen.insert(module)
        }
        #expect(seen.count == table.count - 7, "all but the three programs and the four C modules")
    }

    private static func imports(of path: String) throws -> Set<String> {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return Set(
            text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), words.count == place + 2,
                    words[..<place].allSatisfy({
                        ["public", "package", "internal", "private", "@preconcurrency", "@testable"].contains($0)
                    })
                else { return nil }
                return String(words[place + 1])
            })
    }
}
