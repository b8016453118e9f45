/// One mailbox of `ListMailboxes`.
public struct MailboxEntry: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// real, simulated or remote.
    public var kind: String
    /// The function's address.
    public var address: String?
    /// Vendor and device id.
    public var device: String?
    /// The class code, six hexadecimal digits.
    public var `class`: String?
    /// The bound driver.
    public var driver: String?
    /// The device serial number.
    public var serial: String?
    /// The version of its DOE capability; absent where there is none that can be seen.
    public var capabilityVersion: Int?
    /// The socket through which it is reached; empty where nobody serves it.
    public var socket: String
    /// Its letters since boot; absent where the daemon, who knows them, was not asked.
    public var taint: String?
    /// Who has the SPDM talk with it, for a person; absent where nobody has, and where the daemon was not asked.
    public var spdmOwner: String?

    /// An entry from its parts.
    public init(
        name: String, kind: String, address: String?, device: String?, class: String?, driver: String?,
        serial: String?, capabilityVersion: Int?, socket: String, taint: String?, spdmOwner: String?
    ) {
        self.name = name
        self.kind = kind
        self.address = address
        self.device = device
        self.class = `class`
        self.driver = driver
        self.serial = serial
        self.capabilityVersion = capabilityVersion
        self.socket = socket
        self.taint = taint
        self.spdmOwner = spdmOwner
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, address, device, `class`, driver, serial, socket, taint
        case capabilityVersion = "capability_version"
        case spdmOwner = "spdm_owner"
    }

    /// The shape on the wire.
    public struct Answer: Codable, Sendable {
        /// The answer.
        public var mailboxes: [MailboxEntry]
        /// An answer.
        public init(mailboxes: [MailboxEntry]) { self.mailboxes = mailboxes }
    }
}
