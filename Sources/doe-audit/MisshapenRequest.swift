internal import DOEControl
internal import DOEObjects
internal import DOEWords

/// A request that its object's published shape rules out, or that is in another version than the mailbox wants, and
/// that was not sent.
struct MisshapenRequest: ExplainedError {
    let request: DataObject
    let error: ObjectError
    /// In which version the mailbox is asked for Discovery.
    let discoveryVersion: UInt8
    /// It is one for no mailbox, and the daemon refuses it too.
    let isMalformed: Bool

    /// `nil` for what may be a request of this mailbox. Compliance objects are none of this tool's to keep back: who
    /// asks for one has attempted it, and that is to be on record.
    init?(_ request: DataObject, for mailbox: MailboxFacts) {
        guard request.object != .compliance else { return nil }
        self.request = request
        discoveryVersion = UInt8(clamping: mailbox.discoveryVersion)
        do throws(ObjectError) {
            try request.checkRequestShape()
            isMalformed = false
        } catch {
            self.error = error
            isMalformed = true
            return
        }
        guard mailbox.capabilityVersion != nil, let discovery = try? DiscoveryRequest(request),
            discovery.version != discoveryVersion
        else { return nil }
        error = ObjectError(
            offset: 9, expected: "discovery version \(discoveryVersion), which goes with the mailbox's capability",
            found: "\(discovery.version)")
    }

    var problem: String {
        let object = request.object
        let name = PublishedObjects.name(of: object) ?? "an object"
        return "\(name) (\(object)) is not asked for like that, nothing was sent: \(error.problem)"
    }

    var remedy: String? {
        let lengths = ObjectLengths.ofRequest(request.object)
        let header = ObjectHeader.byteCount
        let least = lengths.lowerBound * 4 - header
        let size = lengths.count == 1 ? "\(least) bytes" : "\(least) bytes or more"
        let example = example.map { ": \($0)" } ?? ""
        let why =
            isMalformed ? "doe-auditd refuses it too, with the taint M; to ask it all the same" : "to send it as it is"
        return "its payload has \(size)\(example)\n\(why): --force"
    }

    /// One that reads. An SPDM request to try there is none: each changes the state of the talk, and GET_VERSION ends
    /// everybody's.
    private var example: String? {
        switch request.object {
        case .discovery:
            let data = DiscoveryRequest(index: 0, version: discoveryVersion).dataObject.payload
            return "--data \(Array(data).hexadecimal) (index 0, version \(discoveryVersion))"
        case .tableAccess:
            let data = TableAccessRequest(entryHandle: 0).dataObject.payload
            return "--data \(Array(data).hexadecimal) (the table's header, entry 0)"
        default: return nil
        }
    }
}
