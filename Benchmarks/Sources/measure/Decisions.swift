internal import CPeers
internal import DOEObjects
internal import DOEPolicy
internal import DOEWords

/// The judge beside a C hash look-up, by the number of rules.
///
/// All facts are ready and the requests are made before; what is timed is `judge` alone, with the decision, its reason
/// and the permit. C finds the rule and no more.
enum Decisions {
    private static let requestCount = 4096

    /// What tells the rules apart.
    enum Kind: String {
        case objects = "distinct objects"
        case units = "one object, distinct units"
        /// Every rule asks for a program, and the client's is not known.
        case unknownProgram = "distinct objects, program unknown"
    }

    static func measure() throws(MeasureError) -> [Comparison] {
        var rows: [Comparison] = []
        for kind in [Kind.objects, .units, .unknownProgram] {
            for rules in [10, 1_000, 100_000] { rows.append(try measure(kind, rules: rules)) }
        }
        return rows
    }

    private static func measure(_ kind: Kind, rules: Int) throws(MeasureError) -> Comparison {
        let name = "decide, \(rules) rules, \(kind.rawValue)"
        let judge = Judge(try policy(kind, rules: rules))
        let lookup = unsafe peer_lookup_create(rules, requestCount)
        defer { unsafe peer_lookup_free(lookup) }
        for rule in 0..<rules {
            unsafe peer_lookup_add_rule(
                lookup, number(object(kind, rule)), unit(kind, rule), UInt32(rule + 1),
                kind != .unknownProgram && allows(rule) ? 1 : 0)
        }
        var inquiries: [Inquiry] = []
        for request in 0..<requestCount {
            let rule = request * 7919 % rules  // a prime: all over the rules, the same in each run
            let inquiry = try inquiry(kind, rule)
            unsafe peer_lookup_add_request(lookup, number(object(kind, rule)), unit(kind, rule))
            // Whoever decides wrongly must not be compared.
            guard judge.judge(inquiry).decision.rule?.line == rule + 1,
                unsafe peer_lookup_line(lookup, request) == UInt32(rule + 1)
            else { throw MeasureError("\(name): rule \(rule + 1) did not decide") }
            inquiries.append(inquiry)
        }
        return try Comparison.time(
            name, count: requestCount,
            ours: {
                let span = inquiries.span
                var allowed: UInt64 = 0
                for index in span.indices where judge.judge(span[index]).decision.verdict == .allow { allowed += 1 }
                return allowed
            },
            peer: { unsafe peer_lookup_all(lookup) })
    }

    private static func policy(_ kind: Kind, rules: Int) throws(MeasureError) -> Policy {
        var text = ""
        for rule in 0..<rules {
            text += "\(allows(rule) ? "allow" : "deny") object=\(object(kind, rule))"
            if let unit = unit(kind, rule) { text += " unit=\(unit)" }
            if kind == .unknownProgram { text += " exe=/usr/bin/worker-\(rule)" }
            text += "\n"
        }
        do {
            return try Policy.load(
                files: [RuleFile(path: "benchmark.rules", text: text)], kernel: KernelVersion(major: 6, minor: 12),
                resolver: Nobody(), generation: 0)
        } catch {
            throw MeasureError("the rules do not load: \(error)")
        }
    }

    /// No rule here names a user or a group.
    private struct Nobody: NameResolver {
        func user(named name: String) -> NameLookup { .notFound }
        func group(named name: String) -> NameLookup { .notFound }
    }

    private static func inquiry(_ kind: Kind, _ rule: Int) throws(MeasureError) -> Inquiry {
        let client = Client(
            via: .known(.unix), pid: .known(4711), uid: .known(990), groups: .known([990, 991]), loginUID: .none,
            session: .none, exe: kind == .unknownProgram ? .unknown : .known("/usr/bin/attestation"),
            unit: .known(unit(kind, rule) ?? "attestation.service"), container: .none, parent: .known("1 systemd"))
        guard let address = FunctionAddress(bus: 0x0d, device: 0, function: 0),
            let request = try? DataObject(object(kind, rule), payload: [0, 0, 0, 0])
        else { throw MeasureError("cannot make request \(rule)") }
        let mailbox = MailboxIdentity(
            name: .real(address, offset: 0x190), device: .known(PCIDeviceID(vendor: 0x8086, device: 0x0d93)),
            pciClass: .known(0x05_0210), driver: .known("cxl_pci"))
        return Inquiry(road: .proxy, mailbox: mailbox, client: client, mode: .production, request: request)
    }

    private static func allows(_ rule: Int) -> Bool { rule.isMultiple(of: 2) }

    /// Vendors from 2000 on, which nobody classifies.
    private static func object(_ kind: Kind, _ rule: Int) -> ObjectID {
        switch kind {
        case .objects, .unknownProgram: ObjectID(vendor: UInt16(0x2000 + rule / 256), type: UInt8(rule % 256))
        case .units: .spdm
        }
    }

    private static func unit(_ kind: Kind, _ rule: Int) -> String? {
        kind == .units ? "worker-\(rule).service" : nil
    }

    private static func number(_ object: ObjectID) -> UInt32 { UInt32(object.vendor) << 8 | UInt32(object.type) }
}
