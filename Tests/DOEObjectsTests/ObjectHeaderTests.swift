import DOEWords
import Testing

@testable import DOEObjects

@Suite("Object header")
struct ObjectHeaderTests {
    @Test("every length field decodes as the specification says, whatever the bits above it")
    func lengths() {
        for field in UInt32(0)..<1 << 18 {
            let header = ObjectHeader(dword0: 0x0000_0001, dword1: field | 0xc000_0000 | (field & 0xfff) << 18)
            switch field {
            case 0: #expect(header?.lengthInDwords == 262_144)
            case 1: #expect(header == nil)
            default:
                guard header?.lengthInDwords == Int(field), header?.connection == UInt16(field & 0xfff) else {
                    Issue.record("length field \(field) decoded as \(String(describing: header))")
                    return
                }
            }
        }
    }

    @Test("vendor and type come from the low 24 bits, the reserved byte is ignored")
    func identity() {
        for low in stride(from: UInt32(0), to: 1 << 24, by: 251) {
            let header = ObjectHeader(dword0: low | 0x5a00_0000, dword1: 2)
            guard header?.object.vendor == UInt16(low & 0xffff), header?.object.type == UInt8(low >> 16),
                header?.dword0 == low
            else {
                Issue.record("dword \(low.hex(digits: 6)) decoded as \(String(describing: header))")
                return
            }
        }
    }

    @Test("a header writes 2^18 dwords as 0 and reads it back")
    func longest() {
        let header = ObjectHeader(object: .spdm, lengthInDwords: 1 << 18, connection: 0xabc)
        #expect(header.dword1 == 0xabc << 18)
        #expect(ObjectHeader(dword0: header.dword0, dword1: header.dword1) == header)
        #expect(header.lengthInBytes == 1 << 20)
    }
}
