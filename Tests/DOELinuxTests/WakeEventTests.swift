import DOELinux
import TestSupport
import Testing

@Suite struct BootIDTests {
    @Test func theBootIdHasThirtyTwoHexadecimalDigits() throws {
        #expect(try BootID.current().count == 32)
        #expect(try BootID.current() == BootID.current())
    }
}

@Suite struct WakeEventTests {
    @Test func aSignalThatCameBeforeTheWaitIsNotLost() throws {
        let event = try WakeEvent()
        event.signal()
        event.signal()
        // Would not return without the signal.
        event.wait(microseconds: nil)
        // Both were taken: this one ends by its time.
        event.wait(microseconds: 1)
    }

    @Test func noWaitIsTooLongToBeCounted() throws {
        let event = try WakeEvent()
        event.signal()
        event.wait(microseconds: .max)
    }
}
