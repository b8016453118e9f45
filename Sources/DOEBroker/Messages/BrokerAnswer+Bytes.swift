internal import DOELinux
internal import DOEWords

/// The status of an answer: 0 where it was done, else the reason's number.
extension BrokerAnswer {
    /// The message of this answer to a request of that kind.
    func bytes(kind: UInt16, number: UInt64) -> [UInt8] {
        var writer = WireWriter()
        guard case .no(let error) = self else {
            writer.putHeader(kind: kind, status: 0, number: number)
            putContent(&writer)
            return writer.bytes
        }
        writer.putHeader(kind: kind, status: error.reason.rawValue, number: number)
        writer.put(error.errno)
        writer.put(sentence: error.problem, room: BrokerWire.sentenceRoom)
        writer.put(sentence: error.remedy ?? "", room: BrokerWire.sentenceRoom)
        return writer.bytes
    }

    private func putContent(_ writer: inout WireWriter) {
        switch self {
        case .config(_, let obstacle):
            writer.put(obstacle == nil)
            writer.put(sentence: obstacle?.problem ?? "", room: BrokerWire.sentenceRoom)
            writer.put(sentence: obstacle?.remedy ?? "", room: BrokerWire.sentenceRoom)
        case .identity(let identity):
            writer.put(identity.number)
            writer.put(identity.facts)
            writer.put(identity.file != nil)
            writer.put(identity.memory != nil)
        case .account(let id):
            writer.put(id != nil)
            writer.put(id ?? 0)
        case .place(let group, let program):
            writer.put(group ?? "", room: BrokerWire.groupRoom)
            writer.put(program ?? "", room: BrokerWire.programRoom)
        case .version(let version): writer.put(version, room: BrokerWire.versionRoom)
        case .file, .pair, .done, .no: break
        }
    }
}
