import DOEWords
import Glibc
import TestSupport
import Testing

@testable import DOEObjects

/// How often random bytes, as encrypted messages are, read as the header of another object.
@Suite("Random payloads")
struct ChanceTests {
    /// `make sessions` counts as many as docs/decisions/0021 tells of.
    static let sessions = unsafe getenv("DOE_TEST_SESSIONS").flatMap { unsafe Int(String(cString: $0)) } ?? 2

    @Test("no session of 2,500 encrypted messages is lost")
    func count() throws {
        var generator = SeededGenerator(seed: 21)
        var (dwords, lost, ids, lengths) = (0, 0, 0, 0)
        for _ in 0..<Self.sessions {
            var isLost = false
            for _ in 0..<2_500 {
                // As long as the benchmark's: 32 to 4,096 bytes.
                let object = try Self.secured(8 + Int(generator.next() % 1017), &generator)
                dwords += object.dwordCount
                if object.embeddedHeaders != EmbeddedHeaders() { isLost = true }
                let seen = Self.seen(in: object)
                ids += seen.ids
                lengths += seen.lengths
            }
            lost += isLost ? 1 : 0
        }
        #expect(lost == 0, "\(lost) of \(Self.sessions) sessions")
        // The payloads are random: each part of a header occurs as often as it should.
        let (wantedIDs, wantedLengths) = (Double(dwords) / 0x100_0000, Double(dwords) / 0x4_0000)
        #expect(abs(Double(ids) - wantedIDs) < 6 * wantedIDs.squareRoot() + 3)
        #expect(abs(Double(lengths) - wantedLengths) < 6 * wantedLengths.squareRoot() + 3)
        print(
            "\(Self.sessions) sessions, \(dwords) dwords: \(lost) lost; \(ids) ids of 1e98:00, \(lengths) exact lengths"
        )
    }

    /// A secured message of so many dwords of random bytes behind session id and length.
    private static func secured(_ count: Int, _ generator: inout SeededGenerator) throws -> DataObject {
        var bytes: [UInt8] = []
        let length = count + 4
        bytes.reserveCapacity(length * 4)
        bytes += UInt32(0x0002_0001).littleEndianBytes + UInt32(length).littleEndianBytes
        bytes += UInt32(1).littleEndianBytes + UInt16(count * 4).littleEndianBytes + [0, 0]
        for _ in 0..<(count + 1) / 2 {
            let word = generator.next()
            unsafe withUnsafeBytes(of: word) { unsafe bytes.append(contentsOf: $0) }
        }
        bytes.removeLast(bytes.count - length * 4)
        return try DataObject(bytes: bytes)
    }

    /// How many dwords have a compliance object's id, which alone was enough to be refused once, and how many have the
    /// length of what is left.
    private static func seen(in object: DataObject) -> (ids: Int, lengths: Int) {
        var (ids, lengths) = (0, 0)
        let raw = unsafe object.bytes.span.bytes
        for index in 4..<object.dwordCount {
            let dword = raw.littleEndianDword(at: index * 4)
            if dword & 0xff_ffff == 0x1e98 { ids += 1 }
            if dword & 0x3_ffff == UInt32(object.dwordCount - index + 1) { lengths += 1 }
        }
        return (ids, lengths)
    }
}
