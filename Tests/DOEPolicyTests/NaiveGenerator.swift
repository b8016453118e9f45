import DOEObjects
import DOEWords
import TestSupport

@testable import DOEPolicy

/// Makes rules and inquiries out of few values, so that they meet often.
enum NaiveGenerator {
    private static let values: [String: [String]] = [
        "object": ["0001:00", "0001:01", "1e98:02", "1e98:05", "abcd:07", "abcd:08", "0001:*", "*:0?", "*", "?bcd:*"],
        "class": ["kernel-expected", "published", "vendor", "unknown", "*e*"],
        "road": ["proxy", "kernel", "bypass", "passthrough"],
        "mode": ["production", "bring-up", "*"],
        "mailbox": ["sim:cxl", "0000:0d:00.0@190", "0000:0e:00.1@300", "sim:*", "*@190"],
        "address": ["0000:0d:00.0", "0000:0e:00.1", "none", "0000:0?:*"],
        "device": ["8086:0d93", "10de:2330", "none", "10de:*"],
        "pci-class": ["050210", "010802", "none", "05*", "??0802"],
        "driver": ["cxl_pci", "vfio-pci", "none", "*_pci"],
        "serial": ["00-00-00-00-00-00-12-34", "none", "00-*", "*-3?"],
        "loginuid": ["0", "1000", "none"],
        "container": ["web1", "5f2c0c9e3b1d", "none", "web?", "*", "\u{e9}", "e\u{301}"],
        "until": ["2027-01-31T18:00:00Z", "2026-02-28", "2028-01-01T00:00:00Z"],
        "uid": ["0", "1000", "1001", "none"],
        "user": ["root", "alice", "bob", "none"],
        "group": ["gpu-tools", "lab", "50", "100", "none"],
        "unit": ["a.service", "b.service", "none", "?.service", "*", "c.service", "d.service"],
        "exe": [
            "/usr/bin/\u{e4}", "/usr/bin/a\u{308}", "/*/*/a?", "/usr/bin/a", "/usr/bin/b", "none", "/usr/bin/*", "/*/a",
            "/*", "/usr/bin/?",
        ],
        "via": ["unix", "tcp", "none"],
        "spdm": [
            "GET_VERSION", "VENDOR_DEFINED_REQUEST", "opaque", "malformed", "none", "IDE_KM*", "TDISP", "PCI-SIG.*",
            "*",
            "OOB_KEY_UPDATE", "0x90",
        ],
        "compliance": ["inject-link-poison", "none", "0x2a", "*"],
    ]

    static func rules(_ generator: inout SeededGenerator) -> [NaiveRule] {
        let count =
            generator.once(in: 10)
            ? Int.random(in: 50...200, using: &generator) : Int.random(in: 1...15, using: &generator)
        // A policy that asks for few kinds of facts is also to be seen, else unknown facts decide nearly everything.
        let keys = values.keys.sorted().shuffled(using: &generator).prefix(
            Int.random(in: 1...values.count, using: &generator))
        return (0..<count).map { _ in rule(&generator, Array(keys)) }
    }

    private static func rule(_ generator: inout SeededGenerator, _ keys: [String]) -> NaiveRule {
        let verdict = generator.pick([Verdict.allow, .warn, .deny])
        let used = keys.shuffled(using: &generator).prefix(Int.random(in: 0...4, using: &generator))
        let conditions = used.map { condition(&generator, $0) }
        let taint = verdict == .deny ? generator.pick(["", "", "M", "C"]) : generator.pick(["", "", "U", "VA"])
        return NaiveRule(verdict: verdict, conditions: conditions, taint: taint)
    }

    private static func condition(_ generator: inout SeededGenerator, _ key: String) -> NaiveRule.Condition {
        let negated = generator.once(in: 4)
        // A rule ends at one time.
        if key == "until" {
            let end = generator.pick(values[key] ?? [])
            return .init(key: key, negated: false, alternatives: [.glob(end)], written: end)
        }
        if (key == "uid" || key == "group" || key == "loginuid") && generator.once(in: 3) {
            let low = generator.pick([UInt32(0), 50, 1000])
            let high = generator.once(in: 2) ? low + 1 : nil
            return .init(
                key: key, negated: negated, alternatives: [.range(low, high)],
                written: "\(low)..\(high.map(String.init) ?? "")")
        }
        // More values than the index writes out, and two sets in one value.
        if key == "uid", generator.once(in: 12) {
            let numbers = (950...1049).map { "\($0)" }
            return .init(
                key: key, negated: negated, alternatives: numbers.map { .glob($0) },
                written: "{\(numbers.joined(separator: ","))}")
        }
        if key == "object", generator.once(in: 6) {
            return .init(
                key: key, negated: negated,
                alternatives: ["0001:00", "0001:07", "abcd:00", "abcd:07"].map { .glob($0) },
                written: "{0001,abcd}:{00,07}")
        }
        let known = values[key] ?? []
        let chosen = (0..<(generator.once(in: 3) ? Int.random(in: 2...4, using: &generator) : 1)).map { _ in
            generator.pick(known)
        }
        let written = chosen.count == 1 ? chosen[0] : "{" + chosen.joined(separator: ",") + "}"
        return .init(
            key: key, negated: negated, alternatives: chosen.map { $0 == "none" ? .none : .glob($0) }, written: written)
    }

    static func inquiry(_ generator: inout SeededGenerator) -> Inquiry {
        var inquiry = timeless(&generator)
        let times = [
            "2026-02-27T23:59:59Z", "2026-02-28", "2027-01-31T17:59:59Z", "2027-01-31T18:00:00Z", "2030-01-01",
        ].compactMap { Timestamp(rfc3339: $0) }
        inquiry.time = generator.once(in: 8) ? .unknown : .known(generator.pick(times))
        return inquiry
    }

    private static func timeless(_ generator: inout SeededGenerator) -> Inquiry {
        let names = ["sim:cxl", "0000:0d:00.0@190", "0000:0e:00.1@300"].compactMap { MailboxName($0) }
        let devices = ["8086:0d93", "10de:2330"].compactMap { PCIDeviceID($0) }
        let objects = ["0001:00", "0001:01", "1e98:02", "1e98:05", "abcd:07", "abcd:08", "1e98:00"].compactMap {
            ObjectID($0)
        }
        var mailbox = MailboxIdentity(
            name: generator.pick(names), device: fact(&generator, devices),
            pciClass: fact(&generator, [0x05_0210, 0x01_0802]),
            driver: fact(&generator, ["cxl_pci", "vfio-pci"]), serialNumber: fact(&generator, [0x1234, 0x1235]))
        // None of this host's drivers has a simulated function.
        if mailbox.name.kind == .simulated { mailbox.driver = .none }
        let client = Client(
            via: fact(&generator, [.unix, .tcp]), uid: fact(&generator, [0, 1000, 1001, 1002]),
            groups: fact(&generator, [[], [50], [100, 60], [50, 60, 100], [7]]),
            loginUID: fact(&generator, [0, 1000, 1001]),
            exe: fact(&generator, ["/usr/bin/a", "/usr/bin/b", "/usr/bin/\u{e4}", "/usr/bin/a\u{308}", "/opt/x/a"]),
            unit: fact(&generator, ["a.service", "b.service", "long.service", "c.service", "d.service"]),
            container: fact(&generator, ["web1", "web2", "5f2c0c9e3b1d", "\u{e9}", "e\u{301}"]))
        let road = generator.once(in: 3) ? generator.pick(Road.allCases) : .proxy
        let mode = generator.pick(Mode.allCases)
        if generator.once(in: 20) {
            return Inquiry(
                road: road, mailbox: mailbox, client: client, mode: mode, outOfBand: OutOfBandRequest(.updateKeys))
        }
        // Whole requests, so that there is something to look into.
        if generator.once(in: 3), let request = try? generator.pick(RequestSample.all).request {
            return Inquiry(road: road, mailbox: mailbox, client: client, mode: mode, request: request)
        }
        let object = generator.pick(objects)
        return generator.once(in: 12)
            ? Inquiry(road: road, client: client, mode: mode, object: object)
            : Inquiry(road: road, mailbox: mailbox, client: client, mode: mode, object: object)
    }

    private static func fact<Value>(_ generator: inout SeededGenerator, _ values: [Value]) -> Fact<Value> {
        switch Int.random(in: 0...11, using: &generator) {
        case 0: .unknown
        case 1, 2: .none
        default: .known(generator.pick(values))
        }
    }
}
