import TestSupport
import Testing

@testable import DOELinux

@Suite("A ring of records that the kernel writes")
struct RingRecordsTests {
    private static let page = 4096

    /// Memory as the kernel lays it out, but that what crosses its end is not seen twice: a test writes less.
    @safe private final class MadeUpRing {
        private let consumer: UnsafeMutableRawPointer
        private let producer: UnsafeMutableRawPointer
        private var end: UInt = 0
        private var records: RingRecords

        init() {
            let page = RingRecordsTests.page
            unsafe consumer = .allocate(byteCount: page, alignment: 8)
            unsafe producer = .allocate(byteCount: 3 * page, alignment: 8)
            unsafe consumer.initializeMemory(as: UInt8.self, repeating: 0, count: page)
            unsafe producer.initializeMemory(as: UInt8.self, repeating: 0, count: 3 * page)
            records = unsafe RingRecords(consumer: consumer, producer: producer, page: page, size: page)
        }

        deinit {
            unsafe consumer.deallocate()
            unsafe producer.deallocate()
        }

        /// How far the reader has freed it.
        var freed: UInt { unsafe consumer.load(as: UInt.self) }
        /// How far the kernel has begun to write.
        var written: UInt { end }
        var isUnfinished: Bool { records.isUnfinished }

        private static func header(of place: UInt) -> Int { RingRecordsTests.page + Int(place) % RingRecordsTests.page }

        /// Begins a record of one number; its place.
        func begin(_ number: UInt64) -> UInt {
            let place = end
            let header = Self.header(of: place)
            unsafe producer.storeBytes(of: number, toByteOffset: header + 8, as: UInt64.self)
            unsafe producer.storeBytes(of: 8 | 1 << 31, toByteOffset: header, as: UInt32.self)
            end += 16
            unsafe producer.storeBytes(of: end, as: UInt.self)
            return place
        }

        func end(_ place: UInt, isGivenUp: Bool = false) {
            let word: UInt32 = 8 | (isGivenUp ? 1 << 30 : 0)
            unsafe producer.storeBytes(of: word, toByteOffset: Self.header(of: place), as: UInt32.self)
        }

        func write(_ number: UInt64) { end(begin(number)) }

        /// What is there, and whether more may be.
        func pass(limit: Int = 100) -> ([UInt64], Bool) {
            var numbers: [UInt64] = []
            let isMore = records.pass(limit: limit) { record in
                numbers.append(unsafe record.unsafeLoad(as: UInt64.self))
            }
            return (numbers, isMore)
        }
    }

    @Test("each is handed over once, in their order, and what was given up is passed by")
    func inOrder() {
        let ring = MadeUpRing()
        #expect(ring.pass() == ([], false))
        for number in 1...5 as ClosedRange<UInt64> { ring.write(number) }
        ring.end(ring.begin(6), isGivenUp: true)
        ring.write(7)
        #expect(ring.pass(limit: 2) == ([1, 2], true) && ring.freed == 32)
        #expect(ring.pass() == ([3, 4, 5, 7], false) && ring.freed == ring.written)
        #expect(ring.pass() == ([], false) && !ring.isUnfinished)
    }

    @Test("one that is not ended keeps nobody waiting behind it: their room alone is free later")
    func unfinished() {
        let ring = MadeUpRing()
        ring.write(1)
        let interrupted = ring.begin(2)
        for number in 3...5 as ClosedRange<UInt64> { ring.write(number) }
        #expect(ring.pass() == ([1, 3, 4, 5], false) && ring.isUnfinished && ring.freed == interrupted)
        ring.write(6)
        #expect(ring.pass() == ([6], false) && ring.freed == interrupted)
        ring.end(interrupted)
        #expect(ring.pass() == ([2], false) && !ring.isUnfinished && ring.freed == ring.written)
    }

    @Test("whatever the order in which they are ended, each is handed over once, and all room is free in the end")
    func random() {
        for seed in 0..<100 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let ring = MadeUpRing()
            var open: [(number: UInt64, place: UInt)] = []
            var (wanted, found) = (Set<UInt64>(), [UInt64]())
            for number in 1...200 as ClosedRange<UInt64> {
                open.append((number, ring.begin(number)))
                while !open.isEmpty, random.once(in: 2) {
                    let one = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                    let isGivenUp = random.once(in: 5)
                    ring.end(one.place, isGivenUp: isGivenUp)
                    if !isGivenUp { wanted.insert(one.number) }
                }
                if random.once(in: 3) {
                    let (numbers, _) = ring.pass(limit: Int.random(in: 1...9, using: &random))
                    #expect(wanted.isSuperset(of: numbers))
                    found += numbers
                    #expect(open.allSatisfy { $0.place >= ring.freed })
                }
            }
            for one in open {
                ring.end(one.place)
                wanted.insert(one.number)
            }
            while case let (numbers, isMore) = ring.pass(limit: 7), isMore || !numbers.isEmpty { found += numbers }
            #expect(found.count == wanted.count && Set(found) == wanted)
            #expect(ring.freed == ring.written && !ring.isUnfinished)
        }
    }
}
