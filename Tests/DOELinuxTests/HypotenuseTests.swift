import Glibc
import Testing

/// What stands in for glibc's: nothing calls it, but whoever does gets what C promises.
@Suite("hypotf")
struct HypotenuseTests {
    @Test("the root of two squares, whatever their size")
    func root() {
        #expect(hypotf(3, -4) == 5)
        #expect(hypotf(0, -0.0) == 0)
        #expect(hypotf(0x3p100, 0x4p100) == 0x5p100)
        #expect(hypotf(0x3p-140, 0x4p-140) == 0x5p-140)
        #expect(hypotf(.greatestFiniteMagnitude, .greatestFiniteMagnitude) == .infinity)
    }

    @Test("an infinite side makes it infinite, whatever the other is; else no number makes none")
    func strangeNumbers() {
        #expect(hypotf(.nan, -.infinity) == .infinity)
        #expect(hypotf(.infinity, 1) == .infinity)
        #expect(hypotf(.nan, 1).isNaN)
    }
}
