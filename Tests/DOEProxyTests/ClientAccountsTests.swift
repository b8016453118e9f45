import DOEWords
import Testing

@testable import DOEProxy

@Suite("What each user may take")
struct ClientAccountsTests {
    @Test("a user has a bounded share of connections, all users together have one, and root's is its own")
    func connections() {
        let limits = ClientLimits()
        let accounts = ClientAccounts(limits)
        for _ in 0..<limits.connections { #expect(accounts.admitConnection(of: 1000, at: 0) == nil) }
        #expect(accounts.admitConnection(of: 1000, at: 0) == .connections)
        #expect(accounts.admitConnection(of: 1001, at: 0) == nil)
        var others = limits.connections + 1
        for uid in UInt32(2000)... {
            guard accounts.admitConnection(of: uid, at: 0) == nil else { break }
            others += 1
        }
        #expect(others == limits.connectionsOfAll)
        for _ in 0..<(limits.connections * ClientLimits.rootFactor) {
            #expect(accounts.admitConnection(of: 0, at: 0) == nil)
        }
        #expect(accounts.admitConnection(of: 0, at: 0) == .connections)
        #expect(accounts.refused == [.connections: 3])
        accounts.releaseConnection(of: 1000)
        #expect(accounts.admitConnection(of: 1000, at: 0) == nil)
        #expect(accounts.admitConnection(of: 1000, at: 0) == .connections)
    }

    @Test("a whole SPDM session passes at once, of 4 KiB objects too; root's share is larger")
    func session() {
        let accounts = ClientAccounts()
        #expect(accounts.admitConnection(of: 1000, at: 0) == nil)
        for _ in 0..<2_500 {
            #expect(accounts.takeFrame(of: 1000, at: 0))
            #expect(accounts.beginExchange(of: 1000, bytes: 65_536, hadToken: true) == nil)
            accounts.endExchange(of: 1000)
        }
        let limits = ClientLimits()
        #expect(limits.share(of: 0).requestBytes == 1 << 20)
        #expect(limits.share(of: 0).rate == 8 * limits.rate && limits.share(of: 1).rate == limits.rate)
    }

    @Test("each limit refuses for its own reason, and what is refused counts until it is answered")
    func reasons() {
        var limits = ClientLimits()
        (limits.openExchanges, limits.requestBytes, limits.burst, limits.rate) = (2, 100, 5, 1)
        let accounts = ClientAccounts(limits)
        #expect(accounts.admitConnection(of: 7, at: 0) == nil)
        #expect(accounts.beginExchange(of: 7, bytes: 100, hadToken: true) == nil)
        #expect(accounts.beginExchange(of: 7, bytes: 101, hadToken: true) == .requestSize)
        #expect(accounts.beginExchange(of: 7, bytes: 100, hadToken: true) == .openExchanges)
        accounts.endExchange(of: 7)
        accounts.endExchange(of: 7)
        #expect(accounts.beginExchange(of: 7, bytes: 100, hadToken: false) == .rate)
        #expect(accounts.refused == [.requestSize: 1, .openExchanges: 1, .rate: 1])
        #expect(accounts.sentence(.requestSize, of: 7, bytes: 101).contains("101 bytes, and uid 7 may send 100"))
    }

    @Test("to come again does not bring a new burst, and users who have been away long enough are forgotten")
    func comingAgain() {
        var limits = ClientLimits()
        (limits.rate, limits.burst) = (1, 3)
        let accounts = ClientAccounts(limits)
        for _ in 0..<3 {
            #expect(accounts.admitConnection(of: 7, at: 0) == nil)
            accounts.releaseConnection(of: 7)
        }
        #expect(accounts.admitConnection(of: 7, at: 0) == .rate)
        // A crowd comes and goes.
        for uid in UInt32(100)..<400 {
            #expect(accounts.admitConnection(of: uid, at: 1) == nil)
            accounts.releaseConnection(of: uid)
        }
        #expect(accounts.admitConnection(of: 7, at: 2) == .rate)
        #expect(accounts.admitConnection(of: 7, at: 10_000_000) == nil)
    }
}
