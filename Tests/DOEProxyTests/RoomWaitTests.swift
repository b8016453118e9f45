import Testing

@testable import DOEProxy

@Suite("Waiting for room in the ring")
struct RoomWaitTests {
    @Test("nobody waits where there is room")
    func room() {
        var wait = RoomWait()
        for now in 0..<5 as Range<UInt64> { #expect(wait.turn(hasRoom: true, at: now) == nil) }
    }

    @Test("a client is held until there is room, and the next time anew")
    func held() {
        var wait = RoomWait()
        #expect(wait.turn(hasRoom: false, at: 1_000) == 1_000 + RoomWait.interval)
        #expect(wait.turn(hasRoom: false, at: 900_000) != nil)
        #expect(wait.turn(hasRoom: true, at: 905_000) == nil)
        #expect(wait.turn(hasRoom: false, at: 1_500_000) != nil)
    }

    @Test("after a second it goes on and is refused, and nobody is held again before there was room")
    func limit() {
        var wait = RoomWait()
        #expect(wait.turn(hasRoom: false, at: 5) != nil)
        #expect(wait.turn(hasRoom: false, at: 5 + RoomWait.limit) == nil)
        #expect(wait.turn(hasRoom: false, at: 5 + RoomWait.limit * 3) == nil)
        #expect(wait.turn(hasRoom: true, at: 5 + RoomWait.limit * 4) == nil)
        #expect(wait.turn(hasRoom: false, at: 5 + RoomWait.limit * 5) != nil)
    }
}
