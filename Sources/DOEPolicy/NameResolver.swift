/// What a look-up of a user or group name came to.
public enum NameLookup: Hashable, Sendable {
    /// The user or group id.
    case id(UInt32)
    /// There is none of that name.
    case notFound
    /// It could not be learned, for this reason: `cannot reach the directory server`.
    case failed(String)
}

/// Turns names in rules into ids, once, when a policy is loaded.
public protocol NameResolver {
    /// The user id of a user name.
    func user(named name: String) -> NameLookup
    /// The group id of a group name.
    func group(named name: String) -> NameLookup
}
