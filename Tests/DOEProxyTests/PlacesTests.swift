import DOEWords
import TestSupport
import Testing

@testable import DOEProxy

@Suite("Places of connections")
struct PlacesTests {
    private static let second: UInt64 = 1_000_000

    /// Places with their connections, numbered as they come, and how each rests.
    private final class Room {
        var places: Places
        var rests: [UInt64: Rest] = [:]
        var holders: [UInt64: AccountHolder] = [:]
        var now: UInt64 = 100 * PlacesTests.second
        private var last: UInt64 = 0

        init(_ limits: ClientLimits = ClientLimits()) { places = Places(limits) }

        /// Comes and rests; `false` where it found no place.
        func comes(_ holder: AccountHolder, _ kind: Rest.Kind? = nil) -> Bool {
            last += 1
            switch places.answer(for: holder, at: now, rest: { rests[$0] }) {
            case .free: break
            case .instead(let resting):
                guard let first = resting.first, let loser = holders.removeValue(forKey: first) else { return false }
                places.giveBack(first, of: loser)
                rests[first] = nil
            }
            places.take(last, for: holder)
            holders[last] = holder
            rests[last] = kind.map { Rest(kind: $0, since: now) }
            return true
        }

        func count(_ holder: AccountHolder) -> Int { places.count(of: holder) }
    }

    private func user(_ uid: UInt32) -> AccountHolder { .user(uid) }

    @Test("what is in use is a holder's up to its share; root's is its own")
    func shares() {
        let room = Room()
        for _ in 0..<32 { #expect(room.comes(.login(1000))) }
        #expect(!room.comes(.login(1000)))
        // The same uid in a unit is somebody else.
        #expect(room.comes(.unit("agent@.service")))
        for _ in 0..<256 { #expect(room.comes(.root)) }
        #expect(!room.comes(.root))
    }

    @Test("few together never have all: each leaves as many as he has, so whoever comes then has a place")
    func sharesLeft() {
        let room = Room()
        for uid: UInt32 in 1...8 { while room.comes(user(uid)) {} }
        #expect((1...7).allSatisfy { room.count(user($0)) == 32 } && room.count(user(8)) == 16)
        #expect(room.comes(.unit("agent.service")) && room.comes(.login(1000)) && room.comes(.unnamed))
    }

    @Test("a dozen who halve what is left until nothing is, always busy, keep out nobody who has none")
    func halves() {
        let room = Room()
        for uid: UInt32 in 1...13 { while room.comes(user(uid)) {} }
        #expect((1...13).reduce(0) { $0 + room.count(user($1)) } == 256)
        for newcomer: UInt32 in 1000..<1256 { #expect(room.comes(.login(newcomer)), "\(newcomer)") }
        #expect(!room.comes(.login(1000)) && !room.comes(.login(2000)))
    }

    @Test(
        "eight holders with all they can get, idle, keep out nobody: whoever comes has a place at once",
        arguments: [Rest.Kind.silent, .answered])
    func idleOnes(kind: Rest.Kind) {
        let room = Room()
        // More of them than there are places, and each as often as it likes.
        for uid: UInt32 in 1...300 { for _ in 0..<40 { _ = room.comes(user(uid), kind) } }
        // By now each has one: who has rested for a second gives it up.
        room.now += Self.second
        for newcomer: UInt32 in 1000..<1200 { #expect(room.comes(.login(newcomer), .answered), "\(newcomer)") }
    }

    @Test("a holder's own go before others', who never asked before who did, and then who rests for longest")
    func order() {
        var limits = ClientLimits()
        (limits.connections, limits.connectionsOfAll) = (4, 100)
        let room = Room(limits)
        for kind in [Rest.Kind.answered, .answered, .silent, .silent] {
            #expect(room.comes(user(1), kind))
            room.now += 2 * Self.second
        }
        #expect(room.comes(user(2), .answered))
        for _ in 0..<4 { #expect(room.comes(user(1), nil)) }
        // 3 and 4 never asked, 1 rested before 2; the other user's was not asked for.
        #expect(room.holders.keys.sorted() == [5, 6, 7, 8, 9])
        #expect(!room.comes(user(1)))
    }

    @Test("where all are taken, one of the holder with the most goes, and nobody's last one for somebody's second")
    func crowded() {
        var limits = ClientLimits()
        (limits.connections, limits.connectionsOfAll) = (4, 6)
        let room = Room(limits)
        for _ in 0..<3 { #expect(room.comes(user(1), .answered)) }
        #expect(room.comes(user(2), .answered) && room.comes(user(3), .answered) && !room.comes(user(2), nil))
        #expect(room.comes(user(4), .answered))
        // All six are taken, and these have the places that are kept for who has none.
        for uid: UInt32 in 11...16 { #expect(room.comes(user(uid), nil)) }
        room.now += 5 * Self.second
        // Who has none now gets one of the three, at once.
        #expect(room.comes(user(5), .answered) && room.count(user(1)) == 2)
        #expect(room.comes(user(6), .answered) && room.count(user(1)) == 1)
        // From here on everybody has one: only who has rested for a second gives it up.
        #expect(room.comes(user(7), nil) && room.comes(user(8), nil))
        let own = room.count(user(5)) + room.count(user(6))
        #expect(own == 2, "these have just come")
        #expect(!room.comes(user(8), nil))
    }

    @Test("what is under way is never ended, nor a frame or an answer that is on its way for less than a second")
    func inUse() {
        var limits = ClientLimits()
        (limits.connections, limits.connectionsOfAll) = (2, 4)
        for kind in [nil, Rest.Kind.half, .deaf] {
            let room = Room(limits)
            for uid: UInt32 in 1...8 { for _ in 0..<2 { _ = room.comes(user(uid), kind) } }
            while room.comes(user(9), kind), room.count(user(9)) < 2 {}
            let before = room.holders
            #expect(!room.comes(user(10), nil) && room.holders == before)
            room.now += Self.second
            #expect(room.comes(user(10), nil) == (kind != nil))
        }
    }

    @Test("who works through a pool of connections does not lose one that he has just used to his own next one")
    func pool() {
        let room = Room()
        for _ in 0..<32 { #expect(room.comes(user(1), .answered)) }
        #expect(!room.comes(user(1)))
        room.now += Self.second
        #expect(room.comes(user(1)))
    }
}

@Suite("Places of connections that are named late")
struct LateNamesTests {
    /// Connections of a few people, each of whom is nobody until his name comes; the steps are the server's.
    private final class Door {
        var places: Places
        private(set) var now: UInt64 = 1_000_000
        private var connections: [UInt64: (charged: AccountHolder, really: AccountHolder, named: UInt64)] = [:]
        private var rests: [UInt64: Rest] = [:]
        private var last: UInt64 = 0
        let limits: ClientLimits

        init(_ limits: ClientLimits) {
            self.limits = limits
            places = Places(limits)
        }

        /// A place among those of this holder, be it one whose connection goes for it.
        private func sit(_ token: UInt64, _ holder: AccountHolder) -> Bool {
            switch places.answer(for: holder, at: now, rest: { rests[$0] }) {
            case .free: break
            case .instead(let resting):
                guard let first = resting.first else { return false }
                end(first)
            }
            places.take(token, for: holder)
            return true
        }

        func comes(_ holder: AccountHolder, named delay: UInt64, resting kind: Rest.Kind?) {
            last += 1
            let charged = delay <= ProxyServer.identityTime ? holder : .unnamed
            guard sit(last, charged) else { return }
            connections[last] = (charged, holder, charged == holder ? .max : now + delay)
            rests[last] = kind.map { Rest(kind: $0, since: now) }
        }

        func end(_ token: UInt64) {
            guard let connection = connections.removeValue(forKey: token) else { return }
            places.giveBack(token, of: connection.charged)
            rests[token] = nil
        }

        func endOne(_ random: inout SeededGenerator) {
            if let token = connections.keys.sorted().randomElement(using: &random) { end(token) }
        }

        /// Time passes, and names come.
        func pass(_ time: UInt64) {
            now += time
            for (token, connection) in connections.sorted(by: { $0.key < $1.key }) where connection.named <= now {
                // It may have made room for one named before it.
                guard connections[token] != nil else { continue }
                places.giveBack(token, of: connection.charged)
                if sit(token, connection.really) {
                    connections[token] = (connection.really, connection.really, .max)
                } else {
                    places.take(token, for: connection.charged)
                    end(token)
                }
            }
        }

        /// How many connections of this holder are known to be his.
        func known(_ holder: AccountHolder) -> Int { connections.values.count { $0.charged == holder } }
        var count: Int { connections.count }
        var unnamed: Int { connections.values.count { $0.named != .max } }
        func endAll() { for token in connections.keys.sorted() { end(token) } }
    }

    @Test("whenever names come, nobody has more than his share of those that are named, and no place is lost or won")
    func random() {
        let holders: [AccountHolder] = [.unit("agent.service"), .login(1000), .user(7)]
        for seed in 0..<60 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var limits = ClientLimits()
            limits.connections = Int.random(in: 1...12, using: &random)
            limits.connectionsOfAll = Int.random(in: limits.connections...40, using: &random)
            let door = Door(limits)
            for _ in 0..<400 {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: door.endOne(&random)
                case 1: door.pass(UInt64.random(in: 0...300_000, using: &random))
                default:
                    let kinds: [Rest.Kind?] = [nil, nil, .silent, .answered, .half]
                    door.comes(
                        random.pick(holders), named: UInt64.random(in: 0...900_000, using: &random),
                        resting: random.pick(kinds))
                }
                for holder in holders + [.unnamed] {
                    #expect(door.places.count(of: holder) == door.known(holder))
                    #expect(door.places.count(of: holder) <= limits.connections)
                }
                #expect(
                    holders.reduce(door.places.count(of: .unnamed)) { $0 + door.places.count(of: $1) } == door.count)
            }
            // Once all are named nobody has a second account, however many came late.
            door.pass(1_000_000)
            #expect(door.unnamed == 0 && door.places.count(of: .unnamed) == 0)
            door.endAll()
            for holder in holders { #expect(door.places.count(of: holder) == 0) }
            // And there is room for as many as at the beginning.
            let first = Door(limits)
            for _ in 0..<50 {
                for anew in [door, first] { anew.comes(holders[0], named: 0, resting: nil) }
            }
            #expect(door.places.count(of: holders[0]) == first.places.count(of: holders[0]))
        }
    }
}

@Suite("Connections that rest for too long")
struct RestWatchTests {
    private static let second: UInt64 = 1_000_000

    private final class Watch {
        private var watch: RestWatch

        init() {
            var limits = ClientLimits()
            limits.idleSeconds = 600
            watch = RestWatch(limits)
        }

        var next: UInt64? { watch.next.map { $0 / RestWatchTests.second } }
        func came(at now: UInt64) { watch.came(at: now * RestWatchTests.second) }

        /// Whether one connection is to end.
        func ends(at now: UInt64, _ rest: Rest?, isTCP: Bool = false) -> Bool {
            let token: UInt64 = 7
            return watch.due(at: now * RestWatchTests.second, [(token: token, isTCP: isTCP, rest: rest)]) == [token]
        }
    }

    @Test("who never asked ends after 30 s, and over TCP, where QEMU connects early, after the long time")
    func silent() {
        let watch = Watch()
        #expect(watch.next == nil)
        watch.came(at: 0)
        #expect(watch.next == 30)
        let rest = Rest(kind: .silent, since: 5 * Self.second)
        #expect(!watch.ends(at: 30, rest) && watch.next == 35)
        #expect(!watch.ends(at: 36, rest, isTCP: true) && watch.next == 605)
        #expect(watch.ends(at: 36, rest) && watch.next == nil)
        #expect(watch.ends(at: 605, rest, isTCP: true))
    }

    @Test("who has asked ends after the long time; who is busy is looked at again when that could be over")
    func answered() {
        let watch = Watch()
        let rest = Rest(kind: .answered, since: 100 * Self.second)
        #expect(!watch.ends(at: 130, rest) && watch.next == 700)
        #expect(!watch.ends(at: 700, nil) && watch.next == 1300)
        #expect(watch.ends(at: 1300, rest))
    }

    @Test("half a frame, or an answer that nobody takes, has an end of its own")
    func onItsWay() {
        let watch = Watch()
        for (kind, next) in [(Rest.Kind.half, 100_030 as UInt64), (.deaf, 100_600)] {
            #expect(!watch.ends(at: 100_000, Rest(kind: kind, since: 0)) && watch.next == next)
        }
    }
}
