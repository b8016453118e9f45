internal import DOELinux
internal import DOEWords

/// Answers as their asker reads them: of a broker that was taken over nothing is believed that cannot be.
extension BrokerAnswer {
    /// Reads an answer; `nil` where it is none to that kind of request, or its descriptors are not those that belong to it.
    static func read(
        _ bytes: [UInt8], to kind: BrokerRequest.Kind, with descriptors: [Descriptor]
    ) -> BrokerAnswer? {
        let span = unsafe bytes.span.bytes
        var reader = WireReader()
        guard let header = reader.header(span), header.version == BrokerWire.version, header.kind == kind.rawValue
        else { return nil }
        let answer: BrokerAnswer?
        if header.status == 0 {
            answer = content(of: kind, &reader, span, descriptors)
        } else {
            answer = error(header.status, &reader, span).map { BrokerAnswer.no($0) }
        }
        guard let answer, reader.offset == bytes.count, answer.descriptors.count == descriptors.count else {
            return nil
        }
        return answer
    }

    /// The number of the request that it answers; `nil` where nobody can have asked.
    static func number(of bytes: [UInt8]) -> UInt64? {
        var reader = WireReader()
        return unsafe reader.header(bytes.span.bytes)?.number
    }

    private static func content(
        of kind: BrokerRequest.Kind, _ reader: inout WireReader, _ bytes: borrowing RawSpan,
        _ descriptors: [Descriptor]
    ) -> BrokerAnswer? {
        switch kind {
        case .config:
            guard let isWritable = reader.truth(bytes),
                let problem = reader.text(bytes, room: BrokerWire.sentenceRoom),
                let remedy = reader.text(bytes, room: BrokerWire.sentenceRoom), let file = descriptors.first,
                !isWritable || (problem.isEmpty && remedy.isEmpty)
            else { return nil }
            let obstacle = isWritable ? nil : Obstacle(problem, remedy: remedy.isEmpty ? nil : remedy)
            return .config(file, obstacle: obstacle)
        case .identity:
            guard let number = reader.number(Int32.self, bytes), let facts = reader.facts(bytes),
                let hasFile = reader.truth(bytes), let hasMemory = reader.truth(bytes),
                descriptors.count == (hasFile ? 1 : 0) + (hasMemory ? 1 : 0)
            else { return nil }
            return .identity(
                PassedIdentity(
                    number: number, facts: facts, file: hasFile ? descriptors.first : nil,
                    memory: hasMemory ? descriptors.last.map(AddressSpace.init(owning:)) : nil))
        case .user, .group:
            guard let isThere = reader.truth(bytes), let id = reader.number(UInt32.self, bytes),
                isThere || id == 0
            else { return nil }
            return .account(isThere ? id : nil)
        case .kernelLog, .kernelFile, .kernelCDAT, .arm, .armsWatch, .armsCheck:
            return descriptors.first.map { .file($0) }
        case .armsFiles:
            guard descriptors.count == 2 else { return nil }
            return .pair(descriptors[0], descriptors[1])
        case .writer:
            guard let group = reader.text(bytes, room: BrokerWire.groupRoom),
                let program = reader.text(bytes, room: BrokerWire.programRoom)
            else { return nil }
            return .place(group: group.isEmpty ? nil : group, program: program.isEmpty ? nil : program)
        case .version: return reader.text(bytes, room: BrokerWire.versionRoom).map { .version($0) }
        case .kernelTaint, .armsFunctions, .beginCanary, .endCanary, .disarm, .leave: return .done
        }
    }

    private static func error(
        _ status: UInt32, _ reader: inout WireReader, _ bytes: borrowing RawSpan
    ) -> BrokerError? {
        guard let reason = BrokerError.Reason(rawValue: status), let number = reader.number(Int32.self, bytes),
            let problem = reader.text(bytes, room: BrokerWire.sentenceRoom),
            let remedy = reader.text(bytes, room: BrokerWire.sentenceRoom)
        else { return nil }
        return BrokerError(reason, errno: number, problem, remedy: remedy.isEmpty ? nil : remedy)
    }
}
