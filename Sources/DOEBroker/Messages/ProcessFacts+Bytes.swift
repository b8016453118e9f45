internal import DOELinux
internal import DOEWords

/// The facts of a process in a message. What is too long for its field is unknown: a part of it would be another fact.
extension WireWriter {
    mutating func put(_ facts: ProcessFacts) {
        put(facts.loginUID)
        put(facts.session)
        putName(facts.programName, room: BrokerWire.programRoom)
        put(facts.unit, room: BrokerWire.unitRoom)
        put(facts.container, room: BrokerWire.containerRoom)
        put(facts.parent, room: BrokerWire.parentRoom)
    }

    private mutating func put(_ fact: Fact<UInt32>) {
        put(FactForm(fact).rawValue)
        put(fact.value ?? 0)
    }

    private mutating func put(_ fact: Fact<String>, room: Int) {
        let bytes = Array((fact.value ?? "").utf8)
        put(bytes.count > room ? FactForm.unknown.rawValue : FactForm(fact).rawValue)
        put(bytes, room: room)
    }

    private mutating func putName(_ name: [UInt8]?, room: Int) {
        put((name.map { $0.count <= room } ?? false ? FactForm.known : .unknown).rawValue)
        put(name ?? [], room: room)
    }
}

/// Which of the three a fact is, in a message.
enum FactForm: UInt8 {
    case none
    case known
    case unknown

    init<Value: Hashable & Sendable>(_ fact: Fact<Value>) {
        switch fact {
        case .known: self = .known
        case .none: self = .none
        case .unknown: self = .unknown
        }
    }
}
