internal import DOEWords
internal import SystemPackage

/// A user as whom a service runs: not root, and nobody else's.
public struct SystemUser: Hashable, Sendable {
    /// Its name, for people.
    public let name: String
    /// uid.
    public let id: UInt32
    /// gid.
    public let group: UInt32
    /// Supplementary groups.
    public let groups: [UInt32]

    /// Throws for root, in whatever way, and for `nobody`, whose processes are many strangers': they could reach into
    /// ours.
    public init(name: String, id: UInt32, group: UInt32, groups: [UInt32] = []) throws(LinuxError) {
        guard id != 0, group != 0, !groups.contains(0) else {
            throw LinuxError(
                "run as", "user \(name): that is root, or in root's group", .invalidArgument,
                remedy: "make a system user of its own for it (systemd-sysusers)")
        }
        guard ![id, group].contains(Self.overflow), ![id, group].contains(.max) else {
            throw LinuxError(
                "run as", "user \(name): uid or gid \(Self.overflow) is shared by whoever has no other",
                .invalidArgument,
                remedy: "make a system user of its own for it (systemd-sysusers)")
        }
        self.name = name
        self.id = id
        self.group = group
        self.groups = Array(Set(groups)).sorted()
    }

    /// The host's user of that name, in these groups beside its own; `nil` where there is no such user. A group that
    /// is not there is left out.
    public static func named(_ name: String, inGroups groups: [String] = []) throws(LinuxError) -> SystemUser? {
        guard let id = try AccountDatabase.user(named: name) else { return nil }
        guard let own = AccountDatabase.groups(ofUser: id).value?.first else { return nil }
        return try SystemUser(name: name, id: id, group: own, groups: numbers(of: groups))
    }

    /// The user of that name or number, for something that is to be done with it; an error where there is no such name. A
    /// number need not be an account's: then its group is the one with the same number.
    public static func chosen(
        _ text: String, inGroups groups: [String] = [], to call: String, remedy: String
    ) throws(LinuxError) -> SystemUser {
        guard let id = UInt32(text) else {
            if let user = try named(text, inGroups: groups) { return user }
            throw LinuxError(call, "user \(text), which this host does not have", .invalidArgument, remedy: remedy)
        }
        let own = AccountDatabase.groups(ofUser: id).value?.first ?? id
        return try SystemUser(name: text, id: id, group: own, groups: numbers(of: groups))
    }

    private static func numbers(of groups: [String]) throws(LinuxError) -> [UInt32] {
        var numbers: [UInt32] = []
        for group in groups { if let number = try AccountDatabase.group(named: group) { numbers.append(number) } }
        return numbers
    }

    /// Whom the kernel calls those that it has no number for (fs.overflowuid): `nobody`.
    private static let overflow: UInt32 = 65534
}
