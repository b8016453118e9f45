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

extension WireReader {
    mutating func facts(_ bytes: borrowing RawSpan) -> ProcessFacts? {
        guard let loginUID = numberFact(bytes), let session = numberFact(bytes),
            let form = form(bytes), form != .none, let name = content(bytes, room: BrokerWire.programRoom),
            let unit = textFact(bytes, BrokerWire.unitRoom), let container = textFact(bytes, BrokerWire.containerRoom),
            let parent = textFact(bytes, BrokerWire.parentRoom), form == .known || name.isEmpty
        else { return nil }
        return ProcessFacts(
            loginUID: loginUID, session: session, programName: form == .known ? name : nil, unit: unit,
            container: container, parent: parent)
    }

    private mutating func form(_ bytes: borrowing RawSpan) -> FactForm? {
        number(UInt8.self, bytes).flatMap(FactForm.init(rawValue:))
    }

    private mutating func numberFact(_ bytes: borrowing RawSpan) -> Fact<UInt32>? {
        guard let form = form(bytes), let value = number(UInt32.self, bytes), form == .known || value == 0 else {
            return nil
        }
        return form.fact(value)
    }

    private mutating func textFact(_ bytes: borrowing RawSpan, _ room: Int) -> Fact<String>? {
        guard let form = form(bytes), let value = text(bytes, room: room), form == .known || value.isEmpty else {
            return nil
        }
        return form.fact(value)
    }
}

/// Which of the three a fact is, in a message.
private enum FactForm: UInt8 {
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

    func fact<Value: Hashable & Sendable>(_ value: Value) -> Fact<Value> {
        switch self {
        case .known: .known(value)
        case .none: .none
        case .unknown: .unknown
        }
    }
}
