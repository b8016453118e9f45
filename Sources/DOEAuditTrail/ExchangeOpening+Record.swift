internal import DOERecord
internal import DOEWords

extension ExchangeOpening {
    /// The record of an exchange that came no further than this.
    var record: Record {
        var record = Record(event, priority: priority, message: sentence)
        record.describe(mailbox)
        record.describe(client)
        record.road = .proxy
        record.object = object
        record[.objectName] = objectName
        record.objectClass = objectClass
        record[.spdm] = spdm
        record[.compliance] = compliance
        record[.requestBytes] = String(requestBytes)
        record[.requestDigest] = requestDigest.description
        record.verdict = verdict
        record[.would] = would?.rawValue
        record[.rule] = rule
        record[.policy] = "\(policyGeneration):\(policyDigest)"
        record.mode = mode
        record[.status] = isCopied ? "copied" : "refused"
        record.taint = taint
        record[.lease] = lease
        return record
    }

    /// The record that is made of one that was found in the ring; `nil` where these bytes are none.
    static func record(of bytes: [UInt8]) -> Record? {
        guard let opening = ExchangeOpening(bytes: bytes) else { return nil }
        var record = opening.record
        EventStamp(openingBytes: bytes).put(on: &record)
        return record
    }

    private var sentence: String {
        let what =
            "\(objectName.printable) (\(object?.description ?? "no object")) on \(mailbox.name) for \(client.words)"
        let rule = rule.asName
        return switch verdict {
        case .deny, .observed: "Refused \(what), by \(rule)"
        case .allow: "Allowed \(what), by \(rule)"
        case .warn: "Warning: passed \(what), by \(rule)"
        }
    }
}
