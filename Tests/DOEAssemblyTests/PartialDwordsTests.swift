import DOEWords
import Testing

@testable import DOEAssembly

@Suite("Dwords that are written in bytes and words")
struct PartialDwordsTests {

    /// The bytes of a dword, in the order of their addresses.
    private func bytes(_ dword: UInt32) -> [(value: UInt32, offset: UInt16)] {
        (0..<4).map { (dword >> UInt32(8 * $0) & 0xff, 0x1a0 + UInt16($0)) }
    }

    @Test("bytes of two threads that take turns do not mix: each has its own dwords, in every order of turns")
    func turns() {
        let (one, two): (UInt32, UInt32) = (0x1122_3344, 0xaabb_ccdd)
        // Which of eight bytes are the first thread's.
        for schedule in UInt8.min...UInt8.max where schedule.nonzeroBitCount == 4 {
            var parts = PartialDwords()
            var rest = [bytes(one)[...], bytes(two)[...]]
            var whole: [Int32: UInt32] = [:]
            var others = 0
            for turn in 0..<8 {
                let thread = schedule >> turn & 1 == 1 ? 0 : 1
                guard let byte = rest[thread].popFirst() else { continue }
                let access = ObservedAccess(time: UInt64(turn), thread: Int32(thread), way: .sysfs)
                let outcome = parts.take(byte.value, width: 1, at: byte.offset, access)
                if let dword = outcome.whole { whole[Int32(thread)] = dword.value }
                others += outcome.others.count
            }
            #expect(whole == [0: one, 1: two] && others == 0 && parts.isEmpty, "\(String(schedule, radix: 2))")
        }
    }

    @Test("a process for each byte makes one dword, and nothing is told twice")
    func aProcessForEach() {
        var house = AssemblyHouse()
        for dword in [0x0000_0001, 0x0000_0003, 0x0000_0000] as [UInt32] {
            for (index, byte) in bytes(dword).enumerated() {
                house.write(byte.value, at: byte.offset, width: 1, by: Int32(10 + index) + Int32(dword) * 10)
            }
        }
        house.go(by: 99)
        house.wait(milliseconds: 70_000)
        #expect(house.exchanges.map(\.request) == [[1, 3, 0]])
        #expect(house.otherWrites.isEmpty)
    }

    @Test("what one began and another went on with is the other's too, and the one who lives keeps his own")
    func bothGoOn() {
        var parts = PartialDwords()
        func take(_ value: UInt32, _ offset: UInt16, _ thread: Int32) -> UInt32? {
            parts.take(value, width: 1, at: offset, ObservedAccess(time: 5, thread: thread, way: .sysfs)).whole?.value
        }
        #expect(take(0x11, 0x1a0, 1) == nil && take(0x22, 0x1a1, 2) == nil && take(0x33, 0x1a1, 1) == nil)
        #expect(take(0x44, 0x1a2, 1) == nil && take(0x55, 0x1a3, 1) == 0x5544_3311)
        #expect(take(0x66, 0x1a2, 2) == nil && take(0x77, 0x1a3, 2) == 0x7766_2211)
        #expect(parts.isEmpty)
    }

    @Test("however many begin one, sixteen are kept, and each of the rest is told")
    func many() {
        var parts = PartialDwords()
        var others = 0
        for thread in Int32(0)..<1000 {
            let access = ObservedAccess(time: UInt64(thread), thread: thread, way: .sysfs)
            others += parts.take(1, width: 1, at: 0x1a0, access).others.count
        }
        #expect(parts.count == PartialDwords.limit && others == 1000 - PartialDwords.limit)
        #expect(parts.takeAll().count == PartialDwords.limit && parts.isEmpty)
    }

    @Test("one waits for its rest by itself")
    func overdue() {
        var parts = PartialDwords()
        _ = parts.take(1, width: 1, at: 0x1a0, ObservedAccess(time: 0, thread: 1, way: .sysfs))
        _ = parts.take(1, width: 1, at: 0x1a0, ObservedAccess(time: 500_000_000, thread: 2, way: .sysfs))
        #expect(parts.takeOverdue(at: AssemblyLimits.restOfDword).map(\.thread) == [1])
        #expect(parts.deadline == 500_000_000 + AssemblyLimits.restOfDword)
        #expect(parts.end(of: 2).count == 1 && parts.end(of: 2).isEmpty)
    }
}
