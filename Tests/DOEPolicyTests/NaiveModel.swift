import DOEWords

@testable import DOEPolicy

/// Rules as the language's text says they work, evaluated one after the other with nothing clever. It shares no code
/// with the compiled policy: conditions are texts, facts are texts, globs are matched by recursion.
struct NaiveRule {
    /// One alternative of a value.
    enum Alternative {
        case none
        case glob(String)
        case range(UInt32, UInt32?)
    }

    /// One condition, with its written form.
    struct Condition {
        let key: String
        let negated: Bool
        let alternatives: [Alternative]
        let written: String

        var text: String { "\(key)\(negated ? "!=" : "=")\(written)" }
    }

    let verdict: Verdict
    let conditions: [Condition]
    let taint: String

    var text: String {
        ([verdict.rawValue] + conditions.map(\.text)).joined(separator: " ") + (taint.isEmpty ? "" : " taint \(taint)")
    }
}

/// What the model says.
enum NaiveDecision: Equatable {
    case gatekeeper
    case rule(line: Int, verdict: Verdict, taint: String)
    case unknown(key: String, line: Int)
    case nothing
}

/// One way in which a device may read a request.
struct NaiveReading {
    /// Its SPDM names; `nil` where there is no sample of the request.
    var spdm: [String]?
    let inside: ObjectClass
}

enum NaiveJudge {
    /// Each way of reading a request is judged as what it carries and as what its object is. The first that is not
    /// let pass decides; where all are, the first that warns, with the letters of all.
    static func decide(
        _ rules: [NaiveRule], _ inquiry: Inquiry, _ readings: [NaiveReading], outside: ObjectClass
    ) -> NaiveDecision {
        var passed: [(line: Int, verdict: Verdict, taint: String)] = []
        for reading in readings {
            for objectClass in reading.inside == outside ? [outside] : [reading.inside, outside] {
                let one = decide(rules, inquiry, reading, as: objectClass)
                guard case .rule(let line, let verdict, let taint) = one, verdict != .deny else { return one }
                passed.append((line, verdict, taint))
            }
        }
        let letters = "VUCXBWMALDPKN".filter { letter in passed.contains { $0.taint.contains(letter) } }
        let decisive = passed.first { $0.verdict == .warn } ?? passed[0]
        return .rule(line: decisive.line, verdict: decisive.verdict, taint: letters)
    }

    private static func decide(
        _ rules: [NaiveRule], _ inquiry: Inquiry, _ reading: NaiveReading, as objectClass: ObjectClass
    ) -> NaiveDecision {
        if objectClass == .compliance { return .gatekeeper }
        for (index, rule) in rules.enumerated() {
            var unknown: String?
            var fails = false
            if !rule.conditions.contains(where: { $0.key == "road" }), ![.proxy, .kernel].contains(inquiry.road) {
                fails = true
            }
            if inquiry.client.via == .known(.tcp), !rule.conditions.contains(where: { $0.key == "via" }) {
                fails = true
            }
            for condition in rule.conditions where !fails {
                switch facts(condition.key, inquiry, reading, objectClass) {
                case .unknown: if unknown == nil { unknown = condition.key }
                case .none: if matches(condition, nil) == condition.negated { fails = true }
                case .known(let values):
                    let matched = values.contains { matches(condition, $0) }
                    if matched == condition.negated { fails = true }
                }
            }
            if fails { continue }
            if let unknown { return .unknown(key: unknown, line: index + 1) }
            return .rule(line: index + 1, verdict: rule.verdict, taint: letters(rule, reading.inside))
        }
        return .nothing
    }

    private static func letters(_ rule: NaiveRule, _ objectClass: ObjectClass) -> String {
        let own = rule.verdict == .warn ? (objectClass == .vendor ? "V" : objectClass == .unknown ? "U" : "") : ""
        return "VUCXBWMALDPKN".filter { rule.taint.contains($0) || own.contains($0) }
    }

    private static func facts(
        _ key: String, _ inquiry: Inquiry, _ reading: NaiveReading, _ objectClass: ObjectClass
    ) -> Fact<[String]> {
        func one<Value>(_ fact: Fact<Value>) -> Fact<[String]> { fact.map { ["\($0)"] } }
        switch key {
        case "object": return .known(["\(inquiry.outOfBand == nil ? inquiry.object : .spdm)"])
        case "class":
            return .known(objectClass == .kernelExpected ? ["kernel-expected", "published"] : [objectClass.rawValue])
        case "road": return .known([inquiry.road.rawValue])
        case "mode": return .known([inquiry.mode.rawValue])
        case "mailbox", "address":
            guard inquiry.isMailboxKnown else { return .unknown }
            if key == "address" { return inquiry.mailbox.name.address.map { .known(["\($0)"]) } ?? .none }
            return .known(["\(inquiry.mailbox.name)"])
        case "device": return one(inquiry.mailbox.device)
        case "pci-class":
            return inquiry.mailbox.pciClass.map { [String(String($0 | 1 << 24, radix: 16).dropFirst())] }
        case "driver": return one(inquiry.mailbox.driver)
        case "serial": return one(inquiry.mailbox.serialText)
        case "spdm", "compliance": return names(key, inquiry, reading)
        case "uid": return one(inquiry.client.uid)
        case "user":
            return inquiry.client.uid.map { uid in TestNames.users.filter { $0.value == uid }.map(\.key) }
        case "group":
            switch inquiry.client.groups {
            case .unknown: return .unknown
            case .none: return .none
            case .known(let ids) where ids.isEmpty: return .none
            case .known(let ids):
                return .known(ids.map { "\($0)" } + TestNames.groups.filter { ids.contains($0.value) }.map(\.key))
            }
        case "unit": return one(inquiry.client.unit)
        case "exe": return one(inquiry.client.exe)
        case "loginuid": return one(inquiry.client.loginUID)
        case "container": return one(inquiry.client.container)
        // Years are compared as texts: the model knows no calendar.
        case "until": return inquiry.time.map { ["\($0.date)T\($0.clock)Z"] }
        default: return one(inquiry.client.via)
        }
    }

    private static func names(_ key: String, _ inquiry: Inquiry, _ reading: NaiveReading) -> Fact<[String]> {
        let isSPDM = key == "spdm"
        if inquiry.outOfBand != nil { return isSPDM ? .known(["OOB_KEY_UPDATE"]) : .none }
        guard let request = inquiry.request else {
            return ["0001:01", "0001:02", "0001:03", "0001:04"].contains("\(inquiry.object)") && isSPDM
                || "\(inquiry.object)" == "1e98:00" && !isSPDM ? .unknown : .none
        }
        let compliance = RequestSample.byRequest[request]?.compliance
        guard let names = isSPDM ? reading.spdm : compliance else { return .unknown }
        return names.isEmpty ? .none : .known(names)
    }

    private static func matches(_ condition: NaiveRule.Condition, _ value: String?) -> Bool {
        condition.alternatives.contains { alternative in
            switch (alternative, value) {
            case (.none, nil): true
            case (.glob(let end), let value?) where condition.key == "until": value < end
            case (.glob(let pattern), let value?):
                glob(Substring(pattern), Substring(value), stopsAtSlash: condition.key == "exe")
            case (.range(let low, let high), let value?):
                UInt32(value).map { $0 >= low && $0 <= high ?? .max } ?? false
            default: false
            }
        }
    }

    /// Matching by trying everything.
    static func glob(_ pattern: Substring, _ text: Substring, stopsAtSlash: Bool) -> Bool {
        guard let first = pattern.unicodeScalars.first else { return text.isEmpty }
        let rest = Substring(pattern.unicodeScalars.dropFirst())
        let next = text.unicodeScalars.first
        let canPass = next != nil && !(stopsAtSlash && next == "/")
        let behind = Substring(text.unicodeScalars.dropFirst())
        switch first {
        case "*":
            return glob(rest, text, stopsAtSlash: stopsAtSlash)
                || (canPass && glob(pattern, behind, stopsAtSlash: stopsAtSlash))
        case "?": return canPass && glob(rest, behind, stopsAtSlash: stopsAtSlash)
        default: return next == first && glob(rest, behind, stopsAtSlash: stopsAtSlash)
        }
    }
}
