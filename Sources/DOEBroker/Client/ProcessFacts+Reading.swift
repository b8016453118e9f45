internal import DOELinux
internal import DOEWords

/// The facts of a process as their asker reads them.
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

extension FactForm {
    fileprivate func fact<Value: Hashable & Sendable>(_ value: Value) -> Fact<Value> {
        switch self {
        case .known: .known(value)
        case .none: .none
        case .unknown: .unknown
        }
    }
}
