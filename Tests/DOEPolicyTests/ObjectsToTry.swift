import DOEWords
import Glibc

@testable import DOEPolicy

/// Objects that tests of the gate walk over.
enum ObjectsToTry {
    /// The same for a test that asks several times about each: without optimisation all of them would take an hour, so
    /// there it is those at risk. `DOE_TEST_EVERY_OBJECT=1 swift test -c release --filter DOEPolicyTests` has all.
    static var allWhereFast: [ObjectID] {
        #if DEBUG
            atRisk
        #else
            all
        #endif
    }

    /// All 2^24 with `DOE_TEST_EVERY_OBJECT=1`; else those at risk.
    static var all: [ObjectID] {
        guard unsafe getenv("DOE_TEST_EVERY_OBJECT") != nil else { return atRisk }
        return (0...0xff_ffff as ClosedRange<UInt32>).map(object)
    }

    /// Those that a slip in a mask, a shift or the
    /// order of bytes would mix up with one that rules name.
    private static var atRisk: [ObjectID] {
        var numbers: Set<UInt32> = []
        for vendor in [0x1e98, 0x981e, 0x9e81, 0x0001, 0x0100, 0x0000, 0xffff, 0x8086, 0x1efd, 0xabcd] as [UInt32] {
            for type in 0...0xff as ClosedRange<UInt32> { numbers.insert(vendor << 8 | type) }
        }
        for number in [0x1e_9800, 0x00_0100, 0x1e_9802, 0xab_cd07] as [UInt32] {
            for first in 0..<24 as Range<UInt32> {
                for second in 0..<24 as Range<UInt32> { numbers.insert(number ^ (1 << first | 1 << second)) }
            }
        }
        return numbers.sorted().map(object)
    }

    private static func object(_ number: UInt32) -> ObjectID {
        ObjectID(vendor: UInt16(number >> 8), type: UInt8(number & 0xff))
    }
}
