import Testing

@testable import DOELinux

@Suite("The question whose a socket is")
struct SocketQuestionTests {
    private static let question = SocketQuestion(
        owner: .init(address: [127, 0, 0, 1], port: 0x8158), peer: .init(address: [127, 5, 0, 2], port: 2323))
    private static let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
    private static let padding = [UInt8](repeating: 0, count: 12)

    /// As the kernel answers on a little-endian machine: uid 1000, inode 7.
    private static func answer(family: UInt8 = 2, state: UInt8 = 1, kind: UInt8 = 20, uid: [UInt8] = [0xe8, 3, 0, 0])
        -> [UInt8]
    {
        let (before, after) = family == 2 ? ([], padding) : (mapped, [])
        return [124, 0, 0, 0, kind, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [family, state, 0, 0]
            + [0x81, 0x58, 0x09, 0x13] + before + [127, 0, 0, 1] + after + before + [127, 5, 0, 2] + after
            + [1, 0, 0, 0] + [UInt8](repeating: 9, count: 8) + [UInt8](repeating: 0, count: 12) + uid + [7, 0, 0, 0]
            + [UInt8](repeating: 0, count: 36)
    }

    @Test("names both ends, that of the socket first, in the form of the kernel's headers")
    func form() {
        let bytes = Self.question.bytes
        #expect(bytes.count == 72 && bytes[0..<8] == [72, 0, 0, 0, 20, 0, 1, 0])
        #expect(bytes[16..<24] == [2, 6, 0, 0, 255, 255, 255, 255])
        #expect(bytes[24..<44] == ([0x81, 0x58, 0x09, 0x13, 127, 0, 0, 1] + Self.padding)[...])
        #expect(bytes[44..<60] == ([127, 5, 0, 2] + Self.padding)[...])
    }

    @Test(
        "is answered with the uid, of a socket of IPv6 that speaks IPv4 too, also where it sends nothing more",
        arguments: [2, 10])
    func answered(family: UInt8) {
        for state in [1, 4, 5] as [UInt8] {
            #expect(Self.question.uid(in: Self.answer(family: family, state: state)[...]) == 1000)
        }
        #expect(Self.question.uid(in: Self.answer(uid: [0, 0, 0, 0])[...]) == 0)
    }

    @Test("is not answered by one that listens there, is only being connected, or is of the past")
    func otherState() {
        for state in 0...13 as ClosedRange<UInt8> where ![1, 4, 5].contains(state) {
            #expect(Self.question.uid(in: Self.answer(state: state)[...]) == nil)
        }
    }

    @Test("is not answered where any byte says that it is another socket, or one that its process has closed")
    func other() {
        let answer = Self.answer()
        for place in [4, 16, 20, 21, 22, 23, 24, 27, 40, 41, 43] {
            var changed = answer
            changed[place] ^= 0x40
            #expect(Self.question.uid(in: changed[...]) == nil, "byte \(place)")
        }
        var closed = answer
        closed[84] = 0
        #expect(Self.question.uid(in: closed[...]) == nil)
        #expect(Self.question.uid(in: Self.answer(kind: 2)[...]) == nil)
        for count in 0..<88 { #expect(Self.question.uid(in: answer[..<count]) == nil) }
    }
}
