internal import DOELinux
internal import DOEObjects
internal import DOEPolicy
internal import DOERecord
internal import DOEWords

extension Sighting {
    /// What all records of this kind have in common: what is counted together has the same, and its message says what
    /// of.
    var kind: Record {
        var record = Record(event, priority: priority, message: subject)
        if let mailbox = mailboxes.first { record.describe(mailbox) }
        switch observation.what {
        case .exchange(let exchange, _):
            record.object = decision?.object ?? exchange.object
            record[.status] = exchange.ending.rawValue
        case .configWrites(_, let function, _, _, _):
            record[.mailbox] = nil
            record[.kind] = MailboxName.Kind.real.rawValue
            record[.address] = function.description
        }
        record.road = observation.road
        record[.objectName] = decision?.objectName
        record.objectClass = decision?.objectClass
        record.verdict = .observed
        record.would(decision?.verdict)
        record[.rule] = decision?.decidedBy
        record[.policy] = decision?.policy.description
        record.mode = mode
        record.taint = letters
        record[.clientUID] = observation.client.uid.word
        record[.clientExe] = observation.client.exe.word
        record[.clientCommand] = observation.command?.printable
        return record
    }

    /// The record of this one alone.
    var record: Record {
        var record = kind
        record.describe(observation.client)
        let end = newLetters.isEmpty ? "" : " [new taint \(newLetters)]"
        record.message = "\(shout)\(subject(with: observation.client.pid.value))\(policyWords)\(end)"
        record[.spdm] = spdm
        record[.compliance] = compliance
        if case .exchange(let exchange, _) = observation.what {
            if exchange.ending == .done, observation.ended >= observation.began {
                record[.latency] = String(observation.ended - observation.began)
            }
            if exchange.isRequestWhole, !exchange.request.isEmpty {
                let bytes = exchange.request.littleEndianBytes
                record[.requestBytes] = String(bytes.count)
                record[.requestDigest] = SHA256Digest(of: bytes).description
            }
            if let response = exchange.response.flatMap({ try? DataObject(bytes: $0.littleEndianBytes) }) {
                record[.responseBytes] = String(response.bytes.count)
                record[.responseDigest] = SHA256Digest(of: response.bytes).description
            }
        }
        return record
    }

    private var event: Event {
        if case .exchange = observation.what { .exchangeObserved } else { .configWritten }
    }

    private var shout: String {
        guard event == .exchangeObserved else { return "" }
        if letters.contains(.complianceAttempted) { return "COMPLIANCE ACCESS PAST THE PROXY: " }
        if letters.contains(.kernelUnexpected) { return "UNEXPECTED OF THE KERNEL: " }
        return observation.road == .bypass ? "PAST THE PROXY: " : ""
    }

    private var subject: String { subject(with: nil) }

    private func subject(with pid: Int32?) -> String {
        let who = who(pid)
        switch observation.what {
        case .exchange(let exchange, let mailbox):
            let what = decision.map { "\($0.objectName.printable) (\(object(exchange)))" } ?? object(exchange)
            return "\(what) on \(mailbox) by \(who), \(exchange.words)"
        case .configWrites(let count, let function, let offset, _, let value):
            guard pid != nil else { return "writes to the config space of \(function) by \(who)" }
            let number = count == 1 ? "a write" : "\(count) writes"
            let place = "\(count == 1 ? "at" : "the first at") \(offset.hex(digits: 3)), 0x\(value.hex(digits: 8))"
            return "\(number) to the config space of \(function) by \(who), \(place)"
        }
    }

    private func object(_ exchange: ObservedExchange) -> String {
        if let object = decision?.object ?? exchange.object { return object.description }
        return exchange.request.isEmpty ? "no request" : "a request of which too little was seen"
    }

    private func who(_ pid: Int32?) -> String {
        switch observation.road {
        case .kernel: return "the kernel"
        case .passthrough:
            let guest = observation.guest == .program ? "a guest" : "a guest, or a program of the host's own"
            return "\(guest), through \(observation.client.clientWords(pid))\(calling)"
        case .bypass, .proxy: return observation.client.clientWords(pid) + calling
        }
    }

    private var calling: String { observation.command.map { ", which called itself \($0.inSingleQuotes)" } ?? "" }

    private var policyWords: String {
        decision.map { "; to the proxy's clients the policy says: \($0.sentence)" } ?? ""
    }
}

extension Client {
    fileprivate func clientWords(_ pid: Int32?) -> String {
        var client = self
        client.pid = pid.map(Fact.known) ?? .unknown
        return client.words
    }
}

extension ObservedExchange {
    /// How it ended, for a person.
    fileprivate var words: String {
        switch ending {
        case .done: "done"
        case .aborted: "aborted"
        case .abandoned: "its response was left in the mailbox"
        case .unfinished: "left in the mailbox without GO"
        case .failed: "failed with error \(error)"
        }
    }
}

extension Fact where Value: CustomStringConvertible {
    /// As a record has it; `nil` where there is nothing.
    fileprivate var word: String? { if case .none = self { nil } else { description } }
}

extension Record {
    fileprivate mutating func would(_ verdict: Verdict?) { self[.would] = verdict?.rawValue }
}
