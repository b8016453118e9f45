internal import DOELinux

/// What a process can be put into, one by one and together.
enum Room: String, CaseIterable {
    /// Nothing: what the attempts do where nothing stops them.
    case bare
    /// The filter of the daemon that is still root.
    case superfluous
    /// The filters of the daemon that is nobody, and of the broker.
    case daemon
    case tcp
    case broker
    /// Landlock alone.
    case files
    /// Another user without privileges, alone.
    case privileges
    /// As a daemon stands that is nobody: all three.
    case whole

    func enter(_ tree: Tree) throws {
        switch self {
        case .bare: break
        case .superfluous: try SystemCallFilter.superfluous.apply()
        case .daemon: try SystemCallFilter.daemon(tcp: false).apply()
        case .tcp: try SystemCallFilter.daemon(tcp: true).apply()
        case .broker: try SystemCallFilter.broker.apply()
        case .files: _ = try Self.access(tree).restrict()
        case .privileges: try Self.becomeNobody()
        case .whole:
            try Self.becomeNobody()
            _ = try Self.access(tree).restrict()
            try SystemCallFilter.daemon(tcp: false).apply()
        }
    }

    /// What this kernel cannot restrict, as the product tells it.
    static var shortcomings: [String] { FileAccess.shortcomings(tcp: false) }

    private static func access(_ tree: Tree) -> FileAccess {
        FileAccess(
            [
                .keeping("\(tree.path)/kept"), .reading("\(tree.path)/read"), .reading("/proc"), .reading("/etc"),
                .reading("/usr"), .reading("/lib"), .reading("/lib64"), .reading("/no/such/place"),
            ], tcp: false)
    }

    private static func becomeNobody() throws {
        try Privileges.giveUp(
            becoming: SystemUser(name: "attempts", id: Tree.user, group: Tree.user, groups: [Tree.user + 1]))
    }
}
