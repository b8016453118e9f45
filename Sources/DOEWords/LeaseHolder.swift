/// Whom a mailbox is leased to.
public enum LeaseHolder: Hashable, Sendable, CustomStringConvertible {
    /// Whoever has this effective user id.
    case uid(UInt32)
    /// Whatever runs in this system unit.
    case unit(String)

    /// `uid 1000`, `unit lab.service`
    public var description: String {
        switch self {
        case .uid(let uid): "uid \(uid)"
        case .unit(let unit): "unit \(unit)"
        }
    }

    /// From its description; a unit's name has to be one.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        switch parts.first {
        case "uid":
            guard let last = parts.last, let uid = UInt32(last), String(uid) == last, uid != .max else { return nil }
            self = .uid(uid)
        case "unit":
            guard parts.count == 2, let unit = parts.last, SystemUnit.isName(unit) else { return nil }
            self = .unit(String(unit))
        default: return nil
        }
    }

    /// Whether this client is the one that is meant. What is not known of a client is not it.
    public func isHeld(by client: Client) -> Bool {
        switch self {
        case .uid(let uid): client.uid == .known(uid)
        case .unit(let unit): client.unit == .known(unit)
        }
    }
}
