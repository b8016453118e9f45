/// What the paths that `exe=` compares with come to on this host, each distinct one asked for once.
struct ProgramPaths {
    /// A path that the kernel gives no program, and that reaches none by another value beside it either.
    struct Dead: Hashable {
        /// As it is written; of a glob the folders before it.
        let path: String
        /// It is the folders before a glob.
        let isFolder: Bool
        /// `it is a folder`
        let why: String
        /// What to write in its place, where that is known.
        let instead: String?

        /// One sentence without a full stop.
        var problem: String {
            "no program of this host can \(isFolder ? "be in the folder" : "have the path") '\(path)': \(why)"
        }

        /// What to do.
        var remedy: String { instead.map { "write exe=\($0)" } ?? "name the program that runs" }
    }

    /// What was found of one condition.
    struct Findings {
        var dead: [Dead] = []
        /// Paths at which nothing stands.
        var missing: [String] = []
        /// Why something could not be looked at.
        var failures: [String] = []
        /// No value is left that a program could have.
        var isAllDead = false
    }

    private let resolver: any NameResolver
    private var programs: [ExactText: PathLookup] = [:]
    private var folders: [ExactText: PathLookup] = [:]

    init(resolver: any NameResolver) { self.resolver = resolver }

    /// Looks at all that a condition compares with.
    mutating func look(at texts: ConditionTest.Texts) -> Findings {
        var findings = Findings()
        var alive = texts.none
        for path in texts.exact.map(\.string).sorted() {
            let found = program(at: path)
            alive = alive || !found.isNever
            findings.take(found, path, isFolder: false) { real in
                texts.matches(real) ? .covered : .instead(RuleValue(string: real).description)
            }
        }
        for glob in texts.globs {
            guard let folder = glob.fixedFolder else {
                alive = true
                continue
            }
            let found = self.folder(at: folder)
            alive = alive || !found.isNever
            findings.take(found, folder, isFolder: true) { real in
                let moved = glob.moved(from: folder, to: real)
                return texts.globs.contains { $0.covers(moved) } ? .covered : .instead(moved.description)
            }
        }
        findings.isAllDead = !alive
        return findings
    }

    private mutating func program(at path: String) -> PathLookup {
        let text = ExactText(path)
        if let known = programs[text] { return known }
        let found = resolver.program(at: path)
        programs[text] = found
        return found
    }

    private mutating func folder(at path: String) -> PathLookup {
        let text = ExactText(path)
        if let known = folders[text] { return known }
        let found = resolver.folder(at: path)
        folders[text] = found
        return found
    }
}

extension ProgramPaths.Findings {
    /// Where the real path is known: whether the condition names that too.
    fileprivate enum Real {
        case covered
        case instead(String)
    }

    fileprivate mutating func take(_ found: PathLookup, _ path: String, isFolder: Bool, _ real: (String) -> Real) {
        switch found {
        case .there: break
        case .missing: missing.append(path)
        case .failed(let reason): failures.append(reason)
        case .never(let why, let known):
            var instead: String?
            if let known {
                guard case .instead(let text) = real(known) else { return }
                instead = text
            }
            dead.append(.init(path: path, isFolder: isFolder, why: why, instead: instead))
        }
    }
}

extension PathLookup {
    fileprivate var isNever: Bool { if case .never = self { true } else { false } }
}

extension Glob {
    private static let slash = Element(UInt8(ascii: "/"))

    /// Of a path with a glob the folders before the part that has it, without a slash at the end; `nil` where that is
    /// the root.
    var fixedFolder: String? {
        let fixed = elements.prefix { $0 < Self.one }
        guard fixed.count < elements.count, let end = fixed.lastIndex(of: Self.slash), end > 0 else { return nil }
        return String(decoding: fixed[..<end].map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    }

    /// The same below another folder than its fixed one.
    fileprivate func moved(from folder: String, to other: String) -> Glob {
        let start = other == "/" ? "" : other
        return Glob(
            elements: start.utf8.map { Element($0) } + elements.dropFirst(folder.utf8.count), stopsAtSlash: stopsAtSlash
        )
    }
}
