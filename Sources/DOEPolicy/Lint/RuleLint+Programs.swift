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

    /// Globs that name no program of this host, and such of a refusal as name one by a path that no program has: it runs
    /// by another.
    func pathless(_ rule: CompiledRule) -> [Finding] {
        guard let texts = rule.texts(.exe) else { return [] }
        return texts.globs.compactMap { glob in
            var paths = HostPaths(entries: entries)
            // Of a folder that is not there, or leads through a link, the load has told.
            if let folder = glob.fixedFolder, entries(folder) == nil { return nil }
            guard let found = paths.find(glob) else { return nil }
            let missed = found.compactMap { path -> (path: String, why: String, real: String)? in
                guard case .never(let why, let real?) = program(path), !texts.matches(real), program(real) == .there
                else { return nil }
                return (path, why, real)
            }
            if let first = missed.first, rule.verdict == .deny || !found.contains(where: isThere) {
                let more = missed.count == 1 ? "" : ", and \(missed.count - 1) more"
                return Finding(
                    message: "'\(glob)' misses what runs as '\(first.path)': \(first.why)\(more)",
                    remedy: "name that beside it: exe={\(glob),\(RuleValue(string: first.real))}")
            }
            guard !found.contains(where: { program($0) != .missing }) else { return nil }
            return Finding(
                message: "there is nothing on this host that '\(glob)' names",
                remedy: "mend the path, or leave it for what will be there")
        }
    }
}
