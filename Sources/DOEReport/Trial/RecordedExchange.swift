internal import DOEPolicy
internal import DOERecord
internal import DOEWords

/// A record of an exchange, as far as rules have to do with it.
struct RecordedExchange {
    /// What the policy said then; `nil` where the record does not tell.
    let then: Verdict?
    /// Who decided, the word of DOE_RULE.
    let decidedBy: String
    /// Why it was refused whatever rules say; `nil` where rules decided.
    let beyondRules: String?
    /// What can be judged anew; `nil` where the record lacks too much even for that.
    let inquiry: RecordedInquiry?

    /// `nil` where the record is not about an exchange.
    init?(_ record: Record) {
        guard record.isExchange else { return nil }
        decidedBy = record[.rule] ?? "unknown"
        // Of what had already happened, and of what passed only because nothing was enforced, this is the policy's word.
        then = record[.would].flatMap(Verdict.init(rawValue:)) ?? record.verdict.flatMap { $0 == .observed ? nil : $0 }
        inquiry = RecordedInquiry(record)
        beyondRules =
            if record.objectClass == .malformed, decidedBy == "gatekeeper" {
                "it was malformed, and nothing is sent of such"
            } else if decidedBy == "gatekeeper", record.objectClass != .compliance {
                "it may have hidden another request, which the gatekeeper refuses"
            } else if let part = Self.part(decidedBy) {
                "it was refused by \(part), after the rules"
            } else {
                nil
            }
    }

    /// The part of the daemon that refused what the policy had let through; `nil` for the policy's own words.
    private static func part(_ word: String) -> String? {
        guard word != "gatekeeper", word != "default", word != "unknown" else { return nil }
        let line = word.split(separator: ":", omittingEmptySubsequences: false)
        let isRule = line.count > 1 && line.last.map { UInt($0) != nil } == true
        // A name that was too long for the field has lost its line.
        return isRule || word.utf8.count >= Field.rule.byteLimit / 2 ? nil : word
    }
}

extension RecordedInquiry {
    /// What a record tells of an exchange; `nil` where object, mailbox or mode are not there.
    init?(_ record: Record) {
        guard let object = record.object, let name = record.mailbox, let mode = record.mode, let road = record.road
        else { return nil }
        func fact<Value>(_ field: Field, _ parse: (String) -> Value?) -> Fact<Value> {
            guard let text = record[field] else { return .none }
            return parse(text).map(Fact.known) ?? .unknown
        }
        func text(_ field: Field) -> Fact<String> { fact(field) { $0 == "unknown" ? nil : $0 } }
        let mailbox = MailboxIdentity(
            name: name, device: fact(.device) { PCIDeviceID($0) }, pciClass: .unknown, driver: text(.driver),
            serialNumber: fact(.serial) { MailboxIdentity.serialNumber(of: $0) })
        // A TCP client has no process; whoever only was seen did not connect.
        let isTCP = record[.clientPID] == nil && record[.clientUID] == nil
        var client = Client()
        client.via = road != .proxy ? .none : .known(isTCP ? .tcp : .unix)
        client.uid = fact(.clientUID) { UInt32($0) }
        client.exe = text(.clientExe)
        client.unit = text(.clientUnit)
        client.loginUID = fact(.clientLoginUID) { UInt32($0) }
        client.container = text(.clientContainer)
        var lost: Set<UnrecordedFact> = []
        if record[.clientExe]?.isCut == true { lost.insert(.exe) }
        if record[.clientUnit]?.isCut == true { lost.insert(.unit) }
        // Before schema 5 a container that nobody could name was the host itself, and an inner name won.
        let schema = record[.schema].flatMap { Int($0) } ?? 0
        if record[.clientContainer]?.isCut == true || (schema < 5 && !isTCP) { lost.insert(.container) }
        self.init(
            road: road, mailbox: mailbox, client: client, mode: mode, object: object,
            requestName: object.isSPDM ? record[.spdm] : record[.compliance], dwords: Self.dwords(record),
            isLeased: record[.lease] != nil,
            lost: lost)
    }

    /// How long the request was; of a command beside the objects, which has no header, nothing.
    private static func dwords(_ record: Record) -> Int? {
        guard let bytes = record[.requestBytes].flatMap({ Int($0) }), bytes >= 8, bytes.isMultiple(of: 4),
            record[.spdm]?.hasPrefix("OOB_") != true
        else { return nil }
        return bytes / 4
    }
}

extension String {
    /// The mark of a value that was too long for its field.
    fileprivate var isCut: Bool { hasSuffix(" bytes]") && contains("[cut, ") }
}
