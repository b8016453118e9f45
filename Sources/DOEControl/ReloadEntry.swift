/// A reload of the rules that is under way: part of `GetStatus`' answer.
public struct ReloadEntry: Codable, Hashable, Sendable {
    /// Since when, microseconds since 1970.
    public var since: Int64
    /// What it is at: reading or recording.
    public var step: String
    /// Who wanted it, for a person.
    public var asker: String
    /// The process that asked; absent for a signal.
    public var pid: Int?
    /// How many reloads come after it.
    public var waiting: Int

    /// An entry from its parts.
    public init(since: Int64, step: String, asker: String, pid: Int?, waiting: Int) {
        self.since = since
        self.step = step
        self.asker = asker
        self.pid = pid
        self.waiting = waiting
    }
}
