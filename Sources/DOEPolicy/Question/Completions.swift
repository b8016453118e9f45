internal import DOEObjects
internal import DOEWords

/// Asks judges a question with all that it does not tell filled in, as far as a fact makes a difference to one of them.
///
/// Each judge is asked with what is untold as unknown. Where he decides all the same, it is decided whatever that is.
/// Where he needs a fact, he is asked again with each value that rules tell apart. So what is found is all that there
/// is: no verdict is missed.
struct Completions {
    /// There is more to try than anybody would wait for.
    struct TooMany: Error {}

    /// How often a judge may be asked, and how many rules may be looked at.
    static let askLimit = 200_000
    static let ruleLimit = 20_000_000

    let judges: [Judge]
    private var search = TextSearch()
    private let limit: Int
    private var asked = 0
    private var lookedAt = 0

    init(_ judges: [Judge], askLimit: Int = askLimit) {
        self.judges = judges
        limit = askLimit
    }

    /// Visits every way in which it can come out, with the decision of each judge.
    mutating func walk(
        _ question: Question, _ visit: (Question, [Decision]) throws(TooMany) -> Void
    ) throws(TooMany) {
        asked += judges.count
        guard asked <= limit else { throw TooMany() }
        let decided = judges.map { $0.decideAsWhat(question.inquiry) }
        var needed: UInt32 = decided.map { $0.lacking & question.untold }.first { $0 != 0 } ?? 0
        // What such a request carries has a class of its own, whether or not a rule asks for names.
        if needed == 0, question.inquiry.maySpeakForOthers { needed = question.untold & RuleKey.spdm.bit }
        guard let key = RuleKey(rawValue: UInt8(needed.trailingZeroBitCount)) else {
            return try visit(question, decided.map(\.decision))
        }
        for choice in try choices(of: key, in: question) { try walk(choice, visit) }
    }

    /// The question with each value of an untold fact.
    mutating func choices(of key: RuleKey, in question: Question) throws(TooMany) -> [Question] {
        var facts = FactChoices(conditions: try conditions(on: key, question), search: search)
        let choices = facts.choices(of: key, in: question)
        search = facts.search
        guard let choices else { throw TooMany() }
        guard key == .spdm || key == .compliance else { return choices }
        // What no rule is asked about is no request.
        var requests: [Question] = []
        for choice in choices { if let request = try shaped(choice) { requests.append(request) } }
        return requests
    }

    /// The request with as many dwords as the object lines want; `nil` where it cannot have so many.
    private func shaped(_ question: Question) throws(TooMany) -> Question? {
        var question = question
        // A halt-all of version 0 reads as an object within the object, and would be judged as that too.
        if let request = question.inquiry.request, request.embeddedHeaders != EmbeddedHeaders(),
            let other = request.complianceRequest(version: 1)
        {
            question.inquiry.request = other
        }
        if isWellShaped(question.inquiry) { return question }
        guard let request = question.inquiry.request else { return nil }
        let stated = judges.compactMap { $0.policy.catalog.statedLengths(of: request.object)?.lengths.lengths }
        guard let least = stated.map(\.lowerBound).max(), least > request.dwordCount else { return nil }
        guard least <= Self.longestRequest else { throw TooMany() }
        let names = question.inquiry.requestNames
        for length in [least, least + 1] + request.publishedLengths where length > request.dwordCount {
            guard let longer = request.lengthened(to: length), longer.embeddedHeaders == EmbeddedHeaders() else {
                continue
            }
            question.inquiry.request = longer
            if isWellShaped(question.inquiry), question.inquiry.requestNames == names { return question }
        }
        return nil
    }

    /// In dwords: nobody would wait for much longer ones.
    private static let longestRequest = 2_048

    private func isWellShaped(_ inquiry: Inquiry) -> Bool {
        judges.allSatisfy { $0.misshape(of: inquiry, as: inquiry.judgedObject) == nil }
    }

    /// Of the rules that may match whatever is untold.
    private mutating func conditions(on key: RuleKey, _ question: Question) throws(TooMany) -> [CompiledCondition] {
        let inquiry = question.inquiry
        let subject = JudgedSubject(inquiry, object: inquiry.judgedObject, objectClass: .unknown, asked: 0)
        let hidesOthers = inquiry.request.map { !$0.embeddedHeaders.others.isEmpty } ?? false
        var found: [CompiledCondition] = []
        for judge in judges {
            lookedAt += judge.policy.rules.count
            guard lookedAt <= Self.ruleLimit else { throw TooMany() }
            for rule in judge.policy.rules where !rule.matchesNobody {
                let asking = rule.conditions.filter { $0.key.isOfOneFact(with: key) }
                guard !asking.isEmpty else { continue }
                let mayMatch = rule.conditions.allSatisfy { condition in
                    switch condition.key {
                    // Of these a request has several, one for each way of reading it.
                    case .objectClass, .spdm, .compliance: true
                    case .object where hidesOthers: true
                    default: condition.outcome(inquiry, subject) != .fails
                    }
                }
                if mayMatch { found += asking }
            }
        }
        return found
    }
}

extension Inquiry {
    /// Whether it is of an object whose requests may be vendor-defined, and of no one request.
    var maySpeakForOthers: Bool {
        request == nil && outOfBand == nil && (object == .spdm || object == .spdmWithConnection)
    }
}

extension RuleKey {
    /// Whether who tells one tells the other too.
    fileprivate func isOfOneFact(with other: RuleKey) -> Bool {
        asksTheSame(as: other) || (self == .mailbox && other == .address) || (self == .address && other == .mailbox)
    }
}
