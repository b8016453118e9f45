public import DOEPolicy
public import DOERecord
public import DOEWords

/// Gathers from records what was refused or warned, and proves rules for it.
public struct SuggestionBuilder: Sendable {
    /// More rules than these nobody reviews.
    private static let suggestionLimit = 500
    /// A forged journal must not fill the memory.
    private static let questionLimit = 100_000

    /// What is recorded of one question that rules answer.
    private struct Asked {
        /// How often it was refused or warned, and when.
        var missed = Occurrences()
        var what: String
        var then: [String] = []
    }

    private var asked: [RecordedInquiry: Asked] = [:]
    private var result: Suggestions
    /// Now: rules may end, and what one that has ended let pass is missed.
    private let time: Timestamp

    /// A builder without records, for rules as they are at a time.
    public init(source: TrailSource, at time: Timestamp) {
        result = Suggestions(source: "\(source)")
        self.time = time
    }

    /// Reads records and makes suggestions.
    ///
    /// - Parameters:
    ///   - policy: the rules in force.
    ///   - time: now.
    ///   - load: loads them with a file before them.
    public static func run(
        on reader: RecordReader, under policy: Policy, at time: Timestamp, with load: (RuleFile) throws -> Policy
    ) throws -> Suggestions {
        let empty = SuggestionBuilder(source: reader.source, at: time)
        var builder = empty
        let notes = try reader.read(again: { builder = empty }) { builder.add($0) }
        return try builder.finish(notes, under: policy, with: load)
    }

    /// Takes one record; those that are not about an exchange are passed over.
    public mutating func add(_ record: Record) {
        guard let exchange = RecordedExchange(record) else { return }
        result.exchanges = result.exchanges.addingCapped(record.eventCount)
        // Where rules have no say, no rule could help, and none could do harm.
        guard exchange.beyondRules == nil, let inquiry = exchange.inquiry, let then = exchange.then else { return }
        guard asked[inquiry] != nil || asked.count < Self.questionLimit else { return }
        result.proven = result.proven.addingCapped(record.eventCount)
        var question = asked[inquiry] ?? Asked(what: record.withoutTCPUser.exchangeText)
        if isWanted(record, exchange, then) {
            question.missed.add(record)
            let words = "\(then) by \(exchange.decidedBy)"
            if !question.then.contains(words), question.then.count < 5 { question.then.append(words) }
        }
        asked[inquiry] = question
    }

    private func isWanted(_ record: Record, _ exchange: RecordedExchange, _ then: Verdict) -> Bool {
        guard then == .deny || then == .warn, record.road == .proxy else { return false }
        // What is compliance, or was taken for an attempt at it, nobody is helped to.
        return record.objectClass != .compliance && record.event != .complianceRefused
            && exchange.decidedBy != "gatekeeper" && !record.taint.contains(.complianceAttempted)
    }
}

// MARK: The proof

extension SuggestionBuilder {
    /// The result; `notes` is what the reader found beside the records. Throws what `load` throws.
    public consuming func finish(
        _ notes: RecordReader.Notes = RecordReader.Notes(), under policy: Policy,
        with load: (RuleFile) throws -> Policy
    ) throws -> Suggestions {
        result.foreign = notes.foreign
        result.unread = notes.unread
        result.newer = notes.newer
        result.unreadable = notes.unreadable
        result.ringProblem = notes.ringProblem
        result.firstFile = policy.files.first
        let judge = Judge(policy)
        let before = asked.reduce(into: [RecordedInquiry: JudgedAnew]()) {
            $0[$1.key] = judge.judgeAnew($1.key.at(time))
        }
        var rules = candidates(before)
        while !rules.isEmpty {
            let file = RuleFile(path: "suggested.rules", text: rules.map { "\($0.text)\n" }.joined())
            let wrong = wrongLines(of: rules, Judge(try load(file)), before, file.path)
            if wrong.isEmpty { break }
            for (index, rule) in rules.enumerated() {
                guard let why = wrong[index] else { continue }
                omit(rule.inquiries, because: why)
            }
            rules = rules.enumerated().filter { wrong[$0.offset] == nil }.map(\.element)
        }
        for rule in rules { add(rule, before) }
        result.omitted.sort { ($1.seen.count, $0.what) < ($0.seen.count, $1.what) }
        return result
    }

    /// One rule, and the questions that it is meant for.
    private struct Candidate {
        let rule: SuggestedRule
        var inquiries: [RecordedInquiry]
        var seen: Occurrences
        var text: String { rule.description }

        func isBefore(_ other: Candidate) -> Bool {
            (other.seen.count, text) < (seen.count, other.text)
        }
    }

    /// The rules for what was refused or warned and still would be, those that were missed most often first.
    private mutating func candidates(_ before: [RecordedInquiry: JudgedAnew]) -> [Candidate] {
        var candidates: [SuggestedRule: Candidate] = [:]
        for (inquiry, question) in asked where question.missed.count > 0 && before[inquiry]?.decision?.verdict != .allow
        {
            if before[inquiry]?.decision?.objectClass == .malformed {
                omit([inquiry], because: "it is malformed, and no rule lets such pass")
                continue
            }
            do throws(SuggestedRule.Impossible) {
                let rule = try SuggestedRule(for: inquiry)
                var candidate = candidates[rule] ?? Candidate(rule: rule, inquiries: [], seen: Occurrences())
                candidate.inquiries.append(inquiry)
                candidate.seen.add(question.missed)
                candidates[rule] = candidate
            } catch {
                omit([inquiry], because: error.description)
            }
        }
        let sorted = candidates.values.sorted { $0.isBefore($1) }
        for rule in sorted.dropFirst(Self.suggestionLimit) {
            omit(rule.inquiries, because: "there are \(Self.suggestionLimit) rules before it: take these first")
        }
        return Array(sorted.prefix(Self.suggestionLimit))
    }

    /// Which rules do not what they should, and why: each must allow what it is for, and change nothing else.
    private func wrongLines(
        of rules: [Candidate], _ judge: Judge, _ before: [RecordedInquiry: JudgedAnew], _ file: String
    ) -> [Int: String] {
        var wrong: [Int: String] = [:]
        var wanted: [RecordedInquiry: Int] = [:]
        for (index, rule) in rules.enumerated() { for inquiry in rule.inquiries { wanted[inquiry] = index } }
        for inquiry in asked.keys {
            let after = judge.judgeAnew(inquiry.at(time))
            if let index = wanted[inquiry] {
                guard after.decision?.verdict != .allow else { continue }
                wrong[index] =
                    "the rule for it would not have allowed it, since something that rules ask for was unknown"
            } else if after.verdicts != before[inquiry]?.verdicts {
                for decision in after.possible {
                    guard let rule = decision.rule, rule.file == file, rules.indices.contains(rule.line - 1) else {
                        continue
                    }
                    wrong[rule.line - 1] =
                        "the rule for it would also have changed \(asked[inquiry]?.what ?? "another exchange")"
                }
            }
        }
        return wrong
    }

    private mutating func omit(_ inquiries: [RecordedInquiry], because why: String) {
        for inquiry in inquiries {
            guard let question = asked[inquiry] else { continue }
            result.omitted.append(Suggestions.Omission(what: question.what, why: why, seen: question.missed))
        }
    }

    private mutating func add(_ rule: Candidate, _ before: [RecordedInquiry: JudgedAnew]) {
        let questions = rule.inquiries.compactMap { asked[$0] }.sorted { $0.what < $1.what }
        var then: [String] = []
        for words in questions.flatMap(\.then) where !then.contains(words) { then.append(words) }
        let more = questions.count - 1
        let others = more > 0 ? ", and \(more) more that only differ in what the rule does not ask for" : ""
        let now = rule.inquiries.compactMap { before[$0] }.min { $0.decidedBy < $1.decidedBy }
        result.suggestions.append(
            Suggestions.Suggestion(
                rule: rule.text, what: (questions.first?.what ?? "an exchange") + others, then: then,
                now: now?.decision?.sentence
                    ?? "it depends on \(now?.lacking.map(\.description).joined(separator: ", ") ?? "what is not recorded")",
                seen: rule.seen))
    }
}

extension Record {
    /// What rules can ask of a TCP client is the same for all of them, whoever was the first.
    fileprivate var withoutTCPUser: Record {
        var record = self
        if record[.clientTCPUID] != nil { record[.clientTCPUID] = "unknown" }
        return record
    }
}
