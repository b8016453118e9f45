import Testing

@testable import DOETrace

struct ProcessorTurnTests {
    @Test("one after the other, and from the first again")
    func round() {
        var turn = ProcessorTurn()
        let seen = (0..<7).map { _ in turn.next(of: [4, 0, 2]) }
        #expect(seen == [0, 2, 4, 0, 2, 4, 0])
    }

    @Test("one that goes is passed over, one that comes has its turn")
    func hotplug() {
        var turn = ProcessorTurn()
        #expect(turn.next(of: [0, 1, 2]) == 0)
        #expect(turn.next(of: [0, 2]) == 2)
        #expect(turn.next(of: [0, 1, 2, 3]) == 3)
        #expect(turn.next(of: []) == nil)
        #expect(turn.next(of: [5]) == 5)
    }

    @Test("one that is held is left only when it is gone")
    func held() {
        var turn = ProcessorTurn()
        _ = turn.next(of: [0, 1])
        turn.isHeld = true
        #expect(turn.next(of: [0, 1]) == 0 && turn.isHeld)
        #expect(turn.next(of: [1]) == 1 && !turn.isHeld)
    }
}
