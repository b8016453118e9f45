internal import DOEObjects
internal import DOEWords

/// A CDAT and its answers to table access requests (CXL 2.0 8.1.11; layouts: CDAT specification 1.03).
struct SimulatedTable: Sendable {
    /// Header and structures, an entry each.
    private let entries: [[UInt8]]

    /// The table of a volatile memory expander of 256 MiB: one address range (DSMAS), its latency and bandwidth for reads
    /// and writes (DSLBIS), its memory type (DSEMTS).
    static let memoryExpander = SimulatedTable(structures: [
        structure(0, handle: 0, second: 0, third: 0, [0, UInt64(256 << 20)]),
        // Data type 1 and 2: latency in units of 1000 ps; 4 and 5: bandwidth in units of 1000 MB/s.
        structure(1, handle: 0, second: 0, third: 1, [1000, 150]),
        structure(1, handle: 0, second: 0, third: 2, [1000, 160]),
        structure(1, handle: 0, second: 0, third: 4, [1000, 16]),
        structure(1, handle: 0, second: 0, third: 5, [1000, 15]),
        structure(4, handle: 0, second: 0, third: 0, [0, UInt64(256 << 20)]),
    ])

    /// The whole table.
    var bytes: [UInt8] { entries.flatMap { $0 } }

    init(structures: [[UInt8]]) {
        let length = 16 + structures.reduce(0) { $0 + $1.count }
        let revision: UInt8 = 1
        var header = UInt32(length).littleEndianBytes + [revision, 0] + Array(repeating: 0, count: 10)
        // All bytes of the table add up to 0.
        header[5] = 0 &- (header + structures.flatMap { $0 }).reduce(0, &+)
        entries = [header] + structures
    }

    /// One entry a response, with the handle of the next one, 0xffff after the last. What is no read of the CDAT, and a
    /// handle past the end, gets no answer.
    func answer(_ request: DataObject) -> DataObject? {
        guard request.dwordCount == 3, request.dword(2) & 0xffff == 0 else { return nil }
        let handle = Int(request.dword(2) >> 16)
        guard handle < entries.count else { return nil }
        let next: UInt32 = handle + 1 < entries.count ? UInt32(handle + 1) : 0xffff
        return try? DataObject(.tableAccess, payload: (next << 16).littleEndianBytes + entries[handle])
    }

    /// A structure of 24 bytes: its header, four bytes of which three have a meaning, and two numbers of 64 bits. In a
    /// DSLBIS the second number holds the first of three entries of 16 bits; in a DSMAS and a DSEMTS they are offset and
    /// length.
    private static func structure(
        _ type: UInt8, handle: UInt8, second: UInt8, third: UInt8, _ numbers: [UInt64]
    ) -> [UInt8] {
        [type, 0, 24, 0, handle, second, third, 0] + numbers.flatMap(\.littleEndianBytes)
    }
}
