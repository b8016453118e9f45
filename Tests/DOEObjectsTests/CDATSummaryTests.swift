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
    }

    @Test("latencies and bandwidths are entry times base unit, with their own units")
    func units() {
        #expect(link(1, unit: 10_000, (15, 0, 0)) == "handle 1, read latency 150000 ps")
        #expect(link(3, unit: 1000, (16, 17, 0)) == "handle 1, access bandwidth 16000 MB/s, 17000 MB/s")
        #expect(link(9, unit: 2, (5, 0, 0)) == "handle 1, data type 9 10")
    }

    @Test("a device can say nothing, or more than fits a number, and nothing traps")
    func extremes() {
        #expect(link(0, unit: 1, (0, 0, 0)) == "handle 1, access latency not given")
        #expect(link(0, unit: .max, (2, 0, 0)) == "handle 1, access latency 2 x 18446744073709551615")
        #expect(link(0, unit: .max, (1, 0, 0)) == "handle 1, access latency 18446744073709551615 ps")
    }

    @Test("the other structures name what they hold")
    func others() {
        let summaries = [
            CDATStructure.initiator(InitiatorStructure(flags: 1, handle: 2)),
            .initiator(InitiatorStructure(flags: 0, handle: 2)),
            .memoryType(MemoryTypeStructure(handle: 3, memoryType: 2, offset: 0x10, length: 0x20)),
            .memorySideCache(MemorySideCacheStructure(handle: 4, size: 1 << 20, attributes: 0x1f)),
            .switchLatencyBandwidth(
                SwitchLatencyBandwidthStructure(
                    dataType: 0, baseUnit: 1, entries: [.init(portX: 0, portY: 1, value: 9)])),
            .unknown(UnknownStructure(type: 9, body: [1, 2, 3])),
        ].map(\.summary)
        #expect(
            summaries == [
                "handle 2, with memory of its own", "handle 2, without memory of its own",
                "handle 3, EFI memory type 2, offset 0x10, 32 bytes",
                "handle 4, cache of 1 MiB, attributes 0x0000001f", "access latency, 1 pairs of ports",
                "3 bytes that nobody here can read",
            ])
    }
}
