internal import DOEWords

extension ProcessFacts {
    /// The container of the process with this folder in procfs. `none` only where its namespaces show that it is on
    /// the host itself; what is in a container that nobody can name is `unknown`.
    static func container(of folder: String) -> Fact<String> {
        guard let groups = try? SmallText.read("\(folder)/cgroup") else { return .unknown }
        if let name = container(inControlGroups: groups) { return ContainerName.recorded(name) }
        return isOnHost(folder) ? .none : .unknown
    }

    /// The name in the text of /proc/PID/cgroup, which has a line `NUMBER:CONTROLLERS:PATH` for each hierarchy. In
    /// each the outermost counts, and of several the one that is the least deep; `nil` where no group is named like a
    /// container's.
    static func container(inControlGroups text: String) -> String? {
        let found = text.split(separator: "\n").compactMap { line in
            line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).dropFirst(2).first
                .flatMap { ControlGroup(path: String($0)).outermostContainer }
        }
        return found.min { $0.depth < $1.depth }?.name
    }

    /// Whether it is seen to be on the host: among the host's processes, below the root of the host's control groups,
    /// and with the host's root directory.
    ///
    /// A container has at least one of these of its own, whichever engine made it: its own processes (or, as with
    /// --pid=host, at least its own files). What a service may have of its own says nothing: PrivateTmp= and the like
    /// make a mount namespace in which the root directory is the host's, PrivateNetwork=, PrivateIPC=,
    /// ProtectHostname= and PrivateUsers= one of their kind; and the uid that the kernel tells is the host's number
    /// in any user namespace.
    private static func isOnHost(_ folder: String) -> Bool {
        guard ProcessNamespace.pid.isFirst(for: folder) == true, ProcessNamespace.cgroup.isFirst(for: folder) == true,
            let root = RootDirectory(of: folder), let host = RootDirectory.host
        else { return false }
        return root == host
    }
}
