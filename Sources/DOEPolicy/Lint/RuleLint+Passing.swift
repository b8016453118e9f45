internal import DOEWords

// What a rule says that does not last, or hardly ever was: its own end, numbers that are given to one after the
// other, more of a container's id than anybody has.
extension RuleLint {
    /// Who writes a later year than this most likely wrote a wrong one.
    private static let yearsAhead: UInt64 = 10

    /// Why a rule matches nothing any more.
    func ended(_ rule: CompiledRule) -> String? {
        rule.end.flatMap { $0 <= time ? "it ended at \($0.point)" : nil }
    }

    func end(_ rule: CompiledRule) -> Finding? {
        let latest = Timestamp(microseconds: time.microseconds + Self.yearsAhead * 366 * 86_400_000_000)
        guard let end = rule.end, end > latest else { return nil }
        return Finding(
            message: "this rule ends at \(end.point), more than \(Self.yearsAhead) years from now",
            remedy: "mend the year, or leave until= out")
    }

    /// What systemd gives while something runs: to users of the host that a container sees, to greeters, to services, to
    /// containers, and to what is in foreign images (systemd's "Users, Groups, UIDs and GIDs").
    private static let passingNumbers = NumberRanges([
        60_514...60_577, 60_578...60_705, 61_184...65_519, 524_288...1_879_048_191, 2_147_352_576...2_147_418_111,
    ])
    /// What systemd-homed gives to a user when his home comes to a host; the same.
    private static let homeNumbers = NumberRanges([60_001...60_513])
    private static let passingOrHome = NumberRanges(passingNumbers.ranges + homeNumbers.ranges)

    /// An engine's commands print more digits, or all; but somebody may also have called a container so.
    func longID(_ rule: CompiledRule) -> Finding? {
        guard let name = rule.texts(.container)?.exact.map(\.string).filter(ContainerName.isLongPiece).min() else {
            return nil
        }
        return Finding(
            message: "'\(name)' looks like more of a container's id than records have, and then the rule never matches",
            remedy: "write its first 12 digits: container=\(name.prefix(12))")
    }

    /// Numbers that are nobody's for good. A range that has others too may be meant.
    func passing(_ rule: CompiledRule) -> Finding? {
        for condition in rule.conditions {
            guard case .numbers(let numbers) = condition.test else { continue }
            let ranges = numbers.exact.sorted().map { $0...$0 } + (numbers.range.map { [$0] } ?? [])
            for range in ranges {
                if let finding = passing(range, condition) { return finding }
            }
        }
        return nil
    }

    private func passing(_ range: ClosedRange<UInt32>, _ condition: CompiledCondition) -> Finding? {
        let one = NumberRanges([range])
        guard one.isSubset(of: Self.passingOrHome) else { return nil }
        let text = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
        let subject =
            condition.hasWritten(range)
            ? "\(condition.key.word) \(text)" : "the number \(text), which \(condition.words) stands for now,"
        if one.isSubset(of: Self.passingNumbers) {
            return Finding(
                message: "\(subject) is given to a service or a container while it runs, and to another one later",
                remedy: "name the service: unit=")
        }
        // A name stays whoever's home it is.
        guard condition.hasWritten(range) else { return nil }
        if one.isSubset(of: Self.homeNumbers) {
            return Finding(
                message: "\(subject) is given by systemd-homed, and another host gives it to somebody else",
                remedy: condition.key == .loginUID
                    ? "leave it out, and name whom you mean: user= or group=" : "name whom you mean: user= or group=")
        }
        return Finding(
            message: "\(subject) is given by systemd-homed, to a service or to a container, and to another one later",
            remedy: "name whom you mean: user= or group=, or the service: unit=")
    }
}

extension CompiledCondition {
    /// Whether the number stands there itself, and no name for it.
    fileprivate func hasWritten(_ range: ClosedRange<UInt32>) -> Bool {
        guard key == .user || key == .group, range.count == 1 else { return true }
        return wanted.split { !$0.isNumber }.contains { $0 == "\(range.lowerBound)" }
    }
}

extension CompiledRule {
    /// When it ends.
    fileprivate var end: Timestamp? {
        for condition in conditions {
            if case .time(let end) = condition.test { return end }
        }
        return nil
    }
}
