/// The control interface, `org.doeaudit.Control1`: its name, its paths and its own description.
public enum ControlInterface {
    /// The interface's name; a change that breaks clients gets a new number.
    public static let name = "org.doeaudit.Control1"
    /// The interface that every Varlink service has.
    public static let serviceName = "org.varlink.service"
    /// The socket's file in the runtime directory.
    public static let socketName = "control"
    /// Where the daemon and its clients meet unless told otherwise.
    public static let defaultRuntimeDirectory = "/run/doe-audit"

    /// `GetStatus`
    public static let getStatus = name + ".GetStatus"
    /// `ListMailboxes`
    public static let listMailboxes = name + ".ListMailboxes"
    /// `GetTaint`
    public static let getTaint = name + ".GetTaint"
    /// `GetSight`
    public static let getSight = name + ".GetSight"
    /// `GetConfiguration`
    public static let getConfiguration = name + ".GetConfiguration"

    /// `GetPolicy`
    public static let getPolicy = name + ".GetPolicy"
    /// `ReloadPolicy`
    public static let reloadPolicy = name + ".ReloadPolicy"
    /// `PolicyBroken`
    public static let policyBroken = name + ".PolicyBroken"
    /// `PolicyUnreadable`
    public static let policyUnreadable = name + ".PolicyUnreadable"
    /// `StartLease`
    public static let startLease = name + ".StartLease"
    /// `EndLease`
    public static let endLease = name + ".EndLease"
    /// `ListLeases`
    public static let listLeases = name + ".ListLeases"
    /// `LeaseRefused`
    public static let leaseRefused = name + ".LeaseRefused"
    /// `NoSuchLease`
    public static let noSuchLease = name + ".NoSuchLease"
    /// `ReleaseSPDM`
    public static let releaseSPDM = name + ".ReleaseSPDM"
    /// `NoSPDMOwner`
    public static let noSPDMOwner = name + ".NoSPDMOwner"
    /// `AcknowledgeTaint`
    public static let acknowledgeTaint = name + ".AcknowledgeTaint"
    /// `NoSuchSubject`
    public static let noSuchSubject = name + ".NoSuchSubject"
    /// `AcknowledgementRefused`
    public static let acknowledgementRefused = name + ".AcknowledgementRefused"
    /// `PermissionDenied`
    public static let permissionDenied = name + ".PermissionDenied"
    /// `LimitExceeded`
    public static let limitExceeded = name + ".LimitExceeded"
    /// `NotACall`
    public static let notACall = name + ".NotACall"

    /// The description that introspection gives out (varlink.org, "Interface Definition").
    public static let description = """
        # doe-auditd's control interface: everything but exchanges, which go through the mailbox sockets.
        # Times are microseconds since 1970. Whoever may connect to the socket may call what reads; what changes
        # something is root's alone. Each error says what happened and, where something can be done, what.
        interface org.doeaudit.Control1

        # The policy in force. Generation counts loads; problem says why nothing but "deny all" is in force, or why the
        # rules as they stand in the files now are not. kernel: for which one the object lines were read, and how it was told.
        type Policy (
          generation: int, sha256: string, kernel: string, rules: int, files: []string, problem: ?string
        )

        # The audit trail. anchor: its last record as INSTANCE:NUMBER:DIGEST, to be kept elsewhere. pending: not yet handed to
        # journald; unconfirmed: not yet known to be on the journal's disk. volatile_file: a file of the journal that lies in
        # memory, so that records are given up when they are read back from it, and lost with the machine.
        type Trail (
          instance: string, sequence: int, anchor: ?string, capacity: int, pending: int, unconfirmed: int,
          volatile_file: ?string, journal_socket: string, problem: ?string
        )

        # What the witness sees: since when, or since when and why it is blind. unseen_since: while it sees, since when nobody
        # had looked before that. missed: events that were lost since the start.
        type Sight (since: int, unseen_since: ?int, blind: ?string, remedy: ?string, missed: int)

        # One way to a mailbox. degree is seen, partly, closed (this kernel lets nobody through) or not visible.
        type Road (way: string, degree: string, reason: string, remedy: ?string)

        # A reload of the rules that is under way. step is reading or recording. pid: the process that asked; absent for a
        # signal. waiting: how many reloads come after it.
        type Reload (since: int, step: string, asker: string, pid: ?int, waiting: int)

        # enforcement is enforcing or permissive. unenforced counts what the policy refused and permissive let pass.
        # proxy: whether mailboxes are served; without it the daemon is witness only. sight is absent where the witness
        # is switched off. kernel_log: why the kernel log does not take the lines that go there before a risky exchange, or
        # how many it did not take. taint: the host's letters since boot; unacknowledged: those that nobody has acknowledged.
        # ledger: what is wrong with the taint ledger, or was found wrong at the start: which letters are owed to it, whether
        # lines of it are lost, and whether somebody was at its file.
        type Status (
          version: string, pid: int, started: int, mode: string, mode_reason: string, enforcement: string,
          enforcement_reason: string, policy: Policy, reload: ?Reload, trail: Trail, proxy: bool, mailboxes: int,
          exchanges: int, refused: int, unenforced: int, taint: string, unacknowledged: string, ledger: []string,
          sight: ?Sight, kernel_log: ?string, attention: []string
        )

        # class is the PCI class code, six hexadecimal digits; capability_version is of the DOE capability. A key that
        # does not apply is left out.
        # socket is empty where the mailbox is only watched. spdm_owner: the client that sent GET_VERSION and has it.
        type Mailbox (
          name: string, kind: string, address: ?string, device: ?string, class: ?string, driver: ?string,
          serial: ?string, capability_version: ?int, socket: string, taint: ?string, spdm_owner: ?string
        )

        # scope is host, function or mailbox, or device for one that nothing was raised on since boot.
        # since_boot is like the kernel's taint; unacknowledged outlives a reboot. A letter that the reader does not know is
        # one of a newer daemon.
        type Taint (
          scope: string, subject: string, since_boot: string, unacknowledged: string, first: int, last: int
        )

        # Letters that were acknowledged. subject is host, a mailbox, a device as VENDOR:DEVICE:SERIAL, or serial:SERIAL where
        # 0.1.0 kept them by that alone; mailbox is where a device was seen last.
        type Acknowledged (subject: string, mailbox: ?string, letters: string)

        # A key of the configuration. value and default are as a file has them, which is JSON as well; none is left out.
        # source is default, file, command-line or kernel-command-line.
        type Setting (
          name: string, value: ?string, default: ?string, source: string, file: ?string, line: ?int
        )

        # Something in a rule file. text is all of it for a terminal, with the line and a caret below the place.
        type RuleNotice (file: string, line: int, column: int, message: string, remedy: ?string, text: string)

        # kind is object, set or rule. hits: how often the rule has decided since the policy's hits began. kernel_expected and
        # kernel_reason: of an object line that names kernels, whether its objects are kernel-expected, and why.
        type PolicyLine (
          kind: string, file: string, line: int, text: string, hits: ?int, kernel_expected: ?bool, kernel_reason: ?string
        )

        # Decisions since then that no rule made: the gatekeeper's; no rule matched; a rule needed a fact that was unknown.
        type PolicyHits (since: int, gatekeeper: int, default: int, unknown_fact: int)

        # A mailbox, released to a user ("uid 1000") or a system unit ("unit lab.service") for compliance objects.
        # ends is the latest end by the wall clock; seconds_left is by the clock that comes to its end first.
        type Lease (
          id: string, mailbox: string, holder: string, reason: string, started: int, ends: int, seconds_left: int
        )

        # What the daemon is doing, and what needs attention.
        method GetStatus() -> (status: Status)

        # Every mailbox that can be reached through a socket; of a daemon that is witness only, every one that it watches.
        method ListMailboxes() -> (mailboxes: []Mailbox)

        # Every taint there is, and the host's letters of both views; those that are owed to the ledger too. ledger: as in Status.
        method GetTaint() -> (since_boot: string, unacknowledged: string, taints: []Taint, ledger: []string)

        # What the witness sees of each way to a mailbox; sight is absent, and roads is empty, where it is switched off.
        method GetSight() -> (sight: ?Sight, roads: []Road)

        # Every key with its value and where it comes from, as the daemon started with it. files were read, in this
        # order. complaints: what on the kernel's command line was not understood, and so changed nothing.
        method GetConfiguration() -> (settings: []Setting, files: []string, complaints: []string)

        # The policy in force, line by line in the order in which they count, object lines first, then set lines. first is the
        # line to begin with, from 0; next is where to go on, and absent after the last. Pages of two generations do not belong
        # together. A reload of the very same rules counts on.
        method GetPolicy(first: ?int) -> (policy: Policy, hits: PolicyHits, lines: []PolicyLine, next: ?int)

        # Root only. Reads the rules anew, all or nothing: each load that works is a new generation, and its names were
        # looked up anew. unchanged: the rules are word for word those from before. Exchanges under way end under the
        # policy that they began with. Answers when the policy is in force.
        method ReloadPolicy() -> (policy: Policy, unchanged: bool, warnings: []RuleNotice)

        # The rules have errors; consequence says what is in force. errors are a hundred at most, count is all of them.
        error PolicyBroken (
          problem: string, remedy: ?string, errors: []RuleNotice, count: int, consequence: string
        )

        # The rules could not be read, or must not be believed.
        error PolicyUnreadable (problem: string, remedy: ?string)

        # Every lease.
        method ListLeases() -> (leases: []Lease)

        # Root only. Leases a mailbox to a user or to a unit, to root's uid 0 where none of the two is given. On a host in
        # production it is refused, and an attempt at compliance mode: on record, with the taint C.
        method StartLease(mailbox: string, seconds: int, reason: string, uid: ?int, unit: ?string) -> (lease: Lease)

        # Root only. Ends a mailbox's lease at once.
        method EndLease(mailbox: string) -> (lease: Lease)

        # The mailbox cannot be leased, or not on these terms.
        error LeaseRefused (problem: string, remedy: ?string)

        # The mailbox has no lease.
        error NoSuchLease (problem: string, remedy: ?string)

        # Root only. Takes the SPDM talk with a mailbox from its owner, at the end of the exchange that is under way: who sends
        # GET_VERSION next has it. owner is whom it was taken from.
        method ReleaseSPDM(mailbox: string) -> (owner: string)

        # Nobody has the SPDM talk with the mailbox, or there is no such mailbox.
        error NoSPDMOwner (problem: string, remedy: ?string)

        # Root only. Takes letters out of what is unacknowledged; those since boot stay, and one that comes again is new. subject
        # is one that GetTaint names, of a mailbox, a function, a device or the host alone; without it all are meant. It is on
        # record before it is in force, with the reason: one line, 256 bytes at most. The answer is empty where nothing was left.
        method AcknowledgeTaint(subject: ?string, reason: string) -> (acknowledged: []Acknowledged)

        # Nothing of that name is known; remedy says which names are near it.
        error NoSuchSubject (problem: string, remedy: ?string)

        # The reason cannot be taken, the record or the ledger could not be kept, or all of it was raised again meanwhile.
        # Nothing is acknowledged then.
        error AcknowledgementRefused (problem: string, remedy: ?string)

        # The method changes something, and the caller is not root, or not seen to be the process that connected. It is on
        # record.
        error PermissionDenied (problem: string, remedy: ?string)

        # The caller takes more than one may: limit is connections, rate, call-size or call-shape. The connection is closed
        # after it; it may come without a call.
        error LimitExceeded (problem: string, remedy: ?string, limit: string)

        # What came is no JSON to the letter (RFC 8259), or no call. The connection is closed after it.
        error NotACall (problem: string, remedy: ?string)

        """
}
