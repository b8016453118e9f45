internal import DOEWords

/// One condition, ready for use.
struct CompiledCondition: Sendable {
    /// Whether a condition holds.
    enum Outcome: Hashable, Sendable {
        case holds
        case fails
        /// It asks for something that could not be learned.
        case unknown
    }

    let key: RuleKey
    let negated: Bool
    let test: ConditionTest
    /// The value as it is written, for explanations.
    var wanted: String

    /// Decides the condition for one inquiry.
    func outcome(_ inquiry: Inquiry, _ subject: JudgedSubject) -> Outcome {
        let fact: Fact<Bool> =
            switch test {
            case .words(let bits): words(inquiry, subject).map { bits & $0 != 0 }
            case .objects(let masks): .known(masks.contains { $0.contains(subject.object) })
            case .numbers(let numbers): self.numbers(inquiry, numbers)
            case .time(let end): inquiry.time.map { $0 < end }
            case .names(let texts):
                switch key == .spdm ? subject.spdm : subject.compliance {
                case .known(let names): .known(names.contains(where: texts.matches))
                case .none: .known(texts.none)
                case .unknown: .unknown
                }
            case .texts(let texts):
                switch inquiry.text(of: key) {
                case .known(let text): .known(texts.matches(text))
                case .none: .known(texts.none)
                case .unknown: .unknown
                }
            }
        guard let matches = fact.value else { return .unknown }
        return matches != negated ? .holds : .fails
    }

    private func words(_ inquiry: Inquiry, _ subject: JudgedSubject) -> Fact<UInt8> {
        switch key {
        case .objectClass: .known(subject.classBit)
        case .road: .known(subject.roadBit)
        case .mode: .known(subject.modeBit)
        default:
            switch inquiry.client.via {
            case .known(let transport): .known(WordBits.bit(transport))
            case .none: .known(WordBits.none)
            case .unknown: .unknown
            }
        }
    }

    private func numbers(_ inquiry: Inquiry, _ numbers: ConditionTest.Numbers) -> Fact<Bool> {
        if key == .group {
            return switch inquiry.client.groups {
            case .known(let groups) where !groups.isEmpty: .known(groups.contains(where: numbers.matches))
            case .known, .none: .known(numbers.none)
            case .unknown: .unknown
            }
        }
        return switch key == .loginUID ? inquiry.client.loginUID : inquiry.client.uid {
        case .known(let uid): .known(numbers.matches(uid))
        case .none: .known(numbers.none)
        case .unknown: .unknown
        }
    }
}
