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

    /// systemd's dynamic users, and those that it gives to containers (systemd's "Users, Groups, UIDs and GIDs").
    private static let passingNumbers: [ClosedRange<UInt32>] = [
        60_514...60_577, 61_184...65_519, 524_288...1_879_048_191,
    ]
    /// What systemd-homed gives to a user when his home comes to a host; the same.
    private static let homeNumbers: ClosedRange<UInt32> = 60_001...60_513

    /// An engine's commands print more digits, or all; but somebody may also have called a container so.
    func longID(_ rule: CompiledRule) -> Finding? {
        guard let name = rule.texts(.container)?.exact.map(\.string).filter(ContainerName.isLongPiece).min() else {
            return nil
        }
        return Finding(
            message: "'\(name)' looks like more of a container's id than records have, and then the rule never matches",
            remedy: "write its first 12 digits: container=\(name.prefix(12))")
    }

    func passing(_ rule: CompiledRule) -> Finding? {
        for condition in rule.conditions {
            guard case .numbers(let numbers) = condition.test, condition.key != .loginUID else { continue }
            let word = condition.key.word
            let ranges = numbers.exact.sorted().map { $0...$0 } + (numbers.range.map { [$0] } ?? [])
            for range in ranges {
                let text = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
                if Self.passingNumbers.contains(where: { $0.contains(range) }) {
                    return Finding(
                        message: "\(word) \(text) is given to a service or a container while it runs, and to another "
                            + "one later",
                        remedy: "name the service: unit=")
                }
                if Self.homeNumbers.contains(range) {
                    return Finding(
                        message:
                            "\(word) \(text) is given by systemd-homed, and another host gives it to somebody else",
                        remedy: "name whom you mean: user= or group=")
                }
            }
        }
        return nil
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
