internal import DOEObjects
internal import DOEWords

/// What no rule can open.
enum Gatekeeper {
    /// What it says.
    enum Answer: Hashable {
        /// Rules may decide.
        case open
        /// Rules may decide, since the mailbox is leased. Indirect, so that no other decision carries the room for a
        /// lease.
        indirect case leased(Lease)
        /// Nothing passes: why, one sentence without a full stop.
        case shut(String)
    }

    static func answer(
        _ inquiry: Inquiry, _ object: ObjectID, _ objectClass: ObjectClass, _ headers: EmbeddedHeaders
    ) -> Answer {
        guard let danger = danger(object, objectClass, headers) else { return .open }
        if inquiry.mode == .production { return .shut("\(danger), and this host is in production") }
        if inquiry.isLeaseAssumed {
            return inquiry.refusalOfAnyLease.map { .shut("\(danger), and \($0)") } ?? .open
        }
        guard let standing = inquiry.lease else { return .shut("\(danger), and its mailbox has no lease") }
        if let refusal = standing.refusal(of: inquiry) { return .shut("\(danger), and \(refusal)") }
        return .leased(standing.lease)
    }

    /// Why compliance mode could be reached; `nil` where it cannot.
    private static func danger(
        _ object: ObjectID, _ objectClass: ObjectClass, _ headers: EmbeddedHeaders
    ) -> String? {
        if objectClass == .compliance { return "\(object) is a compliance object" }
        guard let index = headers.compliance else { return nil }
        return "dword \(index) of the request reads as a header of \(ObjectID.compliance), "
            + "which a desynchronised mailbox could execute"
    }
}
