import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

@Suite("Coherent Device Attribute Table")
struct CDATTests {
    /// One of each structure.
    static let whole = CoherentDeviceAttributeTable(
        revision: 1, sequence: 0x0102_0304,
        structures: [
            .memoryAffinity(MemoryAffinityStructure(handle: 1, flags: 0x4c, base: 0x1000, length: 0x2_0000_0000)),
            .latencyBandwidth(
                LatencyBandwidthStructure(handle: 1, flags: 2, dataType: 1, baseUnit: 10_000, entries: (15, 16, 17))),
            .memorySideCache(MemorySideCacheStructure(handle: 1, size: 0x1122_3344_5566_7788, attributes: 0x99aa_bbcc)),
            .initiator(InitiatorStructure(flags: 1, handle: 1)),
            .memoryType(MemoryTypeStructure(handle: 1, memoryType: 2, offset: 0x10, length: 0x20)),
            .switchLatencyBandwidth(
                SwitchLatencyBandwidthStructure(
                    dataType: 3, baseUnit: 1000,
                    entries: [
                        .init(portX: SwitchLatencyBandwidthStructure.upstreamPort, portY: 1, value: 9),
                        .init(portX: SwitchLatencyBandwidthStructure.anyPort, portY: 2, value: 8),
                    ])),
            .unknown(UnknownStructure(type: 9, body: [1, 2, 3, 4, 5])),
        ])

    /// The same table's bytes, put together by hand from the specification's layouts.
    static let wholeBytes: [UInt8] = {
        var bytes: [UInt8] = [165, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1]
        bytes += [0, 0, 24, 0, 1, 0x4c, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]
        bytes += [1, 0, 24, 0, 1, 2, 1, 0, 0x10, 0x27, 0, 0, 0, 0, 0, 0, 15, 0, 16, 0, 17, 0, 0, 0]
        bytes += [2, 0, 20, 0, 1, 0, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0xcc, 0xbb, 0xaa, 0x99]
        bytes += [3, 0, 8, 0, 1, 1, 0, 0]
        bytes += [4, 0, 24, 0, 1, 2, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0]
        bytes += [5, 0, 32, 0, 3, 0, 0, 0, 0xe8, 3, 0, 0, 0, 0, 0, 0]
        bytes += [0, 1, 1, 0, 9, 0, 0, 0, 0xff, 0xff, 2, 0, 8, 0, 0, 0]
        bytes += [9, 0, 9, 0, 1, 2, 3, 4, 5]
        bytes[0] = UInt8(bytes.count)
        return withChecksum(bytes)
    }()

    static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes[5] = 0
        bytes[5] = 0 &- bytes.reduce(0, &+)
        return bytes
    }

    @Test("every structure is written as the specification lays it out")
    func writes() {
        #expect(Self.whole.bytes == Self.wholeBytes)
        #expect(Self.whole.bytes.reduce(0, &+) == UInt8(0))
    }

    @Test("every structure is read with all its fields")
    func reads() throws {
        let table = try CoherentDeviceAttributeTable(bytes: Self.wholeBytes)
        #expect(table == Self.whole)
        #expect(
            table.structures.map(\.shortName) == ["DSMAS", "DSLBIS", "DSMSCIS", "DSIS", "DSEMTS", "SSLBIS", "type 9"])
        guard case .memoryAffinity(let range) = table.structures[0],
            case .latencyBandwidth(let speed) = table.structures[1],
            case .initiator(let initiator) = table.structures[3]
        else {
            Issue.record("other structures than were written")
            return
        }
        #expect(range.isNonVolatile && range.isShareable && range.isReadOnly)
        #expect(speed.kind == .readLatency && speed.kind?.unit == "ps")
        #expect(speed.entries == (15, 16, 17))
        #expect(initiator.hasAttachedMemory)
    }

    @Test("table access' entries are the table, cut")
    func entries() {
        #expect(Self.whole.entries.flatMap { $0 } == Self.wholeBytes)
        #expect(Self.whole.entries.map(\.count) == [16, 24, 24, 20, 8, 24, 32, 9])
    }

    @Test("a changed byte anywhere is an error: the checksum holds the table together")
    func corrupted() {
        for index in Self.wholeBytes.indices {
            var bytes = Self.wholeBytes
            bytes[index] ^= 0x10
            #expect(throws: ObjectError.self, "byte \(index)") { try CoherentDeviceAttributeTable(bytes: bytes) }
        }
    }

    @Test("a wrong checksum's error says which one would be right")
    func checksum() {
        var bytes = Self.wholeBytes
        let right = bytes[5]
        bytes[5] = right &+ 1
        let error = #expect(throws: ObjectError.self) { try CoherentDeviceAttributeTable(bytes: bytes) }
        #expect(error?.offset == 5)
        #expect(error?.expected.contains("checksum \(right.hex(digits: 2)),") == true)
        #expect(CoherentDeviceAttributeTable.checksumError(in: bytes) == error)
    }

    @Test("a table that ends early, or late, is an error at any length")
    func truncated() {
        for count in Self.wholeBytes.indices {
            #expect(throws: ObjectError.self, "\(count) bytes") {
                try CoherentDeviceAttributeTable(bytes: Array(Self.wholeBytes.prefix(count)))
            }
        }
        #expect(throws: ObjectError.self) { try CoherentDeviceAttributeTable(bytes: Self.wholeBytes + [0]) }
    }

    @Test(
        "a structure with a length that cannot be is refused at its length field",
        arguments: [
            ([0, 0, 23, 0], 24, "a DSMAS length of 24 bytes"), ([1, 0, 20, 0], 24, "a DSLBIS length of 24"),
            ([2, 0, 24, 0], 24, "a DSMSCIS length of 20"), ([3, 0, 12, 0], 12, "a DSIS length of 8"),
            ([4, 0, 20, 0], 24, "a DSEMTS length of 24"), ([5, 0, 20, 0], 20, "16 + 8n"),
            ([5, 0, 12, 0], 12, "16 + 8n"), ([9, 0, 3, 0], 8, "4 to 8 bytes"), ([9, 0, 0, 0], 4, "4 to 4 bytes"),
            ([9, 0, 9, 0], 8, "4 to 8 bytes"), ([0, 0, 0xff, 0xff], 24, "4 to 24 bytes"),
        ] as [([UInt8], Int, String)])
    func lengths(header: [UInt8], room: Int, expected: String) {
        let body = header + Array(repeating: 0, count: room - 4)
        var bytes = UInt32(16 + room).littleEndianBytes + Array(repeating: 0, count: 12) + body
        bytes = Self.withChecksum(bytes)
        let error = #expect(throws: ObjectError.self) { try CoherentDeviceAttributeTable(bytes: bytes) }
        #expect(error?.offset == 18)
        #expect(error?.expected.contains(expected) == true, "\(String(describing: error))")
    }

    @Test("one to three bytes behind the last structure are no header", arguments: 1...3)
    func crumbs(count: Int) {
        let bytes = Self.withChecksum(
            UInt32(16 + count).littleEndianBytes + Array(repeating: 0, count: 12 + count))
        let error = #expect(throws: ObjectError.self) { try CoherentDeviceAttributeTable(bytes: bytes) }
        #expect(error?.offset == 16)
    }

    @Test("a table without structures is a table")
    func empty() throws {
        let table = CoherentDeviceAttributeTable(structures: [])
        #expect(try CoherentDeviceAttributeTable(bytes: table.bytes) == table)
    }

    @Test("a switch structure writes no more pairs than its length field can say")
    func manyPairs() throws {
        let pair = SwitchLatencyBandwidthStructure.Entry(portX: 1, portY: 2, value: 3)
        let structure = SwitchLatencyBandwidthStructure(
            dataType: 0, baseUnit: 1, entries: Array(repeating: pair, count: 9000))
        let table = CoherentDeviceAttributeTable(structures: [.switchLatencyBandwidth(structure)])
        let back = try CoherentDeviceAttributeTable(bytes: table.bytes)
        guard case .switchLatencyBandwidth(let read) = back.structures.first else {
            Issue.record("another structure than was written")
            return
        }
        #expect(read.entries.count == SwitchLatencyBandwidthStructure.maximumEntryCount)
    }

    @Test("a structure of a known type cannot be made as an unknown one")
    func unknownKnown() {
        #expect(UnknownStructure(unknownType: 5, body: []) == nil)
        #expect(UnknownStructure(unknownType: 6, body: []) != nil)
        #expect(UnknownStructure(unknownType: 6, body: Array(repeating: 0, count: 65_532)) == nil)
    }

    @Test("random tables come back as they were written")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<300 {
            let structures = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                Self.randomStructure(using: &generator)
            }
            let table = CoherentDeviceAttributeTable(
                revision: UInt8.random(in: 0...255, using: &generator),
                sequence: UInt32.random(in: 0...UInt32.max, using: &generator), structures: structures)
            #expect(try CoherentDeviceAttributeTable(bytes: table.bytes) == table)
        }
    }

    static func randomStructure(using generator: inout SeededGenerator) -> CDATStructure {
        let noise = generator.bytes(8)
        let (large, small) = (generator.next(), UInt16(truncatingIfNeeded: generator.next()))
        return switch noise[0] % 7 {
        case 0: .memoryAffinity(.init(handle: noise[1], flags: noise[2], base: large, length: large << 1))
        case 1:
            .latencyBandwidth(
                .init(
                    handle: noise[1], flags: noise[2], dataType: noise[3], baseUnit: large,
                    entries: (small, small ^ 1, small ^ 2)))
        case 2: .memorySideCache(.init(handle: noise[1], size: large, attributes: UInt32(small)))
        case 3: .initiator(.init(flags: noise[1], handle: noise[2]))
        case 4: .memoryType(.init(handle: noise[1], memoryType: noise[2], offset: large, length: large >> 3))
        case 5:
            .switchLatencyBandwidth(
                .init(
                    dataType: noise[1], baseUnit: large,
                    entries: (0..<Int(noise[2] % 5)).map { .init(portX: small, portY: UInt16($0), value: small) }))
        default: .unknown(.init(type: 6 + noise[1] % 250, body: Array(noise.prefix(Int(noise[2] % 9)))))
        }
    }
}
