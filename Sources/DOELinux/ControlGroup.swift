public import DOEWords

/// A control group of the unified hierarchy, by its path: `/system.slice/sshd.service`.
public struct ControlGroup: Hashable, Sendable {
    /// From the hierarchy's root on.
    public let path: String

    /// From a path.
    public init(path: String) { self.path = path }

    /// The one that has this number, by which programs in the kernel know it (`bpf_get_current_cgroup_id`); `nil`
    /// where it has gone, or this host has no unified hierarchy.
    public init?(number: UInt64) {
        guard let hierarchy = Self.hierarchy, let directory = hierarchy.controlGroup(number),
            let place = try? SmallText.link("/proc/self/fd/\(directory.number)"), place.hasPrefix(hierarchy.path)
        else { return nil }
        let rest = place.dropFirst(hierarchy.path.utf8.count)
        path = rest.isEmpty ? "/" : String(rest)
    }

    /// The system's unit: the first part that is no slice, as systemd names groups (its CGROUP_DELEGATION.md). What a
    /// user's manager runs is in that user's `user@UID.service`.
    public var unit: Fact<String> {
        guard let part = path.split(separator: "/").first(where: { !$0.hasSuffix(".slice") }),
            SystemUnit.types.contains(where: { part.hasSuffix(".\($0)") })
        else { return .none }
        // What could be taken for a file of the kernel's has a _ before it.
        return .known(String(part.hasPrefix("_") ? part.dropFirst() : part))
    }

    /// Looked for once: on a host with many containers the table of mounts is long.
    private static let hierarchy = (try? MountTable.current())?.mounts.last { $0.type == "cgroup2" }
        .flatMap { try? HeldDirectory($0.place) }
}
