internal import Synchronization

/// Names of another host, of which nothing can be looked up here: each user and each group is taken to exist, and
/// every path to be a program's. One name has one number, wherever it stands.
public final class PortableNames: NameResolver, Sendable {
    /// Above all numbers that hosts give.
    private static let first: UInt32 = 1 << 31

    private let known = Mutex<[ExactText: UInt32]>([:])

    /// No name is known yet.
    public init() {}

    /// The number of a user's name.
    public func user(named name: String) -> NameLookup { .id(number(of: name)) }
    /// The number of a group's name.
    public func group(named name: String) -> NameLookup { .id(number(of: name)) }

    private func number(of name: String) -> UInt32 {
        // On every host.
        if name == "root" { return 0 }
        return known.withLock { known in
            if let number = known[ExactText(name)] { return number }
            let number = Self.first + UInt32(known.count)
            known[ExactText(name)] = number
            return number
        }
    }
}
