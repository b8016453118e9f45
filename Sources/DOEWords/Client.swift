/// Who asked, as far as it could be learned.
///
/// The boundary is uid, groups and the system unit; `exe` is evidence only.
public struct Client: Hashable, Sendable {
    /// How the client came.
    public enum Transport: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
        /// A Unix socket: the kernel names the peer.
        case unix
        /// A TCP socket: nobody names the peer.
        case tcp

        /// The word.
        public var description: String { rawValue }
    }

    /// How the client came; `none` for the kernel and for a process that was only observed.
    public var via: Fact<Transport>
    /// Process id when it connected.
    public var pid: Fact<Int32>
    /// Effective user id when it connected.
    public var uid: Fact<UInt32>
    /// Of a TCP client alone: the user id of the socket at its end. A forwarder's is the forwarder's, so it is for
    /// limits and the record, and no rule asks for it.
    public var tcpUID: Fact<UInt32>
    /// Effective group id and supplementary groups.
    public var groups: Fact<[UInt32]>
    /// The login uid that audit set; `none` where no login stands behind the process.
    public var loginUID: Fact<UInt32>
    /// The audit session; `none` without a login.
    public var session: Fact<UInt32>
    /// The program's file, only where the host's file of that name is the one that runs.
    public var exe: Fact<String>
    /// The name of that file where it is no text (UTF-8): no rule can ask for it, so `exe` is unknown. For people
    /// alone.
    public var exeBytes: [UInt8]?
    /// The *system* unit; a user's unit does not count and is `none`.
    public var unit: Fact<String>
    /// The outermost container's name or id, from its control group; `none` only where it is seen to be the host
    /// itself.
    public var container: Fact<String>
    /// The parent: `PID NAME`, evidence only.
    public var parent: Fact<String>

    /// A client of whom only the given facts are known.
    public init(
        via: Fact<Transport> = .unknown, pid: Fact<Int32> = .unknown, uid: Fact<UInt32> = .unknown,
        tcpUID: Fact<UInt32> = .none, groups: Fact<[UInt32]> = .unknown, loginUID: Fact<UInt32> = .unknown,
        session: Fact<UInt32> = .unknown,
        exe: Fact<String> = .unknown, unit: Fact<String> = .unknown, container: Fact<String> = .unknown,
        parent: Fact<String> = .unknown
    ) {
        self.via = via
        self.pid = pid
        self.uid = uid
        self.tcpUID = tcpUID
        self.groups = groups
        self.loginUID = loginUID
        self.session = session
        self.exe = exe
        self.unit = unit
        self.container = container
        self.parent = parent
    }
}
