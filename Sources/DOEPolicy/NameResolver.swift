/// What a look-up of a user or group name came to.
public enum NameLookup: Hashable, Sendable {
    /// The user or group id.
    case id(UInt32)
    /// There is none of that name.
    case notFound
    /// It could not be learned, for this reason: `cannot reach the directory server`.
    case failed(String)
}

/// What a path that a rule writes came to.
public enum PathLookup: Hashable, Sendable {
    /// A program can have it.
    case there
    /// Nothing stands there now.
    case missing
    /// The kernel calls no program so, for this reason: `it is a folder`. `real` is what it calls it, where that is
    /// known.
    case never(why: String, real: String?)
    /// It could not be learned, for this reason: `cannot look at /root/bin/tool: Permission denied`.
    case failed(String)
}

/// Knows what rules name of this host: turns names into ids, and says what paths come to. It is asked once, when a
/// policy is loaded.
public protocol NameResolver {
    /// The user id of a user name.
    func user(named name: String) -> NameLookup
    /// The group id of a group name.
    func group(named name: String) -> NameLookup
    /// Whether a program can have this path.
    func program(at path: String) -> PathLookup
    /// Whether programs can be in a folder of this path, which ends in no slash.
    func folder(at path: String) -> PathLookup
}

/// Who knows no files has nothing against a path.
extension NameResolver {
    /// Whatever it is.
    public func program(at path: String) -> PathLookup { .there }
    /// Whatever it is.
    public func folder(at path: String) -> PathLookup { .there }
}
