/// Whom something is charged to: the person or the service behind a client, so that shares are of people and not of
/// numbers. A user namespace gives one person 65,536 uids, and an instance of a unit is started for each connection.
public enum AccountHolder: Hashable, Sendable {
    /// Whoever has uid 0 on the host.
    case root
    /// Whoever logged in with this uid, under whatever uid it runs by now: in a session, or in what his own manager
    /// runs.
    case login(UInt32)
    /// A session of which nobody says whose it is, `session-3.scope`: without the kernel's audit there is no login
    /// uid. Not its uid, which may be one of 65,536.
    case session(String)
    /// A system unit; of a template all instances, `probe@.service`.
    case unit(String)
    /// A uid, where it is known that there is neither session nor unit.
    case user(UInt32)
    /// TCP clients whose socket is of this uid. Not that user himself: a forwarder that root runs is root's socket,
    /// and anybody may stand behind it, so it has no more than anybody.
    case loopback(UInt32)
    /// Whom nobody can name: they are one together.
    case unnamed

    /// Whom this client is charged to.
    public init(of client: Client) {
        self.init(
            uid: client.uid.value, tcpUID: client.tcpUID.value, loginUID: client.loginUID.value, unit: client.unit)
    }

    /// Whose something is that is told of this client: who was not named is told by his uid, or one's flood could
    /// hide another's.
    public init(telling client: Client) {
        self.init(
            uid: client.uid.value, tcpUID: client.tcpUID.value, loginUID: client.loginUID.value,
            unit: client.unit == .unknown ? .none : client.unit)
    }

    /// From what is known; a number that is `nil` is not, or does not exist.
    public init(uid: UInt32?, tcpUID: UInt32? = nil, loginUID: UInt32?, unit: Fact<String>) {
        guard let uid else {
            self = tcpUID.map { .loopback($0) } ?? .unnamed
            return
        }
        // What root did not log in as may do what root may, so it is not divided.
        guard uid != 0 else {
            self = .root
            return
        }
        switch unit {
        case .known(let unit):
            // A process that has no login uid yet may write any number there, so it counts in a session alone, where
            // the login has written it (pam_loginuid(8)) and nobody else can.
            let holder = Self.holder(ofUnit: unit)
            if case .session = holder, let loginUID { self = .login(loginUID) } else { self = holder }
        case .none: self = .user(uid)
        // Whose process cannot be looked at is nobody, whatever uid it has: else he would have a share for each of
        // them, and his unit's besides.
        case .unknown: self = .unnamed
        }
    }

    /// What a user's manager runs is in `user@UID.service` and has that user's login, whoever started it. Nobody
    /// chooses the control group that he is in.
    public static func holder(ofUnit unit: String) -> Self {
        if unit.hasPrefix("session-"), unit.hasSuffix(".scope") { return .session(unit) }
        guard let at = unit.firstIndex(of: "@"), let dot = unit.lastIndex(of: "."), at < dot else {
            return .unit(unit)
        }
        let (template, instance) = (unit[..<at], unit[unit.index(after: at)..<dot])
        if template == "user", unit.hasSuffix(".service"), let uid = UInt32(instance) { return .login(uid) }
        return .unit("\(template)@\(unit[dot...])")
    }
}

extension AccountHolder: CustomStringConvertible {
    /// `the login of uid 1000`, `agent.service`, `uid 1000`, `uid 1000 over TCP`
    public var description: String {
        switch self {
        case .root: "uid 0"
        case .login(let uid): "the login of uid \(uid)"
        case .session(let unit), .unit(let unit): unit.asName(limit: 128)
        case .user(let uid): "uid \(uid)"
        case .loopback(let uid): "uid \(uid) over TCP"
        case .unnamed: "a user without a name"
        }
    }
}
