import DOEWords
import TestSupport
import Testing

@testable import DOEObjects

/// Vendor-defined messages whose first parameter asks for the large layout of SPDM 1.4: which of the two a device
/// reads cannot be told, so they are read both ways.
@Suite("Vendor-defined messages that can be read in two ways")
struct SPDMReadingsTests {
    private func peek(_ payload: [UInt8]) throws -> SPDMPeek {
        try #require(SPDMPeek(DataObject(.spdm, payload: payload)))
    }

    /// A request with the flag: what stands for the small length, what stands for the large one, and what follows.
    private func large(
        of vendor: [UInt8] = [1, 0], reserved: UInt16 = 0, length: UInt32? = nil, _ payload: [UInt8],
        parameter1: UInt8 = 0x80, version: UInt8 = 0x14, code: UInt8 = 0xfe
    ) -> [UInt8] {
        [version, code, parameter1, 0, 3, 0, UInt8(vendor.count)] + vendor + reserved.littleEndianBytes
            + (length ?? UInt32(payload.count)).littleEndianBytes + payload
    }

    private func shapeProblem(_ payload: [UInt8]) throws -> String? {
        do throws(ObjectError) {
            try DataObject(.spdm, payload: payload).checkRequestShape()
            return nil
        } catch {
            return error.problem
        }
    }

    @Test("PCI-SIG's and CXL's are the large message alone: the small one names no protocol")
    func standardsBodies() throws {
        let lock = try peek(large([0x01, 0x10, 0x83] + [UInt8](repeating: 0, count: 14)))
        #expect(lock.recordedName == "PCI-SIG 0001 TDISP LOCK_INTERFACE_REQUEST")
        #expect(lock.vendorDefined.map(\.payloadLength) == [17])
        #expect(
            lock.ruleNames == [
                ["VENDOR_DEFINED_REQUEST", "PCI-SIG.0001", "TDISP", "TDISP.LOCK_INTERFACE_REQUEST"]
            ])
        let key = try peek(large(of: [0x98, 0x1e], [0x00, 0x02, 0, 0], code: 0x7e))
        #expect(key.recordedName == "PCI-SIG 1e98 CXL-IDE_KM KEY_PROG")
        // More than the small layout could say.
        let long = try peek(large([0x01, 0x10, 0x81] + [UInt8](repeating: 0, count: 70_000)))
        #expect(long.vendorDefined.map(\.payloadLength) == [70_003])
        #expect(long.recordedName == "PCI-SIG 0001 TDISP GET_TDISP_VERSION")
    }

    @Test("another vendor's are two: with a payload, and without one")
    func vendors() throws {
        let message = try peek(large(of: [0xde, 0x10], [7, 8, 9]))
        #expect(message.vendorDefined.map(\.payloadLength) == [3, 0])
        #expect(message.recordedName == "PCI-SIG 10de")
        #expect(message.ruleNames == [[String]](repeating: ["VENDOR_DEFINED_REQUEST", "PCI-SIG.10de"], count: 2))
    }

    @Test("where the reserved bytes are a length, what they announce is there for who reads the small layout")
    func twoMessages() throws {
        // 0x200 bytes: the length's own bytes read as IDE_KM, KEY_PROG.
        let message = try peek(
            large(reserved: 4, [0x01, 0x10, 0x81] + [UInt8](repeating: 0, count: 0x1fd)))
        #expect(message.recordedName == "PCI-SIG 0001 TDISP GET_TDISP_VERSION or PCI-SIG 0001 IDE_KM KEY_PROG")
        #expect(message.ruleNames.map(\.last) == ["TDISP.GET_TDISP_VERSION", "IDE_KM.KEY_PROG"])
    }

    @Test(
        "what cannot be read in one of the two ways cannot be read, and is no request",
        // Lengths that go beyond the message, and the byte that fills its last dword.
        arguments: [(0, 6, 4), (0, .max, 4), (10, 4, 4), (0xffff, 4, 4), (10, 6, 4)] as [(UInt16, UInt32, Int)])
    func unreadable(reserved: UInt16, length: UInt32, count: Int) throws {
        let message = large(reserved: reserved, length: length, [UInt8](repeating: 0, count: count))
        let peek = try peek(message)
        #expect(peek.vendorDefined == [] && peek.recordedName == "VENDOR_DEFINED_REQUEST")
        #expect(peek.ruleNames == [["VENDOR_DEFINED_REQUEST", "malformed"]])
        let problem = try #require(try shapeProblem(message))
        #expect(problem.hasPrefix("byte 10: expected a vendor-defined request that can be read"), "\(problem)")
    }

    @Test("a message that ends before the large length is none")
    func short() throws {
        let message: [UInt8] = [0x14, 0xfe, 0x80, 0, 3, 0, 2, 1, 0, 0, 0, 0]
        #expect(try peek(message).vendorDefined == [])
        #expect(try shapeProblem(message) != nil)
    }

    @Test("a parameter with any other bit set is nobody's layout", arguments: UInt8.min...UInt8.max)
    func parameters(parameter1: UInt8) throws {
        let message = large([0x01, 0x10, 0x83, 0], parameter1: parameter1)
        let peek = try peek(message)
        switch parameter1 {
        // As the small layout it is a message without payload.
        case 0: #expect(peek.ruleNames == [["VENDOR_DEFINED_REQUEST", "PCI-SIG.0001"]])
        case 0x80: #expect(peek.ruleNames.map(\.last) == ["TDISP.LOCK_INTERFACE_REQUEST"])
        default: #expect(peek.ruleNames == [["VENDOR_DEFINED_REQUEST", "malformed"]])
        }
        // With the flag and another bit it is refused before any rule; without it, rules may name what cannot be
        // read.
        #expect((try shapeProblem(message) == nil) == (parameter1 <= 0x80))
    }

    @Test("the flag means nothing in another code")
    func otherCodes() throws {
        for code in UInt8(0x80)...0xff where code != 0xfe {
            let message: [UInt8] = [0x14, code, 0x80, 0]
            #expect(try peek(message).vendorDefined == [])
            #expect(try shapeProblem(message) == nil, "\(code)")
        }
    }

    @Test("no bytes trap, and what is read lies in the message")
    func randomBytes() throws {
        var generator = SeededGenerator(seed: 51)
        for _ in 0..<20_000 {
            var message: [UInt8] = [0x14, 0xfe, generator.pick([0, 0x80, 0x81]), 0]
            message += (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                generator.pick([0, 1, 2, 3, 4, 8, 0x98, 0x1e, 0xff])
            }
            let object = try DataObject(.spdm, payload: message)
            let peek = try #require(SPDMPeek(object))
            #expect(peek.vendorDefined.count <= 2 && !peek.ruleNames.isEmpty)
            #expect(peek.vendorDefined.allSatisfy { $0.payloadLength <= object.bytes.count - 17 })
            _ = peek.recordedName
        }
    }
}
