import DOEPolicy
import DOERecord
@testable import DOEReport
import DOEWords
import TestSupport
import Testing

/// Whom suggested rules let pass, against a naive model: a set of what was seen, in the words of records.
@Suite("Suggested rules let nobody pass who was not seen")
struct SuggestedClientsTests {
    /// One request, each fact in the word that a record has for it; `none` and `unknown` are words of it too.
    private struct Asked: Hashable {
        /// What may differ, and what it may be. `mailbox` is followed by `device`, and `object` by `spdm`.
        static let choices: [(key: String, values: [String])] = [
            ("object", ["10de:01", "10de:02", "0001:01"]), ("spdm", ["GET_VERSION", "CHALLENGE"]),
            ("via", ["unix", "unix", "unix", "tcp"]), ("uid", ["0", "1000", "1001", "unknown"]),
            ("loginuid", ["none", "1000", "1001", "unknown"]),
            ("exe", ["/usr/bin/tool", "/usr/bin/python3.13", "/opt/a b/{x,y}*", "unknown"]),
            (
                "unit",
                ["none", "cron.service", "user@1000.service", "session-3.scope", "session-4.scope", "unknown"]
            ),
            ("container", ["none", "web1", "0123456789ab", "unknown"]),
            ("mailbox", ["0000:0d:00.0@190", "0000:0e:00.0@190", "sim:vendor"]),
            ("device", ["10de:2330", "10de:2331", "none", "unknown"]), ("mode", ["production", "bring-up"]),
            // Not of who asked for what.
            ("driver", ["none", "nvidia"]), ("serial", ["none", "00-00-00-00-00-00-12-34"]),
        ]

        var facts: [String: String] = [:]

        subscript(_ key: String) -> String { facts[key] ?? "none" }

        static func random(_ random: inout SeededGenerator) -> Asked {
            var asked = Asked()
            for (key, values) in choices {
                // What is unknown is rare, or hardly anything would be seen that a rule can be made for.
                let known = values.filter { $0 != "unknown" }
                let isUnknown = known != values && Int.random(in: 0..<12, using: &random) == 0
                asked.facts[key] = isUnknown ? "unknown" : known.randomElement(using: &random)
            }
            return asked
        }

        /// The same but for one fact, as another user, program or unit beside it would ask.
        func changed(_ random: inout SeededGenerator) -> Asked {
            var other = self
            guard let (key, values) = Self.choices.randomElement(using: &random) else { return other }
            other.facts[key] = values.randomElement(using: &random)
            return other
        }

        /// What was seen, as far as a rule has to be for it alone; `nil` where a fact of that is unknown.
        var seen: [String: String]? {
            var seen = facts
            seen["driver"] = nil
            seen["serial"] = nil
            if self["object"] != "0001:01" { seen["spdm"] = nil }
            if self["unit"].hasPrefix("session-") { seen["unit"] = "a login" }
            return self["via"] == "tcp" || seen.values.contains("unknown") ? nil : seen
        }

        func fill(_ record: inout Record) {
            func put(_ key: String, _ field: Field) { record[field] = self[key] == "none" ? nil : self[key] }
            let isTCP = self["via"] == "tcp"
            for (key, field) in [
                ("uid", Field.clientUID), ("loginuid", .clientLoginUID), ("exe", .clientExe), ("unit", .clientUnit),
                ("container", .clientContainer),
            ] {
                if isTCP { record[field] = nil } else { put(key, field) }
            }
            record[.clientPID] = isTCP ? nil : "77"
            record[.spdm] = self["object"] == "0001:01" ? self["spdm"] : nil
            put("mailbox", .mailbox)
            put("device", .device)
            put("mode", .mode)
            put("driver", .driver)
            put("serial", .serial)
        }

        /// The same as a daemon would ask its judge, with what no record has.
        func inquiry(_ random: inout SeededGenerator) throws -> Inquiry {
            func fact<Value>(_ key: String, _ parse: (String) -> Value?) throws -> Fact<Value> {
                switch self[key] {
                case "none": .none
                case "unknown": .unknown
                default: .known(try #require(parse(self[key])))
                }
            }
            var client = Client(
                via: .known(.tcp), pid: .none, uid: .none, groups: .none, loginUID: .none, session: .none, exe: .none,
                unit: .none, container: .none, parent: .none)
            if self["via"] == "unix" {
                client.via = .known(.unix)
                client.uid = try fact("uid") { UInt32($0) }
                client.groups = .known(Bool.random(using: &random) ? [0, 50] : [])
                client.loginUID = try fact("loginuid") { UInt32($0) }
                client.exe = try fact("exe") { $0 }
                client.unit = try fact("unit") { $0 }
                client.container = try fact("container") { $0 }
            }
            let mailbox = MailboxIdentity(
                name: try #require(MailboxName(self["mailbox"])), device: try fact("device") { PCIDeviceID($0) },
                pciClass: .known(0x030200), driver: try fact("driver") { $0 },
                serialNumber: try fact("serial") { MailboxIdentity.serialNumber(of: $0) })
            var inquiry = Inquiry(
                road: .proxy, mailbox: mailbox, client: client, mode: try #require(Mode(rawValue: self["mode"])),
                object: try #require(ObjectID(self["object"])))
            if self["object"] == "0001:01" {
                let isRequest = inquiry.ask(spdm: self["spdm"])
                #expect(isRequest)
            }
            return inquiry
        }
    }

    private static let rules = "object 0001:01 published \"SPDM\"\nallow object=1e98:02\ndeny object=10de:03\n"

    /// Suggestions for what was refused of everybody recorded.
    private func suggest(for recorded: [Asked]) throws -> Suggestions {
        var trail = TrailMaker()
        for asked in recorded { trail.asked(asked["object"], .deny, by: "default") { asked.fill(&$0) } }
        var builder = SuggestionBuilder(source: .exportFile("night.export"), at: Timestamp(microseconds: 0))
        for record in trail.records { builder.add(record) }
        return try builder.finish(under: try site(Self.rules)) { try site($0.text + Self.rules, "suggested.rules") }
    }

    @Test("what passes was in the record, and what was in the record passes", arguments: 0..<100 as Range<UInt64>)
    func exactlyWhatWasSeen(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var recorded: [Asked] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let one = Asked.random(&random)
            recorded.append(one)
            // Records have neighbours, or no two would have a rule in common.
            for _ in 0..<Int.random(in: 0...3, using: &random) { recorded.append(one.changed(&random)) }
        }
        let seen = Set(recorded.compactMap(\.seen))
        let suggestions = try suggest(for: recorded)
        #expect(suggestions.suggestions.count == seen.count)
        let judge = Judge(try site(SuggestionText.render(suggestions) + Self.rules))

        for asked in recorded where asked.seen != nil {
            #expect(judge.decide(try asked.inquiry(&random)).verdict == .allow, "\(asked.facts)")
        }
        var passed = 0
        for _ in 0..<400 {
            var other = Asked.random(&random)
            if let near = recorded.randomElement(using: &random), Int.random(in: 0..<4, using: &random) > 0 {
                other = near.changed(&random)
                if Bool.random(using: &random) { other = other.changed(&random) }
            }
            guard judge.decide(try other.inquiry(&random)).verdict != .deny else { continue }
            passed += 1
            // What passes in production passes in a lab too, and not the other way round.
            var inProduction = other.seen
            inProduction?["mode"] = "production"
            let wasSeen = [other.seen, inProduction].contains { $0.map(seen.contains) == true }
            #expect(wasSeen, "\(other.facts) passes and was not seen")
        }
        #expect(passed > 0 || seen.isEmpty)
    }

    @Test("a unit that runs programs of several users opens nothing to the others of it")
    func sharedUnits() throws {
        for unit in [
            "cron.service", "atd.service", "ssh.service", "getty@tty1.service", "slurmd.service", "docker.service",
            "systemd-nspawn@web.service", "user@0.service",
        ] {
            var root = Asked(facts: [
                "object": "10de:01", "via": "unix", "uid": "0", "exe": "/usr/bin/tool", "unit": unit,
                "mailbox": "0000:0d:00.0@190", "device": "10de:2330", "mode": "production",
            ])
            let judge = Judge(try site(SuggestionText.render(try suggest(for: [root])) + Self.rules))
            var random = SeededGenerator(seed: 1)
            #expect(judge.decide(try root.inquiry(&random)).verdict == .allow)
            for (key, value) in [
                ("uid", "1000"), ("loginuid", "1000"), ("exe", "/usr/bin/other"), ("container", "web"),
            ] {
                let before = root.facts[key]
                root.facts[key] = value
                #expect(judge.decide(try root.inquiry(&random)).verdict == .deny, "\(key)=\(value) in \(unit)")
                root.facts[key] = before
            }
        }
    }
}
