import DOEWords
import Testing

@testable import DOEProxy

@Suite("What each holder may take")
struct ClientAccountsTests {
    private static let user = AccountHolder.user(7)

    @Test("a whole SPDM session passes at once, of 4 KiB objects too; root's share is larger")
    func session() {
        let accounts = ClientAccounts()
        let holder = AccountHolder.login(1000)
        #expect(accounts.payForConnection(of: holder, at: 0) == .paid)
        for _ in 0..<2_500 {
            #expect(accounts.takeFrame(of: holder, at: 0))
            #expect(accounts.beginExchange(of: holder, bytes: 65_536, hadToken: true) == nil)
            accounts.endExchange(of: holder)
        }
        let limits = ClientLimits()
        #expect(limits.share(of: .root).requestBytes == 1 << 20)
        #expect(limits.share(of: .root).rate == 8 * limits.rate && limits.share(of: .user(1)).rate == limits.rate)
    }

    @Test("who asks one after the other is slowed down to the rate and never refused: 15,000 requests")
    func sequential() {
        let accounts = ClientAccounts()
        var now: UInt64 = 0
        var waits = 0
        for _ in 0..<15_000 {
            switch accounts.payForFrame(of: Self.user, at: now, mayWait: true) {
            case .paid: break
            case .due(let time):
                waits += 1
                now = time
            case .refused:
                Issue.record("refused at \(now)")
                return
            }
            #expect(accounts.beginExchange(of: Self.user, bytes: 12, hadToken: true) == nil)
            accounts.endExchange(of: Self.user)
            // Far faster than the rate.
            now += 100
        }
        #expect(waits > 5_000 && accounts.refused.isEmpty)
        // What was served is what the rate allows: the burst, and a thousand a second.
        #expect(now >= 10_000_000 - 5_000 && now < 11_000_000)
    }

    @Test("of several that wait each has a time of its own; who sends ahead meanwhile is refused")
    func severalWait() {
        var limits = ClientLimits()
        (limits.rate, limits.burst) = (100, 1)
        let accounts = ClientAccounts(limits)
        #expect(accounts.payForFrame(of: Self.user, at: 0, mayWait: true) == .paid)
        let times = (1...32).compactMap { _ in
            if case .due(let time) = accounts.payForFrame(of: Self.user, at: 0, mayWait: true) { time } else { nil }
        }
        #expect(Set(times).count == 32 && times == times.sorted() && times.last.map { $0 >= 320_000 } == true)
        #expect(accounts.payForFrame(of: Self.user, at: 0, mayWait: false) == .refused)
        #expect(accounts.payForFrame(of: .user(8), at: 0, mayWait: false) == .paid)
    }

    @Test("a new connection waits for its token too, a second at most: a flood of them owes no more")
    func connections() {
        var limits = ClientLimits()
        (limits.rate, limits.burst) = (10, 1)
        let accounts = ClientAccounts(limits)
        let payments = (0..<1_000).map { _ in accounts.payForConnection(of: Self.user, at: 0) }
        #expect(payments.first == .paid && payments.last == .refused)
        #expect((9...11).contains(payments.count { if case .due = $0 { true } else { false } }))
        #expect(accounts.nextToken(of: Self.user, at: 0).map { $0 <= 1_200_000 } == true)
    }

    @Test("each limit refuses for its own reason, and what is refused counts until it is answered")
    func reasons() {
        var limits = ClientLimits()
        (limits.openExchanges, limits.requestBytes, limits.burst, limits.rate) = (2, 100, 5, 1)
        let accounts = ClientAccounts(limits)
        let holder = AccountHolder.login(7)
        #expect(accounts.beginExchange(of: holder, bytes: 100, hadToken: true) == nil)
        #expect(accounts.beginExchange(of: holder, bytes: 101, hadToken: true) == .requestSize)
        #expect(accounts.beginExchange(of: holder, bytes: 100, hadToken: true) == .openExchanges)
        accounts.endExchange(of: holder)
        accounts.endExchange(of: holder)
        #expect(accounts.beginExchange(of: holder, bytes: 100, hadToken: false) == .rate)
        #expect(accounts.refused == [.requestSize: 1, .openExchanges: 1, .rate: 1])
        let size = accounts.sentence(.requestSize, of: holder, bytes: 101)
        #expect(size.contains("101 bytes, and the login of uid 7 may send 100"))
        let share = accounts.sentence(.connections, of: holder, connections: 32)
        #expect(share.hasPrefix("the login of uid 7 has 32 connections open already, as many as it may"))
        let all = accounts.sentence(.connections, of: .unit("agent.service"), connections: 3)
        #expect(all.hasPrefix("agent.service has 3 connections open already, and of the 256 of all users none rests"))
    }

    @Test("to come again does not bring a new burst, and who has been away long enough is forgotten")
    func comingAgain() {
        var limits = ClientLimits()
        (limits.rate, limits.burst) = (1, 3)
        let accounts = ClientAccounts(limits)
        for _ in 0..<3 { #expect(accounts.takeFrame(of: Self.user, at: 0)) }
        #expect(!accounts.takeFrame(of: Self.user, at: 0))
        // A crowd comes and goes.
        for uid in UInt32(100)..<400 { #expect(accounts.payForConnection(of: .user(uid), at: 1) == .paid) }
        #expect(!accounts.takeFrame(of: Self.user, at: 2))
        #expect(accounts.payForConnection(of: Self.user, at: 10_000_000) == .paid)
    }
}
