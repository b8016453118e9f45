internal import DOEWords

// A program is believed by the name of its file. Who may put another file there is that program.
extension RuleLint {
    /// Programs in the place of which somebody else than root may put his own. A refusal is none the weaker for it:
    /// he may run the same under another name anyway.
    func exposed(_ rule: CompiledRule) -> [Finding] {
        guard let texts = rule.texts(.exe) else { return [] }
        let programs = texts.exact.map(\.string).sorted().compactMap { path in
            exposure(path, false).map { finding("'\(path)'", $0) }
        }
        let folders = texts.globs.compactMap { glob in
            exposureBehind(glob).map { finding("what '\(glob)' names", $0) }
        }
        return programs + folders
    }

    /// Of the folder before the glob, and of all that it names now.
    private func exposureBehind(_ glob: Glob) -> String? {
        if let folder = glob.fixedFolder, let found = exposure(folder, true) { return found }
        var paths = HostPaths(entries: entries)
        return paths.folders(of: glob)?.lazy.compactMap { exposure($0, true) }.first
            ?? paths.find(glob)?.lazy.filter(isThere).compactMap { exposure($0, false) }.first
    }

    private func finding(_ what: String, _ exposure: String) -> Finding {
        Finding(
            message: "not only root decides which program is \(what): \(exposure)",
            remedy: "make the program and all folders above it root's, and writable for nobody else")
    }

    private func isThere(_ path: String) -> Bool { program(path) == .there }

    /// Globs that name no program of this host; and where one must not miss anything, in a refusal and in an exclusion
    /// from what may pass, such as name one by a path that no program has: it runs by another.
    func pathless(_ rule: CompiledRule) -> [Finding] {
        guard let condition = rule.conditions.first(where: { $0.key == .exe }),
            case .texts(let texts) = condition.test
        else { return [] }
        let mustNotMiss = (rule.verdict == .deny) != condition.negated
        return texts.globs.compactMap { pathless($0, texts, mustNotMiss: mustNotMiss) }
    }

    private func pathless(_ glob: Glob, _ texts: ConditionTest.Texts, mustNotMiss: Bool) -> Finding? {
        // Of a folder that is not there, or leads through a link, the load has told.
        if let folder = glob.fixedFolder, entries(folder) == nil { return nil }
        var paths = HostPaths(entries: entries)
        guard let found = paths.find(glob) else { return nil }
        let looks = found.map { (path: $0, look: program($0)) }
        let isAnyThere = looks.contains { $0.look == .there }
        let missed = looks.compactMap { path, look -> Missed? in
            guard case .never(let why, let real?) = look, !texts.matches(real), program(real) == .there else {
                return nil
            }
            return Missed(path: path, why: why, real: real)
        }
        if let first = missed.first, mustNotMiss || !isAnyThere {
            let more = missed.count == 1 ? "" : ", and \(missed.count - 1) more"
            return Finding(
                message: "'\(glob)' misses what runs as '\(first.path)': \(first.why)\(more)",
                remedy: "name that beside it: exe={\(glob),\(RuleValue(string: first.real))}")
        }
        guard !isAnyThere, !looks.contains(where: { $0.look.isFailure }) else { return nil }
        return nothing(of: glob, looks, texts)
    }

    /// A program that a glob names by a path that it has not.
    private struct Missed {
        let path: String
        let why: String
        let real: String
    }

    /// Where a glob names no program: what it names by a path that no program can have comes first.
    private func nothing(
        of glob: Glob, _ looks: [(path: String, look: PathLookup)], _ texts: ConditionTest.Texts
    ) -> Finding? {
        for (path, look) in looks {
            guard case .never(let why, let real) = look else { continue }
            if let real, texts.matches(real) { return nil }
            return Finding(
                message: "no program of this host can have a path that '\(glob)' names, as '\(path)': \(why)",
                remedy: real.map { "name that beside it: exe={\(glob),\(RuleValue(string: $0))}" }
                    ?? "name the program that runs")
        }
        return Finding(
            message: "there is nothing on this host that '\(glob)' names",
            remedy: "mend the path, or leave it for what will be there")
    }
}

extension PathLookup {
    fileprivate var isFailure: Bool { if case .failed = self { true } else { false } }
}
