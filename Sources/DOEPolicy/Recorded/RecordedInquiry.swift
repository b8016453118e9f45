internal import DOEObjects
public import DOEWords

/// An exchange as far as its record tells of it: what is judged when rules are tried on the past.
///
/// A record carries neither the request's bytes nor all that was known of who asked. What it lacks is unknown here, and
/// never guessed.
public struct RecordedInquiry: Hashable, Sendable {
    /// What can be asked of a judge. No permit ever comes of it, since there is no request in it.
    public private(set) var inquiry: Inquiry
    /// What was known then, and is not in the record.
    public let lacking: Set<UnrecordedFact>

    /// An inquiry from the facts of a record.
    ///
    /// - Parameters:
    ///   - mailbox: its PCI class does not count: no record carries it.
    ///   - client: its groups do not count, for the same reason. Facts by which no rule decides are left out, so that
    ///     exchanges that cannot be judged differently are equal.
    ///   - requestName: DOE_SPDM or DOE_COMPLIANCE.
    ///   - dwords: how long the request was; `nil` where that is not known, and where it was no whole number of dwords.
    ///   - isLeased: it came as far as the rules by a lease.
    ///   - lost: what the record has in part only.
    public init(
        road: Road, mailbox: MailboxIdentity, client: Client, mode: Mode, object: ObjectID, requestName: String?,
        dwords: Int? = nil, isLeased: Bool = false, lost: Set<UnrecordedFact> = []
    ) {
        var lacking = lost
        var mailbox = mailbox
        mailbox.pciClass = .none
        if mailbox.name.kind != .remote {
            mailbox.pciClass = .unknown
            lacking.insert(.pciClass)
        }
        var known = Client(
            via: client.via, pid: .none, uid: client.uid, groups: .none, loginUID: client.loginUID,
            session: .none, exe: lost.contains(.exe) ? .unknown : client.exe,
            unit: lost.contains(.unit) ? .unknown : client.unit,
            container: lost.contains(.container) ? .unknown : client.container, parent: .none)
        if client.uid != .none {
            known.groups = .unknown
            lacking.insert(.groups)
        }
        var inquiry = Inquiry(road: road, mailbox: mailbox, client: known, mode: mode, object: object)
        inquiry.isLeaseAssumed = isLeased
        inquiry.recordedDwords = dwords
        if object.isSPDM || object == .compliance {
            if requestName.map(Self.isVendorDefined) == true {
                lacking.insert(.carried)
            } else if let requestName {
                inquiry.recordedName = requestName
            } else {
                lacking.insert(.requestName)
            }
        }
        self.inquiry = inquiry
        self.lacking = lacking
    }

    /// The same, judged at a time: rules may end.
    public func at(_ time: Timestamp) -> RecordedInquiry {
        var recorded = self
        recorded.inquiry.time = .known(time)
        return recorded
    }

    /// Of a vendor-defined request a record has standard and vendor, or nothing but its code.
    private static func isVendorDefined(_ name: String) -> Bool {
        let first = name.prefix { $0 != " " }
        return first.hasPrefix("VENDOR_DEFINED") || first == "standard"
            || SPDMStandard.knownNames.contains(String(first))
    }
}
