import DOERecord
@testable import DOEReport
import TestSupport
import Testing

/// Random trails, each attack at every place of each: what was done is found, or it is said that it cannot be told.
@Suite("Attacks on a trail") struct TrailAttackTests {
    private static let attackCount = 10_000

    @Test("an untouched trail is whole, or what it lacks is said")
    func untouched() {
        var outcomes: [Verification.Outcome: Int] = [:]
        for seed in 0..<600 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let trail = AttackedTrail.random(&random)
            let outcome = trail.verify().outcome
            let expected: Verification.Outcome =
                trail.hasLoss ? .accounted : trail.known == .nothing ? .unanchored : .whole
            #expect(outcome == expected, "seed \(seed)")
            outcomes[outcome, default: 0] += 1
        }
        // None of them stands for another.
        for outcome in [Verification.Outcome.whole, .unanchored, .accounted] {
            #expect(outcomes[outcome, default: 0] > 50, "\(outcomes)")
        }
    }

    @Test("each of 10,000 attacks is found, or it is said that it cannot be told")
    func attacks() {
        var counts: [Attack: Int] = [:]
        var answers: [Verification.Outcome: Int] = [:]
        var seed: UInt64 = 0
        while counts.values.reduce(0, +) < Self.attackCount {
            var random = SeededGenerator(seed: seed)
            let trail = AttackedTrail.random(&random)
            let before = trail.verify()
            for attack in Attack.allCases {
                for index in trail.entries.indices {
                    var attacked = trail
                    guard let deed = attack.strike(&attacked, at: index) else { continue }
                    counts[attack, default: 0] += 1
                    let check = attacked.verify()
                    answers[check.outcome, default: 0] += 1
                    let complaint = deed.isHarmless ? changes(before, check) : claims(check, after: deed)
                    if let complaint {
                        Issue.record("seed \(seed), \(attack) at \(index) of \(trail.known): \(complaint)")
                        return
                    }
                }
            }
            seed += 1
        }
        #expect(counts.keys.count == Attack.allCases.count, "\(counts)")
        #expect(answers[.broken, default: 0] > answers[.unknown, default: 0], "most are found: \(answers)")
    }

    /// What the check says of the trail that is not so, if anything.
    private func claims(_ check: Verification, after deed: Attack.Deed) -> String? {
        if deed.isContradiction { return check.outcome == .broken ? nil : "it is \(check.outcome)" }
        if check.outcome == .broken || check.outcome == .unknown { return nil }
        if deed.isSeen { return "nothing of it is seen: \(check.outcome)" }
        if deed.isNeverWhole, check.outcome == .whole { return "it is whole" }
        if deed.isNeverWhole, check.outcome == .accounted, deed.deleted.isEmpty { return "a loss accounts for it" }
        for place in deed.deleted {
            // What it says nothing of it does not claim.
            guard let row = row(of: place, check) else {
                // One before and one after it are there: so it was there too.
                let others = check.instances.filter { $0.machine == place.key.machine }.map(\.instance)
                let name = place.key.instance
                let isBetween = others.contains { $0 < name } && others.contains { $0 > name }
                if isBetween, check.outcome != .accounted { return "it has not seen that all of \(place.key) is gone" }
                continue
            }
            guard place.sequence >= row.first else {
                // Only the oldest of all that is there may lack its beginning.
                let oldest = check.instances.first { $0.machine == row.machine }
                if oldest?.instance != row.instance { return "it has not seen that \(place) is missing" }
                continue
            }
            guard place.sequence > row.last, isOpen(row), check.outcome != .whole else {
                return "it claims \(place), which was deleted"
            }
        }
        for place in deed.changed {
            guard let row = row(of: place, check), place.sequence >= row.first else { continue }
            // The last one has none after it that would show what it was; whoever chains anew changes those as well.
            let isShown = check.outcome == .whole || !isOpen(row)
            if isShown { return "it claims \(place), which was changed" }
            let hasNext = !deed.isChained && place.sequence < row.last
            if hasNext { return "it has not seen that \(place) does not fit" }
        }
        return nil
    }

    /// Whether nothing is said of its end, or that it may be lost.
    private func isOpen(_ row: Verification.Instance) -> Bool { row.end == nil || row.outcome == .accounted }

    private func row(of place: AttackedTrail.Place, _ check: Verification) -> Verification.Instance? {
        check.instances.first { $0.instance == place.key.instance && $0.machine == place.key.machine }
    }

    /// What is told differently although nothing that counts was done.
    private func changes(_ before: Verification, _ after: Verification) -> String? {
        func told(_ check: Verification) -> [String] {
            check.instances.map {
                "\($0.machine ?? "") \($0.instance) \($0.first) \($0.last) \($0.records) \($0.outcome)"
            }
            .sorted() + ["\(check.outcome) \(check.records) \(check.losses.sorted()) \(check.doubts)"]
        }
        return told(before) == told(after) ? nil : "\(told(before)) became \(told(after))"
    }
}
