internal import DOELinux
public import DOEPolicy
internal import DOEWords

/// Looks names up where the host's own programs do (nsswitch).
public struct HostAccounts: NameResolver {
    /// The host's accounts.
    public init() {}

    /// The user id of a name.
    public func user(named name: String) -> NameLookup {
        Self.answer { () throws(LinuxError) in try AccountDatabase.user(named: name) }
    }

    /// The group id of a name.
    public func group(named name: String) -> NameLookup {
        Self.answer { () throws(LinuxError) in try AccountDatabase.group(named: name) }
    }

    private static func answer(_ lookUp: () throws(LinuxError) -> UInt32?) -> NameLookup {
        do throws(LinuxError) {
            guard let id = try lookUp() else { return .notFound }
            return .id(id)
        } catch {
            return .failed(error.description)
        }
    }
}
