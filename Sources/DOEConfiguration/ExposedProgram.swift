internal import DOELinux

/// How somebody else than root may decide which program stands at a path of this host.
public enum ExposedProgram {
    /// `everybody may put something else into /opt`; `nil` where only root may, as far as it can be looked at.
    ///
    /// - Parameter isFolder: the path is that of a folder, in which any program counts.
    public static func exposure(of path: String, isFolder: Bool, owners: Set<UInt32> = [0]) -> String? {
        if let step = ExposedStep(on: path, owners: owners) { return words(step.who, into: step.directory) }
        if let who = ExposedStep.writer(of: path, owners: owners) {
            return isFolder ? words(who, into: path) : "\(who) may write to it"
        }
        // Where nothing stands yet, whoever may make something there decides.
        guard !isFolder, let slash = path.lastIndex(of: "/") else { return nil }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        guard !isThere(path), let who = ExposedStep.writer(of: folder, owners: owners) else { return nil }
        return words(who, into: folder)
    }

    private static func words(_ who: String, into folder: String) -> String {
        "\(who) may put something else into \(folder)"
    }

    private static func isThere(_ path: String) -> Bool {
        (try? ProgramPath(path)).map { $0 != .missing } ?? true
    }
}
