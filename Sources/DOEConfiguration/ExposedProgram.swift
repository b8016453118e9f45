internal import DOELinux

/// How somebody else than root may decide which program stands at a path of this host.
public enum ExposedProgram {
    /// `everybody may put something else into /opt`; `nil` where only root may, as far as it can be looked at.
    ///
    /// - Parameter isFolder: the path is that of a folder, in which any program counts.
    public static func exposure(of path: String, isFolder: Bool, owners: Set<UInt32> = [0]) -> String? {
        if let step = ExposedStep(on: path, owners: owners) { return words(step.who, into: step.directory) }
        return ExposedStep.writer(of: path, owners: owners).map { who in
            isFolder ? words(who, into: path) : "\(who) may write to it"
        }
    }

    private static func words(_ who: String, into folder: String) -> String {
        "\(who) may put something else into \(folder)"
    }
}
