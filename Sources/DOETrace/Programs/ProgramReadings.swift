internal import DOELinux

/// What our programs tell and count, for its one reader.
final class ProgramReadings {
    /// Of the programs at probes, and of the tracing ones.
    private let rings: [KernelRing]
    private let losses: KernelMap
    private let writes: KernelMap
    /// Records that were there and could not be read.
    private(set) var unreadable: UInt64 = 0

    /// Of the rings and tables that these descriptors are.
    init(
        probeRing: Descriptor, ring: Descriptor, losses: Descriptor, writes: Descriptor
    ) throws(LinuxError) {
        var rings: [KernelRing] = []
        for map in [probeRing, ring] { rings.append(try KernelRing(of: map, size: ProgramTables.ringSize)) }
        self.rings = rings
        self.losses = KernelMap(
            reading: losses, .array, "doe_losses", key: ProgramTables.first.count, value: ProgramTables.lossesSize)
        self.writes = KernelMap(
            reading: writes, .arrayOfEachProcessor, "doe_writes", key: ProgramTables.first.count, value: WriteCount.size
        )
    }

    /// Readable when there is something to be passed, and whether that is worth waiting for: where a program was
    /// interrupted in the middle of a record, the descriptor is readable all the time.
    var sources: [(descriptor: Descriptor, isWorthwhile: Bool)] {
        rings.map { ($0.descriptor, !$0.isUnfinished) }
    }

    /// Hands over what they have told; does not wait. Returns whether more may be there.
    func pass(limit: Int, _ body: (ProgramRecord.Content) -> Void) -> Bool {
        var isMore = false
        for ring in rings {
            let hasMore = ring.pass(limit: limit) { record in
                if let content = ProgramRecord.content(of: record) { body(content) } else { unreadable += 1 }
            }
            if hasMore { isMore = true }
        }
        return isMore
    }

    /// How many of these found no room in their ring since the start. Whom the kernel ran none of the programs for,
    /// `WriteTally` finds.
    func lost(_ loss: ProgramTables.Loss) throws(LinuxError) -> UInt64 {
        Self.number(try losses.value(at: ProgramTables.first), at: loss.rawValue)
    }

    /// What each processor has counted since the start, by its number.
    func writeCounts() throws(LinuxError) -> [WriteCount] {
        try writes.values(at: ProgramTables.first).map { bytes in
            bytes.isEmpty
                ? WriteCount()
                : WriteCount(
                    byProbe: Self.number(bytes, at: WriteCount.byProbePlace),
                    byTracing: Self.number(bytes, at: WriteCount.byTracingPlace))
        }
    }

    static func number(_ bytes: [UInt8], at place: Int) -> UInt64 {
        bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
