internal import DOEWords

/// Whether each fact was known, is none or unknown, in the order in which they are put and taken: two bits each.
struct FactStates {
    private(set) var bits: UInt32 = 0
    private var shift: UInt32 = 0

    init(bits: UInt32 = 0) { self.bits = bits }

    mutating func number<Value, Number: FixedWidthInteger>(_ fact: Fact<Value>, _ number: (Value) -> Number) -> Number {
        note(fact)
        return fact.value.map(number) ?? 0
    }

    mutating func name(_ fact: Fact<String>) -> String? {
        note(fact)
        return fact.value
    }

    mutating func take<Value>(_ value: () -> Value) -> Fact<Value> {
        defer { shift += 2 }
        return switch bits >> shift & 3 {
        case 1: .known(value())
        case 2: .unknown
        default: .none
        }
    }

    private mutating func note<Value>(_ fact: Fact<Value>) {
        let state: UInt32 =
            switch fact {
            case .none: 0
            case .known: 1
            case .unknown: 2
            }
        bits |= state << shift
        shift += 2
    }
}
