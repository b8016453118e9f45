import Testing

@testable import DOEMonitor

@Suite("Whose turn it is at a mailbox")
struct FairQueueTests {
    @Test("one user's long queue holds up another user by one exchange, and each user's own order stays")
    func turns() {
        var queue = FairQueue<String>()
        for number in 1...5 { queue.add("flood \(number)", of: 1000) }
        let first = queue.next()
        #expect(first == "flood 1")
        queue.add("a", of: 7)
        queue.add("b", of: 7)
        queue.add("c", of: 8)
        let rest = queue.takeAll()
        #expect(rest == ["flood 2", "a", "c", "flood 3", "b", "flood 4", "flood 5"])
    }

    @Test("who comes again waits behind those who were there")
    func comingAgain() {
        var queue = FairQueue<Int>()
        queue.add(1, of: 1)
        queue.add(2, of: 2)
        let first = queue.next()
        #expect(first == 1)
        queue.add(3, of: 1)
        let rest = queue.takeAll()
        #expect(rest == [2, 3])
    }
}
