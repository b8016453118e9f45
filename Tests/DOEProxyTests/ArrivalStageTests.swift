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
        for token: UInt64 in 0..<32 { #expect(stage.take(token, of: .user(7), at: 0) == .taken) }
        #expect(stage.take(99, of: .user(7), at: 0) == .instead(of: Array(0..<32)))
        #expect(stage.take(100, of: .user(8), at: 0) == .taken)
        stage.giveBack(3)
        #expect(stage.take(101, of: .user(7), at: 0) == .taken)
    }

    @Test("65,536 uids do not push anybody out: where it is full nobody is accepted until one was named")
    func many() {
        var limits = ClientLimits()
        (limits.connections, limits.connectionsOfAll) = (4, 8)
        var stage = ArrivalStage(limits)
        for uid: UInt64 in 1...8 {
            #expect(stage.restEnd(at: 0) == nil)
            #expect(stage.take(uid, of: .user(UInt32(uid)), at: 0) == .taken)
        }
        #expect(stage.restEnd(at: 0) == ArrivalStage.pause)
        stage.giveBack(5)
        #expect(stage.restEnd(at: 0) == nil)
    }

    @Test("nor does it cost more than so many names a second")
    func names() {
        var stage = ArrivalStage(ClientLimits())
        for uid: UInt64 in 0..<UInt64(ArrivalStage.rate) {
            #expect(stage.restEnd(at: 0) == nil)
            _ = stage.take(uid, of: .user(UInt32(uid)), at: 0)
            stage.giveBack(uid)
        }
        #expect(stage.restEnd(at: 0).map { (250...252).contains($0) } == true)
    }

    @Test("each costs its uid a token, so that a flood is not looked at one by one")
    func rate() {
        var limits = ClientLimits()
        (limits.rate, limits.burst) = (1, 3)
        var stage = ArrivalStage(limits)
        for token: UInt64 in 0..<3 { #expect(stage.take(token, of: .user(7), at: 0) == .taken) }
        #expect(stage.take(4, of: .user(7), at: 0) == .refused(.rate))
        #expect(stage.take(5, of: .user(8), at: 0) == .taken)
        // A crowd of others, each seen once, does not make it forget who owes.
        for uid: UInt32 in 100..<400 {
            _ = stage.take(UInt64(uid), of: .user(uid), at: 1)
            stage.giveBack(UInt64(uid))
        }
        #expect(stage.take(6, of: .user(7), at: 2) == .refused(.rate))
        #expect(stage.take(7, of: .user(7), at: 10_000_000) == .taken)
    }
}

@Suite("Whom a connection is charged to")
struct ClientHolderTests {
    @Test("who cannot be looked at is nobody, with any of his uids: nobody gains a share by not being named")
    func nameless() {
        for uid: UInt32 in [1000, 100_000, 100_001] {
            let client = Client(via: .known(.unix), uid: .known(uid), loginUID: .unknown, unit: .unknown)
            #expect(AccountHolder(of: client) == .unnamed)
        }
        #expect(AccountHolder(of: .unknownUnix) == .unnamed && AccountHolder(of: PeerIdentity.tcpClient) == .unnamed)
        #expect(AccountHolder(of: Client(via: .known(.unix), uid: .known(0), unit: .unknown)) == .root)
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

    @Test("who was told is let go, however many still wait behind it")
    func letGo() throws {
        var refused = RefusedConnections()
        func keep(at now: UInt64) throws -> StreamSocket {
            let (ours, theirs) = try StreamSocket.pair()
            refused.keep(ConnectionStream(ours), of: .user(1), at: now)
            return theirs
        }
        let first = try keep(at: 0)
        let others = try (0..<50).map { try keep(at: 1 + $0) }
        #expect(!first.hasEnded)
        #expect(refused.due(at: RefusedConnections.time).count == 1)
        #expect(first.hasEnded && others.allSatisfy { !$0.hasEnded })
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
