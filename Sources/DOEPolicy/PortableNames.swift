internal import Synchronization

/// Names of another host, of which nothing can be looked up here: each user and each group is taken to exist, and
/// every path to be a program's. One name has one number, wherever it stands, and no two users have the same.
public final class PortableNames: NameResolver, Sendable {
    /// Above all numbers that hosts give.
    private static let first: UInt32 = 1 << 31

    private let known = Mutex<[ExactText: UInt32]>([:])
    private let users = Mutex<Set<String>>([])
    /// A user whose number is told.
    private let told: (name: ExactText, number: UInt32)?

    /// No name is known yet.
    public init() { told = nil }

    /// No name is known yet, but for a user who has this number.
    public init(user name: String, number: UInt32) { told = (ExactText(name), number) }

    /// The users that were asked for, but for root.
    public var userNames: [String] { users.withLock { $0.sorted() } }

    /// The number of a user's name.
    public func user(named name: String) -> NameLookup {
        if let told, told.name == ExactText(name) { return .id(told.number) }
        if name != "root" { _ = users.withLock { $0.insert(name) } }
        return .id(number(of: name))
    }
    /// The number of a group's name.
    public func group(named name: String) -> NameLookup { .id(number(of: name)) }

    /// What a user's number is in the words of rules, where some name was given it.
    func words(ofUser number: UInt32) -> String? {
        if let told, told.number == number { return "uid=\(number) user=\(RuleValue(written: told.name.string))" }
        return name(of: number).map { "user=\($0)" }
    }

    /// The same of a group's.
    func words(ofGroup number: UInt32) -> String? { name(of: number).map { "group=\($0)" } }

    private func name(of number: UInt32) -> RuleValue? {
        guard number >= Self.first else { return nil }
        return known.withLock { $0.first { $0.value == number }.map { RuleValue(written: $0.key.string) } }
    }

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
