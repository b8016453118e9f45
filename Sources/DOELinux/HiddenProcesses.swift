internal import Glibc

/// Whether procfs hides other users' processes from this one (`hidepid=`, proc(5)).
public struct HiddenProcesses: Hashable, Sendable {
    /// How it was mounted: `hidepid=invisible`, `hidepid=2` before Linux 5.8.
    let option: String
    /// Who is in this group sees all of them; `nil` where no group helps.
    let group: UInt32?

    /// From what is mounted; `nil` where nothing is hidden from who is in these groups.
    init?(_ table: MountTable, groups: Set<UInt32>) {
        guard let options = table.mounts.last(where: { $0.place == "/proc" && $0.type == "proc" })?.options,
            let option = options.last(where: { $0.hasPrefix("hidepid=") }),
            !["hidepid=0", "hidepid=off"].contains(option)
        else { return nil }
        self.option = option
        // Without the option it is root's group.
        let named = options.last { $0.hasPrefix("gid=") }.flatMap { UInt32($0.dropFirst(4)) } ?? 0
        group = ["hidepid=4", "hidepid=ptraceable"].contains(option) ? nil : named
        if let group, groups.contains(group) { return nil }
    }

    /// What is wrong for this process as it is now, and what to do; `nil` where nothing is hidden, or nobody knows.
    public static func trouble() -> String? {
        guard let table = try? MountTable.current() else { return nil }
        return HiddenProcesses(table, groups: ownGroups)?.sentence
    }

    var sentence: String {
        "/proc is mounted with \(option) and hides other users' processes from the daemon: who asks, and who goes past the"
            + " proxy, can be unknown; \(remedy)"
    }

    private var remedy: String {
        switch group {
        case nil: "mount it with hidepid=invisible and gid=GROUP, and put the daemon into that group\(Self.way)"
        case 0: "mount it with gid=GROUP besides, and put the daemon into that group\(Self.way)"
        case let group?: "put the daemon into the group \(group)\(Self.way)"
        }
    }

    private static let way = " (systemctl edit doe-auditd: SupplementaryGroups=)"

    private static var ownGroups: Set<UInt32> {
        var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
        let count = unsafe getgroups(Int32(groups.count), &groups)
        return Set(groups.prefix(max(0, Int(count)))).union([getegid()])
    }
}
