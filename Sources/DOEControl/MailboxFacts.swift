/// What any client may learn of a mailbox before it asks for something: the answer to the SPDM socket's `describe`
/// command, as JSON. None of it was asked of the device for this.
public struct MailboxFacts: Codable, Hashable, Sendable {
    /// The mailbox.
    public var mailbox: String
    /// The version of its DOE capability; absent where there is none that the daemon can see.
    public var capabilityVersion: Int?
    /// The version in which Discovery is to be asked: 2 where the capability's is 2 or more, else 0.
    public var discoveryVersion: Int
    /// The objects in its own list, in its order; absent where nobody has read it to its end since something happened
    /// to the device.
    public var objects: [String]?
    /// Of an object that was asked about, and of which there are copies: a word of ``Outlook``, for who may not ask the
    /// device himself. A daemon that is newer than who reads this may have others.
    public var copy: String?
    /// Why it would be refused.
    public var copyRefusal: String?

    /// Facts from their parts.
    public init(mailbox: String, capabilityVersion: Int?, discoveryVersion: Int, objects: [String]?) {
        self.mailbox = mailbox
        self.capabilityVersion = capabilityVersion
        self.discoveryVersion = discoveryVersion
        self.objects = objects
    }

    /// What would become of a request for an object of which there are copies.
    public enum Outlook: String, CaseIterable, Sendable {
        /// There is a copy.
        case copy
        /// The device would be asked.
        case device
        /// The kernel's copy would be looked for, and where it has none the device be asked.
        case kernelOrDevice = "kernel-or-device"
        /// It would be refused.
        case refused
    }

    /// The same as `copy`; `nil` too for a word that is not known here.
    public var outlook: Outlook? { copy.flatMap { Outlook(rawValue: $0) } }

    private enum CodingKeys: String, CodingKey {
        case mailbox, objects, copy
        case copyRefusal = "copy_refusal"
        case capabilityVersion = "capability_version"
        case discoveryVersion = "discovery_version"
    }
}
