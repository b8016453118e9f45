internal import DOEWords

extension BrokerRequest {
    /// The message of this request.
    package func bytes(number: UInt64) -> [UInt8] {
        var writer = WireWriter()
        writer.putHeader(kind: kind.rawValue, status: 0, number: number)
        switch self {
        case .config(let address, let forReadingAlone):
            writer.put(address.domain)
            writer.put(address.bus)
            writer.put(address.device)
            writer.put(address.function)
            writer.put(forReadingAlone)
        case .user(let name), .group(let name): writer.put(Array(name.utf8), room: BrokerWire.nameRoom)
        case .kernelFile(let file): writer.put(file.rawValue)
        case .arms(let request): request.put(in: &writer)
        case .writer(let place): place.put(in: &writer)
        case .kernelCDAT(let function): writer.put(function)
        case .identity, .kernelLog, .kernelTaint, .version: break
        }
        return writer.bytes
    }

    /// What bytes are as a message.
    package enum Reading: Hashable, Sendable {
        case request(BrokerRequest, number: UInt64)
        /// None; the number is known where there was one.
        case garbage(String, number: UInt64)
    }

    /// Reads a message that anybody may have made.
    package static func read(_ bytes: [UInt8]) -> Reading {
        let span = unsafe bytes.span.bytes
        var reader = WireReader()
        guard let header = reader.header(span) else {
            return .garbage("a message of \(bytes.count) bytes is shorter than its header", number: 0)
        }
        func garbage(_ why: String) -> Reading { .garbage(why, number: header.number) }
        guard header.version == BrokerWire.version else {
            return garbage("a message of version \(header.version), and this program speaks \(BrokerWire.version)")
        }
        guard let kind = Kind(rawValue: header.kind) else { return garbage("no request has the kind \(header.kind)") }
        guard bytes.count == kind.requestSize, header.status == 0 else {
            return garbage("a request of the kind \(kind) has \(kind.requestSize) bytes, and no status")
        }
        guard let request = read(kind, &reader, span), reader.offset == bytes.count else {
            return garbage("a request of the kind \(kind) with a field that cannot be")
        }
        return .request(request, number: header.number)
    }

    private static func read(_ kind: Kind, _ reader: inout WireReader, _ bytes: borrowing RawSpan) -> BrokerRequest? {
        switch kind {
        case .config:
            guard let domain = reader.number(UInt32.self, bytes), let bus = reader.number(UInt8.self, bytes),
                let device = reader.number(UInt8.self, bytes), let function = reader.number(UInt8.self, bytes),
                let forReadingAlone = reader.truth(bytes),
                let address = FunctionAddress(domain: domain, bus: bus, device: device, function: function)
            else { return nil }
            return .config(address, forReadingAlone: forReadingAlone)
        case .user: return name(&reader, bytes).map { .user($0) }
        case .group: return name(&reader, bytes).map { .group($0) }
        case .kernelFile:
            return reader.number(UInt32.self, bytes).flatMap { KernelFile(rawValue: $0) }.map { .kernelFile($0) }
        case .identity: return .identity
        case .kernelLog: return .kernelLog
        case .kernelTaint: return .kernelTaint
        case .version: return .version
        case .armsFunctions, .arm, .armsWatch, .armsCheck, .beginCanary, .endCanary, .disarm, .leave, .armsFiles:
            return ArmsRequest.read(kind, &reader, bytes).map { .arms($0) }
        case .writer: return WriterPlace.read(&reader, bytes).map { .writer($0) }
        case .kernelCDAT: return reader.function(bytes).map { .kernelCDAT($0) }
        }
    }

    private static func name(_ reader: inout WireReader, _ bytes: borrowing RawSpan) -> String? {
        guard let name = reader.text(bytes, room: BrokerWire.nameRoom), !name.isEmpty, !name.utf8.contains(0) else {
            return nil
        }
        return name
    }
}

/// What every message begins with.
struct WireHeader: Hashable {
    let version: UInt16
    let kind: UInt16
    let status: UInt32
    let number: UInt64
}

extension WireWriter {
    mutating func putHeader(kind: UInt16, status: UInt32, number: UInt64) {
        put(BrokerWire.version)
        put(kind)
        put(status)
        put(number)
    }
}

extension WireReader {
    mutating func header(_ bytes: borrowing RawSpan) -> WireHeader? {
        guard let version = number(UInt16.self, bytes), let kind = number(UInt16.self, bytes),
            let status = number(UInt32.self, bytes), let number = number(UInt64.self, bytes)
        else { return nil }
        return WireHeader(version: version, kind: kind, status: status, number: number)
    }
}
