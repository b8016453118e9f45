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
            glob.fixedFolder.flatMap { exposure($0, true) }.map { finding("what '\(glob)' names", $0) }
        }
        return programs + folders
    }

    private func finding(_ what: String, _ exposure: String) -> Finding {
        Finding(
            message: "not only root decides which program is \(what): \(exposure)",
            remedy: "make the program and all folders above it root's, and writable for nobody else")
    }
}
