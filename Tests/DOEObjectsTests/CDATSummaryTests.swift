@testable import DOEObjects
import Testing

@Suite("A CDAT structure in one line")
struct CDATSummaryTests {
    private func link(_ type: UInt8, unit: UInt64, _ entries: (UInt16, UInt16, UInt16)) -> String {
        CDATStructure.latencyBandwidth(
            LatencyBandwidthStructure(handle: 1, dataType: type, baseUnit: unit, entries: entries)
        ).summary
    }

    @Test("sizes have the largest unit that divides them, and are exact")
    func sizes() {
        func memory(_ length: UInt64) -> String {
            CDATStructure.memoryAffinity(MemoryAffinityStructure(handle: 0, base: 0, length: length)).summary
        }
        let sizes: [(UInt64, String)] = [
            (0, "0 bytes"), (1, "1 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1025, "1025 bytes"),
            (256 << 20, "256 MiB"), (3 << 30, "3 GiB"), (1 << 40, "1 TiB"), (1 << 63, "8388608 TiB"),
            (.max, "18446744073709551615 bytes"),
        ]
        for (length, text) in sizes { #expect(memory(length) == "handle 0, base 0x0, \(text)") }
    }

    @Test("a range says what it is")
    func flags() {
        let memory = MemoryAffinityStructure(handle: 7, flags: 0x4c, base: 0x1_0000_0000, length: 1 << 30)
        #expect(
            CDATStructure.memoryAffinity(memory).summary
                == "handle 7, base 0x100000000, 1 GiB, non-volatile, shareable, read-only")
        let other = MemoryAffinityStructure(handle: 7, flags: 0x30, base: 0, length: 1 << 30)
        #expect(
            CDATStructure.memoryAffinity(other).summary
                == "handle 7, base 0x0, 1 GiB, kept coherent by hardware, dynamic capacity")
    }

    @Test("latencies and bandwidths are entry times base unit, with their own units")
    func units() {
        #expect(link(1, unit: 10_000, (15, 0, 0)) == "handle 1, memory, read latency 150000 ps")
        #expect(link(3, unit: 1000, (16, 17, 0)) == "handle 1, memory, access bandwidth 16000 MB/s, 17000 MB/s")
        #expect(link(9, unit: 2, (5, 0, 0)) == "handle 1, memory, data type 9 10")
    }

    @Test("a device can say nothing, or more than fits a number, and nothing traps")
    func extremes() {
        #expect(link(0, unit: 1, (0, 0, 0)) == "handle 1, memory, access latency not provided")
        #expect(link(0, unit: 0, (5, 0, 0)) == "handle 1, memory, access latency not provided")
        #expect(link(0, unit: .max, (2, 0, 0)) == "handle 1, memory, access latency 2 x 18446744073709551615 ps")
        #expect(link(0, unit: .max, (1, 0, 0)) == "handle 1, memory, access latency 18446744073709551615 ps")
    }

    @Test("ffff is no number: what it stands for cannot be reached")
    func unreachable() {
        #expect(link(0, unit: 1000, (.max, 0, 0)) == "handle 1, memory, access latency unreachable")
        #expect(
            link(4, unit: .max, (7, .max, 0)).hasSuffix("read bandwidth 7 x 18446744073709551615 MB/s, unreachable"))
    }

    @Test("rows of one range differ by what their flags say")
    func hierarchy() {
        func words(_ flags: UInt8) -> String {
            CDATStructure.latencyBandwidth(
                LatencyBandwidthStructure(handle: 1, flags: flags, dataType: 0, baseUnit: 1, entries: (5, 0, 0))
            ).summary
        }
        #expect(words(0) == "handle 1, memory, access latency 5 ps")
        #expect(words(1) == "handle 1, cache of level 1, access latency 5 ps")
        #expect(words(0x33) == "handle 1, cache of level 3, for large transfers, not sequential, access latency 5 ps")
        #expect(words(4) == "handle 1, memory hierarchy 4, access latency 5 ps")
    }

    @Test("a switch says the ports of each pair, and what is between them")
    func ports() {
        let structure = CDATStructure.switchLatencyBandwidth(
            SwitchLatencyBandwidthStructure(
                dataType: 3, baseUnit: 1000,
                entries: [
                    .init(portX: SwitchLatencyBandwidthStructure.upstreamPort, portY: 1, value: 9),
                    .init(portX: SwitchLatencyBandwidthStructure.anyPort, portY: 2, value: .max),
                    .init(portX: 3, portY: 4, value: 0),
                ]))
        #expect(structure.summary == "access bandwidth, 3 pairs of ports")
        #expect(
            structure.details == [
                "upstream port to port 1: 9000 MB/s", "any port to port 2: unreachable",
                "port 3 to port 4: not provided",
            ])
    }

    @Test("the other structures name what they hold")
    func others() {
        let summaries = [
            CDATStructure.initiator(InitiatorStructure(flags: 1, handle: 2)),
            .initiator(InitiatorStructure(flags: 0, handle: 2)),
            .memoryType(MemoryTypeStructure(handle: 3, memoryType: 2, offset: 0x10, length: 0x20)),
            .memoryType(MemoryTypeStructure(handle: 3, memoryType: 1, offset: 0, length: 1 << 20)),
            .memoryType(MemoryTypeStructure(handle: 3, memoryType: 9, offset: 0, length: 1 << 20)),
            .memorySideCache(MemorySideCacheStructure(handle: 4, size: 1 << 20, attributes: 0x40_1112)),
            .memorySideCache(MemorySideCacheStructure(handle: 4, size: 1, attributes: 0x1f)),
            .switchLatencyBandwidth(
                SwitchLatencyBandwidthStructure(
                    dataType: 0, baseUnit: 1, entries: [.init(portX: 0, portY: 1, value: 9)])),
            .unknown(UnknownStructure(type: 9, body: [1, 2, 3])),
        ].map(\.summary)
        #expect(
            summaries == [
                "handle 2, with memory of its own", "handle 2, without memory of its own",
                "handle 3, EFI reserved memory, offset 0x10, 32 bytes",
                "handle 3, EFI conventional memory, specific purpose (EFI_MEMORY_SP), offset 0x0, 1 MiB",
                "handle 3, EFI memory type 9, offset 0x0, 1 MiB",
                "handle 4, cache of 1 MiB, level 1 of 2, direct mapped, write back, lines of 64 bytes",
                "handle 4, cache of 1 bytes, level 1 of 15, no associativity, no write policy, lines of 0 bytes",
                "access latency, 1 pair of ports",
                "3 bytes that nobody here can read",
            ])
    }
}
