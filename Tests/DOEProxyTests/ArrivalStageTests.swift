import DOELinux
import DOEWords
import SPDMSocket
import Testing

@testable import DOEProxy

@Suite("Connections that are still to be named")
struct ArrivalStageTests {
    @Test("so many of one uid: the next one is in place of one of them, or when one was named")
    func ofOne() {
        var stage = ArrivalStage(ClientLimits())
        for token: UInt64 in 0..<32 { #expect(stage.take(token, of: .user(7), at: 0) == .taken(late: nil)) }
        #expect(stage.take(99, of: .user(7), at: 0) == .instead(of: Array(0..<32)))
        #expect(stage.take(100, of: .user(8), at: 0) == .taken(late: nil))
        stage.giveBack(3)
        #expect(stage.take(101, of: .user(7), at: 0) == .taken(late: nil))
    }

    @Test("65,536 uids do not shut it: who has been in it for longest, of who has most, has had his time")
    func many() {
        var limits = ClientLimits()
        (limits.connections, limits.connectionsOfAll) = (4, 8)
        var stage = ArrivalStage(limits)
        for token: UInt64 in 1...3 { _ = stage.take(token, of: .user(1), at: 0) }
        var inside: Set<UInt64> = [1, 2, 3]
        for uid: UInt32 in 100_000..<165_536 {
            let token = UInt64(uid)
            guard case .taken(let late) = stage.take(token, of: .user(uid), at: UInt64(uid)) else {
                Issue.record("\(uid) was refused")
                return
            }
            inside.insert(token)
            if let late { #expect(inside.remove(late) != nil) }
            #expect(inside.count <= 8)
        }
        #expect(!inside.contains(1))
    }

    @Test("each costs its uid a token, so that a flood is not looked at one by one")
    func rate() {
        var limits = ClientLimits()
        (limits.rate, limits.burst) = (1, 3)
        var stage = ArrivalStage(limits)
        for token: UInt64 in 0..<3 { #expect(stage.take(token, of: .user(7), at: 0) == .taken(late: nil)) }
        #expect(stage.take(4, of: .user(7), at: 0) == .refused(.rate))
        #expect(stage.take(5, of: .user(8), at: 0) == .taken(late: nil))
        // A crowd of others, each seen once, does not make it forget who owes.
        for uid: UInt32 in 100..<400 {
            _ = stage.take(UInt64(uid), of: .user(uid), at: 1)
            stage.giveBack(UInt64(uid))
        }
        #expect(stage.take(6, of: .user(7), at: 2) == .refused(.rate))
        #expect(stage.take(7, of: .user(7), at: 10_000_000) == .taken(late: nil))
    }
}

@Suite("Connections that are refused")
struct RefusedConnectionsTests {
    private func stream() throws -> ConnectionStream { ConnectionStream(try StreamSocket.pair().0) }

    @Test("each is told after its moment, in their order; no holder fills the room")
    func moments() throws {
        var refused = RefusedConnections()
        #expect(refused.next == nil)
        var kept = 0
        while refused.hasRoom(for: .user(1)) {
            refused.keep(try stream(), of: .user(1), at: UInt64(kept))
            kept += 1
        }
        #expect(kept == RefusedConnections.countOfHolder && refused.next == RefusedConnections.time)
        for uid: UInt32 in 2...6 {
            #expect(refused.hasRoom(for: .user(uid)), "\(uid)")
            while refused.hasRoom(for: .user(uid)) { refused.keep(try stream(), of: .user(uid), at: 1_000) }
        }
        #expect(refused.due(at: RefusedConnections.time - 1).isEmpty)
        #expect(refused.due(at: RefusedConnections.time + 9).map(\.holder) == Array(repeating: .user(1), count: 10))
        #expect(refused.next == RefusedConnections.time + 10)
        refused.removeAll()
        #expect(refused.next == nil)
    }

    @Test("beyond that so many are turned away in a row, and then nobody is accepted for a little")
    func turnedAway() {
        var away = TurningAway()
        for _ in 1..<TurningAway.count {
            away.count(at: 10_000)
            #expect(away.restEnd(at: 10_000) == nil)
        }
        away.count(at: 10_001)
        #expect(away.restEnd(at: 10_001) == 11_000 && away.restEnd(at: 11_000) == nil)
        away.count(at: 11_000)
        #expect(away.restEnd(at: 11_000) == nil)
    }
}
