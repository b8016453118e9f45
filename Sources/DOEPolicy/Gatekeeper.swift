internal import DOEObjects
internal import DOEWords

/// What no rule can open.
enum Gatekeeper {
    /// Why the way is shut, one sentence without a full stop; `nil` where rules may decide.
    static func refusal(_ inquiry: Inquiry, object: ObjectID, objectClass: ObjectClass) -> String? {
        switch inquiry.mode {
        case .production:
            if objectClass == .compliance { return "\(object) is a compliance object, and this host is in production" }
            if let index = inquiry.request?.embeddedComplianceIndex {
                return "dword \(index) of the request reads as a header of \(ObjectID.compliance), "
                    + "which a desynchronised mailbox could execute"
            }
            return nil
        case .bringUp:
            // There are no leases yet, so nothing is leased.
            return objectClass == .compliance ? "\(object) is a compliance object, and its mailbox has no lease" : nil
        }
    }
}
