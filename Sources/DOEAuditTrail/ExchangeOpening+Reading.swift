internal import DOERecord
internal import DOEWords

/// Reading back what opened an exchange.
extension ExchangeOpening {
    /// Reads one; `nil` where these bytes are none.
    init?(bytes: [UInt8]) {
        guard bytes.count >= OpeningPlace.size else { return nil }
        func number(_ place: Int) -> UInt32 { bytes[...].number(at: place, as: UInt32.self) }
        func code(_ place: Int) -> Int { Int(bytes[OpeningPlace.codes + place]) }
        func word<Word>(_ words: [Word], _ code: Int) -> Word? { words.indices.contains(code) ? words[code] : nil }
        var names: [String] = []
        var end = OpeningPlace.size
        for place in 0..<Self.nameCount {
            let length = Int(bytes[...].number(at: OpeningPlace.lengths + 2 * place, as: UInt16.self))
            guard end + length <= bytes.count else { return nil }
            names.append(String(decoding: bytes[end..<end + length], as: UTF8.self))
            end += length
        }
        guard end == bytes.count, let name = Self.mailboxName(bytes, word(Self.kinds, code(0)), names[0]),
            let event = word(Self.events, code(1)), let priority = Priority(rawValue: code(2)),
            let objectClass = word(Self.classes, code(3)), let verdict = word(Self.verdicts, code(4)),
            let mode = word(Self.modes, code(6)),
            let policyDigest = SHA256Digest(bytes[OpeningPlace.policyDigest].hexadecimal),
            let requestDigest = SHA256Digest(bytes[OpeningPlace.requestDigest].hexadecimal)
        else { return nil }
        var facts = FactStates(bits: number(OpeningPlace.facts))
        let client = Client(
            via: facts.take { number(OpeningPlace.via) == 1 ? .tcp : .unix },
            pid: facts.take { Int32(bitPattern: number(OpeningPlace.pid)) },
            uid: facts.take { number(OpeningPlace.uid) }, tcpUID: facts.take { number(OpeningPlace.tcpUID) },
            loginUID: facts.take { number(OpeningPlace.loginUID) },
            session: facts.take { number(OpeningPlace.session) })
        var mailbox = MailboxIdentity(name: name)
        let ids = number(OpeningPlace.device)
        mailbox.device = facts.take {
            PCIDeviceID(vendor: UInt16(truncatingIfNeeded: ids), device: UInt16(truncatingIfNeeded: ids >> 16))
        }
        mailbox.serialNumber = facts.take { bytes[...].number(at: OpeningPlace.serial, as: UInt64.self) }
        mailbox.driver = facts.take { names[1] }
        let object = number(OpeningPlace.object)
        self.init(
            event, priority: priority, mailbox: mailbox, client: client,
            object: object == 0
                ? nil
                : ObjectID(
                    vendor: UInt16(truncatingIfNeeded: object), type: UInt8(truncatingIfNeeded: object >> 16)),
            objectName: names[7], objectClass: objectClass, requestBytes: Int(number(OpeningPlace.requestBytes)),
            requestDigest: requestDigest, verdict: verdict, rule: names[6],
            policy: (bytes[...].number(at: OpeningPlace.policyGeneration, as: UInt64.self), policyDigest), mode: mode)
        self.client.exe = facts.take { names[2] }
        self.client.unit = facts.take { names[3] }
        self.client.container = facts.take { names[4] }
        self.client.parent = facts.take { names[5] }
        would = word(Self.verdicts, code(5) - 1)
        isCopied = code(7) == 1
        taint = TaintLetters(rawValue: bytes[...].number(at: OpeningPlace.taint, as: UInt64.self))
        (spdm, compliance, lease) = (names[8].orNil, names[9].orNil, names[10].orNil)
    }

    private static func mailboxName(_ bytes: [UInt8], _ kind: MailboxName.Kind?, _ word: String) -> MailboxName? {
        switch kind {
        case .real:
            let function = bytes[OpeningPlace.function]
            return FunctionAddress(
                domain: bytes[...].number(at: OpeningPlace.domain, as: UInt32.self), bus: bytes[OpeningPlace.bus],
                device: function >> 3, function: function & 7
            ).map { .real($0, offset: bytes[...].number(at: OpeningPlace.offset, as: UInt16.self)) }
        case .simulated: return .simulated(word)
        case .remote: return .remote(word)
        case nil: return nil
        }
    }
}

extension EventStamp {
    /// The stamp in an opened exchange.
    init(openingBytes bytes: [UInt8]) {
        self.init(
            boot: bytes[OpeningPlace.boot..<OpeningPlace.boot + 16].hexadecimal,
            time: bytes[...].number(at: OpeningPlace.time, as: UInt64.self),
            monotonic: bytes[...].number(at: OpeningPlace.monotonic, as: UInt64.self))
    }
}

extension String {
    fileprivate var orNil: String? { isEmpty ? nil : self }
}
