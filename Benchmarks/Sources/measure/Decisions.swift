internal import CPeers
internal import DOEObjects
internal import DOEPolicy
internal import DOEWords

/// The judge beside a C hash look-up and beside rules that are tried one after the other, by the number of rules.
///
/// All facts are ready and the requests are made before; what is timed is `decide` alone, with the decision and its
/// reason: permits are for the package that has the road. The others find the rule and no more.
enum Decisions {
    /// How many rules there are.
    private static let sizes = [10, 1_000, 100_000]

    /// What tells the rules apart.
    enum Kind: String, CaseIterable {
        case objects = "distinct objects"
        case units = "one object, distinct units"
        /// Every rule asks for a program, and the client's is not known.
        case unknownProgram = "distinct objects, program unknown"
    }

    /// What was measured, a table each.
    struct Result {
        /// Beside the look-up in C.
        var lookup: [Comparison] = []
        /// Beside rules tried one after the other.
        var naive: [Comparison] = []
        /// With the most rules beside the fewest: how many times as long, ours and C's.
        var flatness: [Comparison] = []
    }

    static func measure() throws(MeasureError) -> Result {
        var result = Result()
        for kind in Kind.allCases {
            var cases: [DecisionCase] = []
            for size in sizes { cases.append(try DecisionCase(kind, rules: size)) }
            for one in cases { result.lookup.append(try one.besideLookup()) }
            guard kind != .unknownProgram else { continue }
            for one in cases { result.naive.append(try one.besideNaive()) }
            guard let few = cases.first, let many = cases.last else { continue }
            result.flatness.append(try many.beside(few))
        }
        return result
    }

    /// Decides over and over, of both kinds: what a profiler is to look at.
    static func repeated(rules: Int, passes: Int) throws(MeasureError) {
        for kind in [Kind.objects, .units] {
            let one = try DecisionCase(kind, rules: rules)
            var allowed: UInt64 = 0
            for _ in 0..<passes { allowed &+= one.judgeAll() }
            print("\(kind.rawValue): \(allowed) allowed")
        }
    }

    static func policy(_ kind: Kind, rules: Int) throws(MeasureError) -> Policy {
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

    static func inquiry(_ kind: Kind, _ rule: Int) throws(MeasureError) -> Inquiry {
        let client = Client(
            via: .known(.unix), pid: .known(4711), uid: .known(990), groups: .known([990, 991]), loginUID: .none,
            session: .none, exe: kind == .unknownProgram ? .unknown : .known("/usr/bin/attestation"),
            unit: .known(unit(kind, rule) ?? "attestation.service"), container: .none, parent: .known("1 systemd"))
        guard let address = FunctionAddress(bus: 0x0d, device: 0, function: 0),
            let request = try? DataObject(object(kind, rule), payload: kind == .units ? getVersion : [0, 0, 0, 0])
        else { throw MeasureError("cannot make request \(rule)") }
        let mailbox = MailboxIdentity(
            name: .real(address, offset: 0x190), device: .known(PCIDeviceID(vendor: 0x8086, device: 0x0d93)),
            pciClass: .known(0x05_0210), driver: .known("cxl_pci"))
        return Inquiry(road: .proxy, mailbox: mailbox, client: client, mode: .production, request: request)
    }

    private static let getVersion: [UInt8] = [0x10, 0x84, 0, 0]

    static func allows(_ rule: Int) -> Bool { rule.isMultiple(of: 2) }

    /// Vendors from 2000 on, which nobody classifies.
    static func object(_ kind: Kind, _ rule: Int) -> ObjectID {
        switch kind {
        case .objects, .unknownProgram: ObjectID(vendor: UInt16(0x2000 + rule / 256), type: UInt8(rule % 256))
        case .units: .spdm
        }
    }

    static func unit(_ kind: Kind, _ rule: Int) -> String? {
        kind == .units ? "worker-\(rule).service" : nil
    }

    static func number(_ object: ObjectID) -> UInt32 { UInt32(object.vendor) << 8 | UInt32(object.type) }
}
