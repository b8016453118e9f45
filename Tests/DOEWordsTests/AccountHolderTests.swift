import DOEWords
import Testing

@Suite("Whom something is charged to")
struct AccountHolderTests {
    private func holder(uid: UInt32? = 1000, login: UInt32? = nil, unit: String? = nil) -> AccountHolder {
        AccountHolder(uid: uid, loginUID: login, unit: unit.map { .known($0) } ?? .none)
    }

    @Test("one person is one, whatever number he runs by")
    func person() {
        // From his range in /etc/subuid, of another user by way of su, and what his own manager runs.
        #expect(holder(uid: 100_077, login: 1000, unit: "session-3.scope") == .login(1000))
        #expect(holder(uid: 1001, login: 1000, unit: "session-4.scope") == .login(1000))
        #expect(holder(unit: "user@1000.service") == .login(1000))
        #expect(holder(uid: 100_077, unit: "session-3.scope") == holder(uid: 100_078, unit: "session-3.scope"))
        #expect(holder(unit: "session-3.scope") == .session("session-3.scope"))
    }

    @Test("a login uid that a process may have written itself names nobody")
    func chosen() {
        #expect(holder(login: 7000) == .user(1000) && holder(login: 7001) == .user(1000))
        #expect(holder(uid: 990, login: 7000, unit: "agent.service") == .unit("agent.service"))
        #expect(holder(login: 7000, unit: "user@1000.service") == .login(1000))
    }

    @Test("a service is one, however many instances are started of it")
    func service() {
        #expect(holder(uid: 990, unit: "agent.service") == .unit("agent.service"))
        #expect(holder(uid: 990, unit: "probe@7.service") == holder(uid: 991, unit: "probe@8.service"))
        #expect(holder(uid: 990, unit: "probe@7.service") == .unit("probe@.service"))
        #expect(holder(uid: 990, unit: "user@nobody.service") == .unit("user@.service"))
    }

    @Test("of a client it goes by what is known of it")
    func client() {
        func holder(uid: UInt32, _ unit: Fact<String>, login: Fact<UInt32> = .none) -> AccountHolder {
            AccountHolder(of: Client(via: .known(.unix), uid: .known(uid), loginUID: login, unit: unit))
        }
        for uid: UInt32 in [1000, 100_000, 165_535] {
            #expect(holder(uid: uid, .known("session-3.scope"), login: .known(1000)) == .login(1000))
            #expect(holder(uid: uid, .known("user@1000.service")) == .login(1000))
        }
        #expect(holder(uid: 1000, .known("agent.service")) == .unit("agent.service"))
        #expect(holder(uid: 1000, .none) == .user(1000) && holder(uid: 1000, .unknown) == .unnamed)
        #expect(holder(uid: 0, .unknown) == .root)
    }

    @Test("root is root, whoever it was before")
    func root() {
        #expect(holder(uid: 0, login: 1000, unit: "agent.service") == .root)
    }

    @Test("a TCP client is one of its socket's uid, apart from that user himself, root too")
    func loopback() {
        for uid in [0, 1000] as [UInt32] {
            let client = Client(via: .known(.tcp), uid: .none, tcpUID: .known(uid), loginUID: .none, unit: .none)
            #expect(AccountHolder(of: client) == .loopback(uid))
            #expect(AccountHolder(of: client) != holder(uid: uid) && AccountHolder(of: client) != .root)
            #expect(AccountHolder(of: client).description == "uid \(uid) over TCP")
        }
        #expect(AccountHolder(of: Client(via: .known(.tcp), uid: .none, tcpUID: .unknown)) == .unnamed)
    }

    @Test("whose unit could not be learned is nobody with any of his uids: nobody gains by not being named")
    func nameless() {
        for uid: UInt32 in [1000, 100_000, 100_001] {
            for login: UInt32? in [nil, 1000] {
                #expect(AccountHolder(uid: uid, loginUID: login, unit: .unknown) == .unnamed)
            }
        }
        #expect(AccountHolder(uid: 0, loginUID: nil, unit: .unknown) == .root)
        // What is told of them is told apart.
        let client = Client(via: .known(.unix), uid: .known(1000), loginUID: .known(7), unit: .unknown)
        #expect(AccountHolder(telling: client) == .user(1000))
    }

    @Test("else the uid counts, and those without one are one together")
    func others() {
        #expect(holder() == .user(1000))
        #expect(holder(uid: nil, login: 1000, unit: "agent.service") == .unnamed)
        #expect(AccountHolder(of: Client()) == .unnamed)
    }
}
