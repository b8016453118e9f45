internal import CPeers
internal import DOEPolicy
internal import DOEWords

/// One set of rules in three shapes, and requests that are spread all over it.
@safe final class DecisionCase {
    private static let requestCount = 4096
    /// Tried one after the other, a hundred thousand rules take long.
    private static let naiveRequestCount = 128
    private static let flatnessTurns = 15

    private let kind: Decisions.Kind
    private let rules: Int
    private let judge: Judge
    private let lookup: OpaquePointer
    private var naive = NaiveRules()
    private var inquiries: [Inquiry] = []

    private var name: String { "decide, \(rules) rules, \(kind.rawValue)" }

    init(_ kind: Decisions.Kind, rules: Int) throws(MeasureError) {
        self.kind = kind
        self.rules = rules
        judge = Judge(try Decisions.policy(kind, rules: rules))
        unsafe lookup = peer_lookup_create(rules, Self.requestCount)
        for rule in 0..<rules {
            let (object, unit) = (Decisions.object(kind, rule), Decisions.unit(kind, rule))
            let allows = kind != .unknownProgram && Decisions.allows(rule)
            unsafe peer_lookup_add_rule(lookup, Decisions.number(object), unit, UInt32(rule + 1), allows ? 1 : 0)
            naive.add(object, unit: unit, allows: allows)
        }
        for request in 0..<Self.requestCount {
            let rule = request * 7919 % rules  // a prime: all over the rules, the same in each run
            let inquiry = try Decisions.inquiry(kind, rule)
            unsafe peer_lookup_add_request(
                lookup, Decisions.number(Decisions.object(kind, rule)), Decisions.unit(kind, rule))
            // Whoever decides wrongly must not be compared.
            guard judge.decide(inquiry).rule?.line == rule + 1,
                unsafe peer_lookup_line(lookup, request) == UInt32(rule + 1),
                request >= Self.naiveRequestCount || naive.first(inquiry)?.rule == rule
            else { throw MeasureError("\(name): rule \(rule + 1) did not decide") }
            inquiries.append(inquiry)
        }
    }

    deinit { unsafe peer_lookup_free(lookup) }

    /// Beside the look-up in C.
    func besideLookup() throws(MeasureError) -> Comparison {
        try Comparison.time(
            name, count: inquiries.count, ours: { [self] in judgeAll(inquiries.count) },
            peer: { [self] in unsafe peer_lookup_all(lookup) })
    }

    /// Beside the same rules, tried one after the other.
    func besideNaive() throws(MeasureError) -> Comparison {
        let count = Self.naiveRequestCount
        return try Comparison.time(
            name, count: count, ours: { [self] in judgeAll(count) },
            peer: { [self] in
                var allowed: UInt64 = 0
                for index in 0..<count where naive.first(inquiries[index])?.allows == true { allowed += 1 }
                return allowed
            })
    }

    /// How many times as long this takes as the same with fewer rules, ours and C's. Each turn is compared with its
    /// neighbour in time only.
    func beside(_ few: DecisionCase) throws(MeasureError) -> Comparison {
        let count = inquiries.count
        let ours = try Timed(count: count) { [self] in judgeAll(count) }
        let fewOurs = try Timed(count: count) { few.judgeAll(count) }
        let peer = try Timed(count: count) { [self] in unsafe peer_lookup_all(lookup) }
        let fewPeer = try Timed(count: count) { unsafe peer_lookup_all(few.lookup) }
        var times: (ours: [Double], peer: [Double]) = ([], [])
        for _ in 0..<Self.flatnessTurns {
            times.ours.append(try ours.nanoseconds() / fewOurs.nanoseconds())
            times.peer.append(try peer.nanoseconds() / fewPeer.nanoseconds())
        }
        return Comparison(
            "\(kind.rawValue), \(rules) rules to \(few.rules)", unit: "x", ours: times.ours, peer: times.peer)
    }

    /// How many of the requests are allowed.
    func judgeAll() -> UInt64 { judgeAll(inquiries.count) }

    private func judgeAll(_ count: Int) -> UInt64 {
        // The class's own are looked up once.
        let (judge, inquiries) = (judge, inquiries)
        let span = inquiries.span
        var allowed: UInt64 = 0
        for index in 0..<count where judge.decide(span[index]).verdict == .allow { allowed += 1 }
        return allowed
    }
}
