internal import DOERecord
internal import DOEWords

/// What opens an exchange, as it stands in a slot: a header of a fixed size (`OpeningPlace`), then the bytes of the
/// names in their order, none longer than its field in a record. Codes are places in lists that are only ever added
/// to.
extension ExchangeOpening {
    static let events: [Event] = [
        .exchangeAllowed, .exchangeWarned, .exchangeRefused, .complianceRefused, .malformedRequest, .exchangeFailed,
    ]
    static let classes: [ObjectClass] = [
        .kernelExpected, .published, .vendor, .compliance, .unknown, .malformed,
    ]
    static let verdicts: [Verdict] = [.allow, .warn, .deny, .observed]
    static let modes: [Mode] = [.production, .bringUp]
    static let kinds: [MailboxName.Kind] = [.real, .simulated, .remote]

    /// How many names follow the header.
    static let nameCount = 11
    static let limits = [
        Field.mailbox, .driver, .clientExe, .clientUnit, .clientContainer, .clientParent, .rule, .objectName, .spdm,
        .compliance, .lease,
    ].map(\.byteLimit)

    func bytes(_ stamp: EventStamp) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: OpeningPlace.size)
        bytes.reserveCapacity(1024)
        bytes.put(identifier: stamp.boot, at: OpeningPlace.boot)
        bytes.put(stamp.time, at: OpeningPlace.time)
        bytes.put(stamp.monotonic, at: OpeningPlace.monotonic)
        bytes.put(policyGeneration, at: OpeningPlace.policyGeneration)
        bytes.replaceSubrange(OpeningPlace.policyDigest, with: policyDigest.bytes)
        bytes.replaceSubrange(OpeningPlace.requestDigest, with: requestDigest.bytes)
        bytes.put(UInt32(clamping: requestBytes), at: OpeningPlace.requestBytes)
        bytes.put(taint.rawValue, at: OpeningPlace.taint)
        bytes.put(object.map { 1 << 31 | UInt32($0.type) << 16 | UInt32($0.vendor) } ?? 0, at: OpeningPlace.object)
        var word: String?
        switch mailbox.name {
        case .real(let address, let offset):
            bytes.put(address.domain, at: OpeningPlace.domain)
            bytes[OpeningPlace.bus] = address.bus
            bytes[OpeningPlace.function] = address.device << 3 | address.function
            bytes.put(offset, at: OpeningPlace.offset)
        case .simulated(let name), .remote(let name): word = name
        }
        let codes = [
            Self.kinds.firstIndex(of: mailbox.name.kind), Self.events.firstIndex(of: event), priority.rawValue,
            Self.classes.firstIndex(of: objectClass), Self.verdicts.firstIndex(of: verdict),
            would.flatMap { would in Self.verdicts.firstIndex(of: would).map { $0 + 1 } } ?? 0,
            Self.modes.firstIndex(of: mode), isCopied ? 1 : 0,
        ]
        for (place, code) in codes.enumerated() {
            bytes[OpeningPlace.codes + place] = UInt8(truncatingIfNeeded: code ?? 0xff)
        }
        var facts = FactStates()
        bytes.put(facts.number(client.via) { $0 == .tcp ? UInt32(1) : 0 }, at: OpeningPlace.via)
        bytes.put(facts.number(client.pid) { UInt32(bitPattern: $0) }, at: OpeningPlace.pid)
        bytes.put(facts.number(client.uid) { $0 }, at: OpeningPlace.uid)
        bytes.put(facts.number(client.tcpUID) { $0 }, at: OpeningPlace.tcpUID)
        bytes.put(facts.number(client.loginUID) { $0 }, at: OpeningPlace.loginUID)
        bytes.put(facts.number(client.session) { $0 }, at: OpeningPlace.session)
        bytes.put(
            facts.number(mailbox.device) { UInt32($0.device) << 16 | UInt32($0.vendor) }, at: OpeningPlace.device)
        bytes.put(facts.number(mailbox.serialNumber) { $0 }, at: OpeningPlace.serial)
        let names = [
            word, facts.name(mailbox.driver), facts.name(client.exe), facts.name(client.unit),
            facts.name(client.container), facts.name(client.parent), rule, objectName, spdm, compliance, lease,
        ]
        bytes.put(facts.bits, at: OpeningPlace.facts)
        for (place, name) in names.enumerated() {
            // As a record clips it: what was cut must be seen to be cut.
            let text = (name ?? "").clipped(toBytes: Self.limits[place]).utf8
            bytes.put(UInt16(text.count), at: OpeningPlace.lengths + 2 * place)
            bytes += text
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func put<Number: FixedWidthInteger>(_ number: Number, at place: Int) {
        for byte in 0..<Number.bitWidth / 8 { self[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
    }

    fileprivate mutating func put(identifier digits: String, at place: Int) {
        guard let bytes = [UInt8](hexadecimal: digits), bytes.count == 16 else { return }
        replaceSubrange(place..<place + 16, with: bytes)
    }
}
