internal import CPeers
internal import DOEObjects
internal import DOEWords

/// Decoding headers beside C, from two dwords as a mailbox reads them.
enum Headers {
    static func measure() throws(MeasureError) -> Comparison {
        let count = 4096
        var dwords: [UInt32] = []
        for index in 0..<UInt32(count) {
            // Each 16th has the length 1, which no header can have.
            dwords += [index &* 0x9e37_79b9, index % 16 == 0 ? 1 : index &* 0x85eb_ca6b]
        }
        return try Comparison.time(
            "decode a header", count: count,
            ours: {
                let span = dwords.span
                var sum: UInt64 = 0
                for index in stride(from: 0, to: span.count, by: 2) {
                    sum &+= Self.sum(ObjectHeader(dword0: span[index], dword1: span[index + 1]))
                }
                return sum
            },
            peer: { unsafe peer_headers_all(dwords, count) })
    }

    private static func sum(_ header: ObjectHeader?) -> UInt64 {
        guard let header else { return 1 }
        return UInt64(header.object.vendor) &+ UInt64(header.object.type) &+ UInt64(header.lengthInDwords)
            &+ UInt64(header.connection)
    }
}
