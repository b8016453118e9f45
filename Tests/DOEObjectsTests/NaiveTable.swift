import TestSupport

@testable import DOEObjects

/// A CDAT written byte by byte as the specification lays it out, by nothing that the library has for that, and what
/// each of its structures says.
struct NaiveTable {
    var bytes: [UInt8]
    /// Where each structure starts, how long it is, and what it is.
    let structures: [(offset: Int, length: Int, content: CDATStructure)]

    static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(value / (0..<$0).reduce(1) { power, _ in power * 256 } % 256) }
    }

    /// A random one of so many structures, every type of them, header and checksum right.
    init(_ count: Int, using generator: inout SeededGenerator) {
        var body: [UInt8] = []
        var structures: [(offset: Int, length: Int, content: CDATStructure)] = []
        for _ in 0..<count {
            let (bytes, content) = Self.structure(using: &generator)
            structures.append((16 + body.count, bytes.count, content))
            body += bytes
        }
        let sequence = generator.next() % (1 << 32)
        bytes = Self.little(UInt64(16 + body.count), 4) + [1, 0, 0, 0, 0, 0, 0, 0] + Self.little(sequence, 4) + body
        bytes[5] = UInt8((256 - bytes.reduce(0) { $0 + Int($1) } % 256) % 256)
        self.structures = structures
    }

    private static func structure(
        using generator: inout SeededGenerator
    ) -> (bytes: [UInt8], content: CDATStructure) {
        let type = UInt8(generator.next() % 8)
        let handle = UInt8(generator.next() % 256)
        let flags = UInt8(generator.next() % 256)
        let kind = UInt8(generator.next() % 8)
        let (first, second) = (generator.next(), generator.next() >> (generator.next() % 64))
        // The numbers that mean something else than a measure come often.
        let entries = (0..<3).map { _ in [0, 0xffff, generator.next() % 65_536][Int(generator.next() % 3)] }
        let (one, two) = (little(first, 8), little(second, 8))
        switch type {
        case 0:
            return (
                [0, 0, 24, 0, handle, flags, 0, 0] + one + two,
                .memoryAffinity(.init(handle: handle, flags: flags, base: first, length: second))
            )
        case 1:
            return (
                [1, 0, 24, 0, handle, flags, kind, 0] + two + entries.flatMap { little($0, 2) } + [0, 0],
                .latencyBandwidth(
                    .init(
                        handle: handle, flags: flags, dataType: kind, baseUnit: second,
                        entries: (UInt16(entries[0]), UInt16(entries[1]), UInt16(entries[2]))))
            )
        case 2:
            return (
                [2, 0, 20, 0, handle, 0, 0, 0] + one + little(second % (1 << 32), 4),
                .memorySideCache(.init(handle: handle, size: first, attributes: UInt32(second % (1 << 32))))
            )
        case 3: return ([3, 0, 8, 0, flags, handle, 0, 0], .initiator(.init(flags: flags, handle: handle)))
        case 4:
            return (
                [4, 0, 24, 0, handle, kind, 0, 0] + one + two,
                .memoryType(.init(handle: handle, memoryType: kind, offset: first, length: second))
            )
        case 5: return switchStructure(kind, second, entries, Int(generator.next() % 5))
        default:
            let noise = generator.bytes(Int(generator.next() % 12))
            return (
                [100 + type, 0, UInt8(4 + noise.count), 0] + noise, .unknown(.init(type: 100 + type, body: noise))
            )
        }
    }

    private static func switchStructure(
        _ kind: UInt8, _ unit: UInt64, _ entries: [UInt64], _ count: Int
    ) -> (bytes: [UInt8], content: CDATStructure) {
        let pairs: [(x: UInt64, y: UInt64, value: UInt64)] = (0..<count).map { index in
            ([0x100, 0xffff, 7][index % 3], UInt64(index), entries[index % 3])
        }
        let bytes: [UInt8] = pairs.flatMap { little($0.x, 2) + little($0.y, 2) + little($0.value, 2) + [0, 0] }
        return (
            [5, 0, UInt8(16 + bytes.count), 0, kind, 0, 0, 0] + little(unit, 8) + bytes,
            .switchLatencyBandwidth(
                .init(
                    dataType: kind, baseUnit: unit,
                    entries: pairs.map { .init(portX: UInt16($0.x), portY: UInt16($0.y), value: UInt16($0.value)) }))
        )
    }
}
