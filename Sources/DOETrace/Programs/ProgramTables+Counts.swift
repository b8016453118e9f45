internal import DOELinux
internal import DOEWords

// What the programs count.
extension ProgramTables {
    /// How many of these found no room in their ring since the start.
    func lost(_ loss: Loss) throws(LinuxError) -> UInt64 {
        Self.number(try losses.value(at: Self.first), at: loss.rawValue)
    }

    /// From now on writes to the mailboxes' registers alone are counted, or all writes to the functions that are
    /// watched.
    func count(registersOnly: Bool) throws(LinuxError) {
        countsRegistersOnly = registersOnly
        try setCounted()
    }

    /// Whether the programs count a write there.
    func counts(_ function: FunctionAddress, _ offset: UInt16) -> Bool {
        watched.contains(function) && offset < 4096
            && (!countsRegistersOnly || watchedRegisters[Int(offset) / 4] != 0)
    }

    /// What each processor has counted since the start, by its number.
    func writeCounts() throws(LinuxError) -> [WriteCount] {
        try writes.values(at: Self.first).map { bytes in
            bytes.isEmpty
                ? WriteCount()
                : WriteCount(
                    byProbe: Self.number(bytes, at: WriteCount.byProbePlace),
                    byTracing: Self.number(bytes, at: WriteCount.byTracingPlace))
        }
    }

    func setCounted() throws(LinuxError) { try countedRegisters.set(Self.first, to: wantedCounted) }

    var wantedCounted: [UInt8] {
        countsRegistersOnly ? watchedRegisters : [UInt8](repeating: 1, count: Self.registerCount)
    }

    private static func number(_ bytes: [UInt8], at place: Int) -> UInt64 {
        bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
