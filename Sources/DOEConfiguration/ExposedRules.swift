internal import DOELinux
public import DOEWords

/// A directory on the way to rules in which somebody whom nobody trusts may put something else in the place of what
/// is there. Files of his own would not be believed; but he can take yours away, and put in other files of root's.
public struct ExposedRules: ExplainedError, Hashable {
    /// The directory or the file of rules.
    public let path: String
    /// What was found on the way there.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    private init(_ path: String, _ step: ExposedStep) {
        self.path = path
        problem =
            "the way there leads through \(step.directory), in which \(step.who) may put something else in its place"
        remedy =
            "the folders above rules, and those that links lead through, must be as the rules' own: root's, and writable for "
            + "nobody else"
    }

    /// Those of the host's own directories, or of the one that was named by hand; each exposed directory once.
    ///
    /// - Parameter files: the files that were read, links among them.
    public static func find(rulesDirectory: String?, files: [String]) -> [ExposedRules] {
        let directories = rulesDirectory.map(DropInDirectories.rules(in:)) ?? .rules
        var seen: Set<ExposedStep> = []
        return (directories.paths + files).compactMap { path in
            guard let step = ExposedStep(on: path, owners: directories.owners), seen.insert(step).inserted else {
                return nil
            }
            return ExposedRules(path, step)
        }
    }
}
