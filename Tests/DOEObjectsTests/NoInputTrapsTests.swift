import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

/// Every parser on noise: nothing to expect but an end. What is read back must be what was there.
@Suite("No input traps")
struct NoInputTrapsTests {
    @Test("bytes of any kind and length go through every parser")
    func everyParser() {
        var generator = SeededGenerator(seed: 5)
        var objects = 0
        for round in 0..<20_000 {
            let count = Int(generator.next() % 48)
            let bytes = round.isMultiple(of: 2) ? generator.bytes(count) : generator.tameBytes(count)
            if let object = try? DataObject(bytes: bytes) {
                objects += 1
                look(into: object)
            }
            _ = try? CDATReading(bytes).flaws
            for id in [ObjectID.discovery, .tableAccess, .spdm, .securedSPDM, .compliance] {
                if let object = try? DataObject(id, payload: bytes) { look(into: object) }
            }
        }
        #expect(objects > 0, "no noise was ever an object")
    }

    @Test("tables with a right length and checksum, and noise inside, never trap and come back the same")
    func noisyTables() throws {
        var generator = SeededGenerator(seed: 6)
        var tables = 0
        for _ in 0..<5_000 {
            let body = generator.tameBytes(Int(generator.next() % 64))
            var bytes = UInt32(16 + body.count).littleEndianBytes + generator.bytes(12) + body
            bytes = CDATTests.withChecksum(bytes)
            guard let table = try? CoherentDeviceAttributeTable(bytes: bytes) else { continue }
            tables += 1
            #expect(try CoherentDeviceAttributeTable(bytes: table.bytes) == table)
        }
        #expect(tables > 0, "no noise was ever a table")
    }

    @Test("a real table with a few bytes changed never traps")
    func mutatedTables() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            var bytes = CDATTests.wholeBytes
            for _ in 0...generator.next() % 4 {
                bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
            }
            _ = try? CDATReading(bytes).flaws
            _ = try? CoherentDeviceAttributeTable(bytes: CDATTests.withChecksum(bytes))
        }
    }

    private func look(into object: DataObject) {
        _ = try? DiscoveryRequest(object)
        _ = try? DiscoveryResponse(object)
        _ = try? TableAccessRequest(object)
        _ = try? TableAccessResponse(object)
        _ = ComplianceRequest(object)?.name
        try? object.checkRequestShape()
        _ = object.embeddedHeaders.others.map { object.tail(from: $0) }
        if let peek = SPDMPeek(object) { _ = (peek.name, peek.isOpaque, peek.recordedName) }
    }
}
