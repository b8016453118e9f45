internal import CPeers
internal import DOEAssembly
internal import DOETrace
internal import DOEWords
internal import Glibc

/// Decoding the pages that probes wrote on real kernels, beside C.
enum Trace {
    /// The captures' names of probes; what a witness would not make is left out, and both skip it.
    private static let roles: [String: ProbeRole] = [
        "cfgw": .fileWrite, "uwd": .write32, "urd": .read32, "urd_ret": .readEnded, "cfgr": .canary,
    ]

    static func measure(
        _ folder: String
    ) throws(MeasureError) -> (decode: [Comparison], whole: [(kernel: String, nanoseconds: Double)]) {
        var rows: [Comparison] = []
        var whole: [(kernel: String, nanoseconds: Double)] = []
        for kernel in ["6.1", "6.12", "7.3"] {
            let pages =
                try file("\(folder)/\(kernel)/setpci/cpu0") + file("\(folder)/\(kernel)/setpci/cpu1")
            rows.append(try compare(kernel, pages, folder: "\(folder)/\(kernel)"))
            whole.append((kernel, try wholeWay(kernel, pages, folder: "\(folder)/\(kernel)")))
        }
        return (rows, whole)
    }

    /// From a page's bytes to exchanges.
    private static func wholeWay(
        _ kernel: String, _ pages: [UInt8], folder: String
    ) throws(MeasureError) -> Double {
        var (decoder, _) = try learned(folder)
        var events: [TracedEvent] = []
        guard let function = FunctionAddress("0000:0d:00.0") else { throw MeasureError("no function") }
        func pass() -> UInt64 {
            events.removeAll(keepingCapacity: true)
            let span = unsafe pages.span.bytes
            for offset in stride(from: 0, to: pages.count, by: decoder.pageSize) {
                _ = decoder.decode(page: span.extracting(offset..<offset + decoder.pageSize), into: &events)
            }
            var (merger, assembler) = (TraceMerger(), Assembler(showsReads: kernel != "6.1") { _ in false })
            var count = assembler.watch([function: [0x190]]).count
            for event in merger.merge(events, began: .max) { count += assembler.take(event).count }
            return UInt64(count + assembler.finish().count)
        }
        guard pass() == 9 else { throw MeasureError("Linux \(kernel): not the nine exchanges that there are") }
        let timed = try Timed(count: events.count, pass)
        var times: [Double] = []
        for _ in 0..<Comparison.runs { times.append(try timed.nanoseconds()) }
        return Comparison.median(times)
    }

    private static func compare(
        _ kernel: String, _ pages: [UInt8], folder: String
    ) throws(MeasureError) -> Comparison {
        var (decoder, layouts) = try learned(folder)
        var events: [TracedEvent] = []
        func decode() -> UInt64 {
            events.removeAll(keepingCapacity: true)
            let span = unsafe pages.span.bytes
            for offset in stride(from: 0, to: pages.count, by: decoder.pageSize) {
                _ = decoder.decode(page: span.extracting(offset..<offset + decoder.pageSize), into: &events)
            }
            var sum: UInt64 = 0
            for event in events { sum &+= Self.sum(event) }
            return sum
        }
        _ = decode()
        return try Comparison.time(
            "decode an event, Linux \(kernel), \(events.count) of setpci", count: events.count, ours: decode,
            peer: { unsafe peer_trace_all(pages, pages.count / 4096, layouts, layouts.count) })
    }

    private static func learned(
        _ folder: String
    ) throws(MeasureError) -> (decoder: EventDecoder, layouts: [peer_layout]) {
        var (decoder, layouts) = (try decoder(folder), [peer_layout]())
        for (name, role) in roles {
            guard let text = try? file("\(folder)/events/\(name)") else { continue }
            let format = try format(text)
            do { try decoder.learn(format, as: role) } catch { throw MeasureError("\(error)") }
            layouts.append(layout(format, role))
        }
        return (decoder, layouts)
    }

    private static func decoder(_ folder: String) throws(MeasureError) -> EventDecoder {
        let text = String(decoding: try file("\(folder)/header_page"), as: UTF8.self)
        do { return EventDecoder(try PageHeader(text)) } catch { throw MeasureError("\(error)") }
    }

    private static func format(_ text: [UInt8]) throws(MeasureError) -> EventFormat {
        do { return try EventFormat(String(decoding: text, as: UTF8.self)) } catch { throw MeasureError("\(error)") }
    }

    private static func layout(_ format: EventFormat, _ role: ProbeRole) -> peer_layout {
        func field(_ name: String) -> EventField? { format.fields.first { $0.name == name } }
        var layout = peer_layout()
        layout.id = format.id
        layout.thread = UInt16(field("common_pid")?.offset ?? 0)
        layout.name = role.fields.contains("name") ? Int16(field("name")?.offset ?? 0) : -1
        let numbers = role.fields.compactMap(field).filter { $0.kind == .number }.map {
            peer_number(offset: UInt16($0.offset), size: UInt8($0.size), is_signed: $0.isSigned ? 1 : 0)
        }
        layout.count = UInt16(numbers.count)
        unsafe withUnsafeMutableBytes(of: &layout.numbers) { bytes in
            let places = unsafe bytes.bindMemory(to: peer_number.self)
            for (index, number) in numbers.enumerated() { unsafe places[index] = number }
        }
        return layout
    }

    private static func sum(_ event: TracedEvent) -> UInt64 {
        let content: UInt64 =
            switch event.access {
            case .fileWrite(let function, let offset, let count): sum(function) &+ offset &+ count
            case .write(let function, let offset, _, let value): sum(function) &+ UInt64(offset) &+ UInt64(value)
            case .read(let function, let offset): sum(function) &+ UInt64(offset)
            case .canary(let function, let offset): sum(function) &+ offset
            case .readEnded(let offset, let value, let result):
                UInt64(offset) &+ UInt64(value ?? 0) &+ UInt64(bitPattern: Int64(result))
            default: 0
            }
        return event.time &+ UInt64(bitPattern: Int64(event.thread)) &+ content
    }

    private static func sum(_ function: FunctionAddress) -> UInt64 {
        UInt64(function.domain) + UInt64(function.bus) + UInt64(function.device) + UInt64(function.function)
    }

    private static func file(_ path: String) throws(MeasureError) -> [UInt8] {
        guard let stream = unsafe fopen(path, "r") else { throw MeasureError("\(path) cannot be opened") }
        defer { unsafe fclose(stream) }
        var (content, count) = ([UInt8](), 0)
        repeat {
            var part = Array(repeating: UInt8(0), count: 4096)
            count = unsafe fread(&part, 1, part.count, stream)
            content += part[..<count]
        } while count > 0
        return content
    }
}
