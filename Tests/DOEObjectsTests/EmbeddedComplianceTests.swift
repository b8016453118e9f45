import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

@Suite("Compliance headers inside other objects")
struct EmbeddedComplianceTests {
    private func object(_ dwords: [UInt32]) throws -> DataObject {
        try DataObject(.spdm, payload: dwords.flatMap(\.littleEndianBytes))
    }

    /// Cuts the object at every dword and asks the header decoder, as a mailbox that starts there would.
    private func model(_ object: DataObject) -> Int? {
        for index in 1..<object.dwordCount {
            let tail = Array(object.bytes[(index * 4)...])
            let id = (vendor: UInt16(tail[0]) | UInt16(tail[1]) << 8, type: tail[2])
            guard id == (0x1e98, 0) else { continue }
            guard tail.count >= 8 else { return index }
            let dword1 = UInt32(tail[4]) | UInt32(tail[5]) << 8 | UInt32(tail[6]) << 16 | UInt32(tail[7]) << 24
            if ObjectHeader(dword0: 0x1e98, dword1: dword1) != nil { return index }
        }
        return nil
    }

    @Test(
        "a header with a possible length is found, whatever its reserved bits",
        arguments: [0x0000_1e98, 0xff00_1e98, 0x8000_1e98] as [UInt32],
        [0, 2, 3, 0x3_ffff, 0x8000_0003, 0xfffc_0002] as [UInt32])
    func found(dword0: UInt32, dword1: UInt32) throws {
        #expect(try object([dword0, dword1]).embeddedComplianceHeader == 2)
        #expect(try object([7, dword0, dword1, 0]).embeddedComplianceHeader == 3)
    }

    @Test("a length of 1 cannot be, whatever stands above it", arguments: [1, 0x8000_0001, 0xfffc_0001] as [UInt32])
    func impossible(dword1: UInt32) throws {
        #expect(try object([0x1e98, dword1, 0]).embeddedComplianceHeader == nil)
    }

    @Test(
        "neighbours of the compliance id are not it",
        arguments: [0x0001_1e98, 0x0002_1e98, 0x0080_1e98, 0x1e97, 0x1e99, 0x981e, 0x001e_9800] as [UInt32])
    func neighbours(dword0: UInt32) throws {
        #expect(try object([dword0, 3, 0]).embeddedComplianceHeader == nil)
        #expect(try object([0, dword0]).embeddedComplianceHeader == nil)
    }

    @Test("the last dword counts alone: the next object would complete it")
    func lastDword() throws {
        #expect(try object([0x1e98]).embeddedComplianceHeader == 2)
        #expect(try object([0, 0, 0x5500_1e98]).embeddedComplianceHeader == 4)
    }

    @Test("the object's own header is not inside it")
    func itself() throws {
        #expect(try DataObject(.compliance, payload: [0, 0, 0, 0]).embeddedComplianceHeader == nil)
        #expect(DiscoveryRequest(index: 0, version: 0).dataObject.embeddedComplianceHeader == nil)
    }

    @Test("the length dword of an object of 1e98h dwords reads as a compliance id")
    func ownLength() throws {
        var payload = [UInt8](repeating: 0, count: 0x1e98 * 4 - 8)
        #expect(try DataObject(.spdm, payload: payload).embeddedComplianceHeader == 1)
        payload[0] = 1
        #expect(try DataObject(.spdm, payload: payload).embeddedComplianceHeader == nil)
    }

    @Test("a connection id hides the length dword of such an object, as it does for a device")
    func ownLengthWithConnection() throws {
        var bytes = try DataObject(.spdmWithConnection, payload: Array(repeating: 0, count: 0x1e98 * 4 - 8)).bytes
        bytes[6] = 0x04
        #expect(try DataObject(bytes: bytes).embeddedComplianceHeader == nil)
        bytes[6] = 0
        bytes[7] = 0x3f
        #expect(try DataObject(bytes: bytes).embeddedComplianceHeader == 1)
    }

    @Test("the scan agrees with cutting the object at every dword")
    func agreesWithModel() throws {
        var generator = SeededGenerator(seed: 4)
        let pieces: [UInt32] = [0x1e98, 0xab00_1e98, 1, 0x8000_0001, 2, 0, 0x0002_1e98, 0x1e98_0000, 0x98, 3]
        var hits = 0
        for _ in 0..<20_000 {
            let dwords = (0..<Int(generator.next() % 10)).map { _ in pieces[Int(generator.next() % 10)] }
            let object = try object(dwords)
            let found = object.embeddedComplianceHeader
            hits += found == nil ? 0 : 1
            guard found == model(object) else {
                Issue.record(
                    "\(dwords): found \(String(describing: found)), model \(String(describing: model(object)))")
                return
            }
        }
        #expect((2_000..<18_000).contains(hits), "the random objects must hit and miss often: \(hits)")
    }

    @Test("a header at the far end of the longest object is found")
    func longest() throws {
        var payload = [UInt8](repeating: 0, count: (1 << 20) - 8)
        #expect(try DataObject(.spdm, payload: payload).embeddedComplianceHeader == nil)
        payload.replaceSubrange((payload.count - 8)..., with: [0x98, 0x1e, 0, 0, 2, 0, 0, 0])
        #expect(try DataObject(.spdm, payload: payload).embeddedComplianceHeader == (1 << 18) - 2)
    }
}
