package import DOEWords

/// What the daemon asks of the witness' arms. It names functions, and neither probes nor filters; what is watched of a
/// function the broker finds by itself.
package enum ArmsRequest: Hashable, Sendable {
    /// Functions that are to be watched, with the next `arm` or `watch`: these in place of what was named before, or
    /// these besides.
    case functions([FunctionAddress], areFirst: Bool)
    /// Arms, or takes over what was armed for the daemon before; and watches those that were named.
    case arm
    /// Watches those that were named, in place of those before.
    case watch
    /// Compares all with how it was left, and puts it right.
    case check
    /// Tells when this thread reads the first dword of a function without a mailbox.
    case beginCanary(FunctionAddress, thread: Int32)
    /// And no more.
    case endCanary
    /// Takes all away.
    case disarm
    /// The daemon goes, in order: what was armed stays for the next one, where the broker does.
    case leave
    /// Two of the files that are read, by the number of the pair.
    case files(UInt32)

    /// So many functions a message takes.
    package static let mostFunctions = 64
    /// So many can be named: as many as the programs' table has room for.
    package static let mostNamed = 16_000
}

extension ArmsRequest {
    func put(in writer: inout WireWriter) {
        switch self {
        case .functions(let functions, let areFirst):
            writer.put(areFirst)
            writer.put(UInt8(functions.count))
            for function in functions { writer.put(function) }
            writer.putZeros((Self.mostFunctions - functions.count) * BrokerWire.functionSize)
        case .beginCanary(let function, let thread):
            writer.put(function)
            writer.put(thread)
        case .files(let pair): writer.put(pair)
        case .arm, .watch, .check, .endCanary, .disarm, .leave: break
        }
    }

    static func read(
        _ kind: BrokerRequest.Kind, _ reader: inout WireReader, _ bytes: borrowing RawSpan
    ) -> ArmsRequest? {
        switch kind {
        case .armsFunctions: return functions(&reader, bytes)
        case .arm: return .arm
        case .armsWatch: return .watch
        case .armsCheck: return .check
        case .beginCanary:
            guard let function = reader.function(bytes), let thread = reader.number(Int32.self, bytes), thread > 0
            else { return nil }
            return .beginCanary(function, thread: thread)
        case .endCanary: return .endCanary
        case .disarm: return .disarm
        case .leave: return .leave
        case .armsFiles: return reader.number(UInt32.self, bytes).map { .files($0) }
        default: return nil
        }
    }

    private static func functions(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> ArmsRequest? {
        guard let areFirst = reader.truth(bytes), let count = reader.number(UInt8.self, bytes), count <= mostFunctions
        else { return nil }
        var functions: [FunctionAddress] = []
        for _ in 0..<count {
            guard let function = reader.function(bytes) else { return nil }
            functions.append(function)
        }
        guard reader.zeros(bytes, (mostFunctions - functions.count) * BrokerWire.functionSize) else { return nil }
        return .functions(functions, areFirst: areFirst)
    }

    var kind: BrokerRequest.Kind {
        switch self {
        case .functions: .armsFunctions
        case .arm: .arm
        case .watch: .armsWatch
        case .check: .armsCheck
        case .beginCanary: .beginCanary
        case .endCanary: .endCanary
        case .disarm: .disarm
        case .leave: .leave
        case .files: .armsFiles
        }
    }
}
