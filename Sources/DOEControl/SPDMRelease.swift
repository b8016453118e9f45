/// What `ReleaseSPDM` takes.
public struct ReleaseSPDMParameters: ControlParameters, Hashable {
    /// The keys on the wire.
    public static let names = ["mailbox"]

    /// The mailbox.
    public var mailbox: String

    /// Parameters.
    public init(mailbox: String) { self.mailbox = mailbox }
}

/// What `ReleaseSPDM` answers.
public struct SPDMRelease: Codable, Hashable, Sendable {
    /// Whom the SPDM talk was taken from, for a person.
    public var owner: String

    /// An answer.
    public init(owner: String) { self.owner = owner }
}

extension ControlClient {
    /// Takes the SPDM talk with a mailbox from its owner.
    public func releaseSPDM(_ parameters: ReleaseSPDMParameters) throws(ControlError) -> SPDMRelease {
        try ask(ControlInterface.releaseSPDM, with: parameters, SPDMRelease.self)
    }
}
