import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

@Suite("The shape of a request")
struct RequestShapeTests {
    /// What is wrong with an object of these dwords, its length filled in.
    private func problem(_ dword0: UInt32, _ rest: [UInt32], above: UInt32 = 0) throws -> String? {
        let dwords = [dword0, above | UInt32(rest.count + 2)] + rest
        do throws(ObjectError) {
            try DataObject(bytes: dwords.littleEndianBytes).checkRequestShape()
            return nil
        } catch {
            return error.problem
        }
    }

    private static let all: [UInt32] = [
        0x0000_0001, 0x0001_0001, 0x0002_0001, 0x0003_0001, 0x0004_0001, 0x0005_0001, 0x0006_0001, 0x0000_1e98,
        0x0002_1e98, 0x0003_1e98, 0x0002_10de, 0x000b_8086, 0x0000_ffff,
    ]

    /// A request of each that fits.
    private func fitting(_ dword0: UInt32) -> [UInt32] {
        switch dword0 {
        case 0x0001_0001, 0x0003_0001: [0x0000_8410]
        case 0x0002_0001, 0x0004_0001: [1, 0x0000_0002]
        default: [0]
        }
    }

    @Test("a reserved bit of the header is malformed in every object", arguments: all)
    func headerBits(dword0: UInt32) throws {
        #expect(try problem(dword0, fitting(dword0)) == nil)
        for bit in 24..<32 as Range<UInt32> {
            let found = try problem(dword0 | 1 << bit, fitting(dword0))
            #expect(found == "byte 3: expected a reserved byte of 0, found 0x\(UInt8(1 << (bit - 24)).hex(digits: 2))")
        }
        let hasConnection = dword0 == 0x0003_0001 || dword0 == 0x0004_0001
        for bit in 18..<32 as Range<UInt32> {
            let found = try problem(dword0, fitting(dword0), above: 1 << bit)
            #expect((found == nil) == (hasConnection && bit < 30), "bit \(bit): \(found ?? "fits")")
            #expect(found?.hasPrefix("byte 6: expected reserved bits of 0 above the length") != false)
        }
    }

    @Test("discovery has three dwords, index and a version that exists")
    func discovery() throws {
        for index in 0...255 as ClosedRange<UInt32> {
            for version in [0, 2] as [UInt32] { #expect(try problem(0x0000_0001, [index | version << 8]) == nil) }
        }
        for version in UInt32(0)...255 where version != 0 && version != 2 {
            #expect(
                try problem(0x0000_0001, [version << 8])
                    == "byte 9: expected discovery version 0 or 2, found \(version)")
        }
        for bit in 16..<32 as Range<UInt32> { #expect(try problem(0x0000_0001, [1 << bit]) != nil, "bit \(bit)") }
        #expect(try problem(0x0000_0001, []) == "byte 4: expected a length of 3 dwords, found 2")
        #expect(try problem(0x0000_0001, [0, 0]) == "byte 4: expected a length of 3 dwords, found 4")
        #expect(try problem(0x0000_0001, Array(repeating: 0, count: 32_766)) != nil)
    }

    @Test("what this program, Linux and libspdm ask with fits")
    func realClients() throws {
        for version in [0, 2] as [UInt8] {
            for index in 0...255 as ClosedRange<UInt8> {
                try DiscoveryRequest(index: index, version: version).dataObject.checkRequestShape()
            }
        }
        for handle in [0, 1, 0x1e98, 0xffff] as [UInt16] {
            try TableAccessRequest(entryHandle: handle).dataObject.checkRequestShape()
        }
    }

    @Test("table access has three dwords, code and table 0")
    func tableAccess() throws {
        for bit in 0..<32 as Range<UInt32> {
            #expect(try (problem(0x0002_1e98, [1 << bit]) == nil) == (bit >= 16), "bit \(bit)")
        }
        #expect(try problem(0x0002_1e98, []) == "byte 4: expected a length of 3 dwords, found 2")
        #expect(try problem(0x0002_1e98, [0, 0]) == "byte 4: expected a length of 3 dwords, found 4")
    }

    @Test("SPDM in the clear has a header of major version 1 and the code of a request", arguments: [1, 3] as [UInt32])
    func messages(type: UInt32) throws {
        let dword0 = type << 16 | 1
        for first in 0...255 as ClosedRange<UInt32> {
            #expect(try (problem(dword0, [first | 0x8400]) == nil) == (first >> 4 == 1), "version \(first)")
            #expect(try (problem(dword0, [0x12 | first << 8]) == nil) == (first >= 0x80), "code \(first)")
        }
        #expect(try problem(dword0, []) == "byte 4: expected a length of 3 or more dwords, found 2")
        #expect(
            try problem(dword0, [0x0412]) == "byte 9: expected the code of an SPDM request, 0x80 or above, found 0x04")
        #expect(try problem(dword0, [0xe012] + Array(repeating: 0xffff_ffff, count: 900)) == nil)
    }

    @Test("a secured message has as many bytes as it announces", arguments: [2, 4] as [UInt32])
    func secured(type: UInt32) throws {
        let dword0 = type << 16 | 1
        #expect(try problem(dword0, [1]) == "byte 4: expected a length of 4 or more dwords, found 3")
        for count in 0...5 {
            for length in 0...30 as ClosedRange<UInt32> {
                let found = try problem(dword0, [1, length] + Array(repeating: 0, count: count))
                #expect((found == nil) == (Int(length) <= 2 + count * 4), "\(count) dwords, \(length) bytes")
            }
        }
        #expect(
            try problem(dword0, [1, 0xffff])
                == "byte 12: expected at most 2 encrypted bytes, as many as follow, found 65535")
    }

    @Test("a compliance request has its code's length, and reserved bytes of 0", arguments: UInt8.min...UInt8.max)
    func compliance(code: UInt8) throws {
        let published = ComplianceLengths.published(code)
        for length in 3...24 {
            let rest = [UInt32(code)] + [UInt32](repeating: 0xffff_ffff, count: length - 3)
            let fits = published.isEmpty || published.contains(length)
            #expect(try (problem(0x0000_1e98, rest) == nil) == fits, "\(length)")
        }
        let length = published.first ?? 3
        for bit in 8..<32 as Range<UInt32> {
            let rest = [UInt32(code) | 1 << bit] + [UInt32](repeating: 0, count: length - 3)
            #expect(try (problem(0x0000_1e98, rest) == nil) == (bit < 16), "bit \(bit)")
        }
        #expect(try problem(0x0000_1e98, []) == "byte 4: expected a length of 3 or more dwords, found 2")
    }

    @Test("of what nobody has published the header alone counts")
    func unpublished() throws {
        for dword0 in [0x0005_0001, 0x0006_0001, 0x00ff_0001, 0x0003_1e98, 0x0002_10de, 0x000b_8086] as [UInt32] {
            #expect(try problem(dword0, []) == nil)
            #expect(try problem(dword0, Array(repeating: 0xffff_ffff, count: 1000)) == nil)
        }
    }

    @Test("the example of each name that rules have fits, but for the one that is called malformed")
    func examples() throws {
        var tried = 0
        for object in [ObjectID.spdm, .securedSPDM, .spdmWithConnection, .securedSPDMWithConnection] {
            for name in SPDMRequestName.words where name != SPDMRequestName.malformed {
                guard let example = DataObject(spdmRequest: name, in: object) else { continue }
                try example.checkRequestShape()
                tried += 1
            }
        }
        for name in ComplianceRequest.names + ["0x2a"] {
            try #require(DataObject(complianceRequest: name)).checkRequestShape()
        }
        #expect(tried > 100)
    }

    @Test("what is told of a length alone agrees with what is told of the whole request")
    func lengthsAlone() throws {
        for dword0 in Self.all where dword0 != 0x0000_1e98 {
            for count in 0...6 {
                let rest =
                    Array(fitting(dword0).prefix(count))
                    + Array(repeating: UInt32(0), count: max(0, count - fitting(dword0).count))
                let object = try DataObject(bytes: ([dword0, UInt32(count + 2)] + rest).littleEndianBytes)
                let byLength = (try? ObjectLengths.check(count + 2, of: object.object)) != nil
                #expect(((try? object.checkRequestShape()) != nil) == byLength, "\(object.object), \(count + 2) dwords")
            }
        }
    }
}
