/// The paths of a host that a glob names now, found folder by folder.
struct HostPaths {
    /// More names than this are not looked at.
    private static let limit = 20_000

    /// The names in a folder; `nil` where they cannot be read.
    let entries: (String) -> [String]?
    private var left = limit

    init(entries: @escaping (String) -> [String]?) { self.entries = entries }

    /// The paths: those whose last part stands in the glob are named whether or not they are there. `nil` where a folder
    /// cannot be read that has to be, or where there is too much.
    mutating func find(_ glob: Glob) -> [String]? { walk(Self.parts(of: glob)) }

    /// The folders in which a glob has a part that is one, each of them: the host's own, and not those before the glob.
    mutating func folders(of glob: Glob) -> [String]? {
        let parts = Self.parts(of: glob)
        guard let first = parts.firstIndex(where: { $0.literal == nil }), first + 1 < parts.count else { return nil }
        var folders: [String] = []
        for count in first + 1..<parts.count {
            guard let found = walk(Array(parts[..<count])) else { return nil }
            folders += found.filter { entries($0) != nil }
        }
        return folders
    }

    private static func parts(of glob: Glob) -> [Glob] {
        glob.elements.split(separator: Glob.Element(UInt8(ascii: "/"))).map {
            Glob(elements: Array($0), stopsAtSlash: true)
        }
    }

    private mutating func walk(_ parts: [Glob]) -> [String]? {
        var paths = [""]
        var isOpen = false
        for part in parts {
            if let name = part.literal {
                paths = paths.map { "\($0)/\(name)" }
                continue
            }
            var found: [String] = []
            for folder in paths {
                guard let names = entries(folder.isEmpty ? "/" : folder) else {
                    // Behind a glob there are files too.
                    if isOpen { continue }
                    return nil
                }
                left -= names.count
                guard left >= 0 else { return nil }
                found += names.filter { part.matches($0) }.map { "\(folder)/\($0)" }
            }
            paths = found.sorted()
            isOpen = true
        }
        return paths
    }
}
