internal import DOELinux
internal import Synchronization

/// Who wrote an entry of the journal, by journald's own fields: no sender can set them (systemd.journal-fields(7)).
public struct EntryWriter: Hashable, Sendable {
    /// `_UID`; `nil` where it is not said.
    public let uid: UInt32?
    /// The *system* unit, `_SYSTEMD_UNIT`: whatever a user starts belongs to that user's own.
    public let unit: String?
    /// `_MACHINE_ID`.
    public let machine: String?

    /// A writer from its parts.
    public init(uid: UInt32?, unit: String? = nil, machine: String? = nil) {
        (self.uid, self.unit, self.machine) = (uid, unit, machine)
    }

    /// The daemon's unit.
    static let daemonUnit = "doe-auditd.service"
    /// The user as whom the daemon runs.
    static let daemonUser = "doe-auditd"

    /// Whether what it wrote in the trail's name counts: root, the daemon's unit on whatever host, or the daemon's user
    /// on this one. Anybody else may write to the journal too; and where it is not said who did, anybody may have.
    public var isBelievable: Bool {
        if uid == 0 || unit == Self.daemonUnit { return true }
        if uid != nil, uid == Self.named.withLock({ $0 }) { return true }
        // Another host's user of that number is somebody else.
        guard let uid, let machine, let own = Self.daemonHere else { return false }
        return (uid, machine) == own
    }

    /// Has what this user wrote count too, wherever: whoever asks knows that a daemon ran as that one.
    public static func believe(_ uid: UInt32) { named.withLock { $0 = uid } }

    private static let named = Mutex<UInt32?>(nil)

    /// The daemon's user on this host, and the host; `nil` where there is no such user.
    private static let daemonHere: (uid: UInt32, machine: String)? = {
        guard let machine = HostMachine.id, let uid = try? AccountDatabase.user(named: daemonUser) else { return nil }
        return (uid, machine)
    }()
}
