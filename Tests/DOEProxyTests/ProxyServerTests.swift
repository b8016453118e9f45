import DOEAuditTrail
import DOEControl
import DOELinux
import DOEMonitor
import DOEObjects
import DOEWords
import Glibc
import TestSupport
import SPDMSocket
import Synchronization
import Testing

@testable import DOEProxy

@Suite("The server, with real clients")
struct ProxyServerTests {
    @Test("two clients get each the answer to their own request, and may ask why")
    func twoClients() throws {
        let house = try ProxyHouse()
        house.mailbox.gate.close()
        var first = try house.client()
        var second = try house.client()
        for size in 3..<20 {
            #expect(try first.exchange(ProxyHouse.request(dwords: size)) == .response(ProxyHouse.request(dwords: size)))
            let other = try ProxyHouse.request(dwords: size + 100)
            #expect(try second.exchange(other) == .response(other))
        }
        let notice = try JSONText.decode(ExchangeNotice.self, from: try first.explainLast())
        #expect(notice.verdict == "allow" && notice.rule == "50-test.rules:1" && notice.instance == "ring")
        #expect(notice.sequence == 33)
        #expect(house.monitor.counters.exchanges == 34)
    }

    @Test("a refused request is answered by an empty frame, and the connection serves the next one")
    func refused() throws {
        let house = try ProxyHouse()
        house.mailbox.gate.close()
        var client = try house.client()
        #expect(try client.exchange(DataObject(.discovery, payload: [0]).bytes) == .refused)
        let notice = try JSONText.decode(ExchangeNotice.self, from: try client.explainLast())
        #expect(notice.status == "refused" && notice.rule == "default" && notice.sequence == 1)
        #expect(try client.exchange(ProxyHouse.request()) == .response(ProxyHouse.request()))
    }

    @Test("what is known of the mailbox is told to whoever asks, and is no exchange")
    func described() throws {
        let house = try ProxyHouse()
        var client = try house.client()
        let text = try #require(try client.describe())
        let facts = MailboxFacts(mailbox: "sim:gate", capabilityVersion: nil, discoveryVersion: 0, objects: nil)
        #expect(try JSONText.decode(MailboxFacts.self, from: text) == facts)
        #expect(house.monitor.counters.exchanges == 0)
    }

    @Test("a client that is gone costs its own exchange: it ends and is on record, and the next client is served")
    func goneInFlight() throws {
        let house = try ProxyHouse()
        do {
            let client = try house.bareClient()
            #expect(try client.sendAll(SPDMFrame(.normal, payload: ProxyHouse.request()).bytes))
            #expect(house.mailbox.entered.take() == 3)
        }
        house.mailbox.gate.close()
        var next = try house.client()
        #expect(try next.exchange(ProxyHouse.request()) == .response(ProxyHouse.request()))
        let notice = try JSONText.decode(ExchangeNotice.self, from: try next.explainLast())
        #expect(notice.sequence == 2)
        #expect(house.monitor.counters.exchanges == 2 && house.monitor.trail.status.open == 0)
    }

    @Test("half a frame is refused after its time, recorded, and the connection ends; others are served meanwhile")
    func halfFrame() throws {
        let house = try ProxyHouse(frameSeconds: 0)
        house.mailbox.gate.close()
        let client = try house.bareClient()
        #expect(try client.sendAll([0, 0, 0, 1, 0]))
        #expect(try client.readToEnd() == SPDMFrame.refusal.bytes)
        #expect(house.monitor.counters.refused == 1)
        var next = try house.client()
        #expect(try next.exchange(ProxyHouse.request()) == .response(ProxyHouse.request()))
    }

    @Test("an end waits for the exchange under way, gives its answer, and begins no other")
    func stopInFlight() throws {
        var limits = ClientLimits()
        limits.requestBytes = 1 << 20
        let house = try ProxyHouse(limits: limits)
        // Larger than any socket buffer, so that the answer cannot be sent in one piece.
        let large = try ProxyHouse.request(dwords: 1 << 18)
        let client = try house.bareClient()
        let both =
            SPDMFrame(.normal, payload: large).bytes + SPDMFrame(.normal, payload: try ProxyHouse.request()).bytes
        #expect(try client.sendAll(both))
        let idle = try house.bareClient()
        #expect(house.mailbox.entered.take() == 1 << 18)
        house.tellToStop()
        // Closed while the exchange is still under way: nothing new is begun.
        #expect(try idle.readToEnd() == [])
        house.mailbox.gate.close()
        #expect(try client.readToEnd() == SPDMFrame(.normal, payload: large).bytes)
        house.join()
        #expect(house.monitor.counters.exchanges == 1)
    }

    @Test("a client that asks without a pause does not hold up the end")
    func busyClientAtTheEnd() throws {
        let house = try ProxyHouse()
        house.mailbox.gate.close()
        let path = house.socketPath
        let asks = try WorkerThread(name: "asks") {
            guard var client = try? SPDMSocketClient(connectingTo: .unix(path)) else { return }
            while let request = try? ProxyHouse.request(), (try? client.exchange(request)) != nil {}
        }
        _ = house.mailbox.entered.take()
        house.tellToStop()
        house.join()
        asks.join()
    }

    /// A house with few places.
    private func smallHouse() throws -> ProxyHouse {
        var limits = ClientLimits()
        limits.connections = 1
        return try ProxyHouse(limits: limits)
    }

    /// Takes all of the user's places but so many, with a request under way each; the first has reached the mailbox.
    private func fill(_ house: ProxyHouse, but free: Int = 0) throws -> [StreamSocket] {
        let request = SPDMFrame(.normal, payload: try ProxyHouse.request()).bytes
        let clients = try (free..<house.accounts.limits.share(of: .root).connections).map { _ in
            let client = try house.bareClient()
            #expect(try client.sendAll(request))
            return client
        }
        #expect(house.mailbox.entered.take() == 3)
        return clients
    }

    @Test("who is refused a place, or for a broken frame, reads the refusal and the end, and may write on")
    func lingers() throws {
        let house = try smallHouse()
        let otherTransport = SPDMFrame(.normal, transport: .none, payload: [5, 0x10, 0x84, 0]).bytes
        let broken = try house.bareClient()
        #expect(try broken.sendAll(otherTransport + otherTransport))
        #expect(try broken.readToEnd() == SPDMFrame.refusal.bytes)
        let held = try fill(house)
        let turnedAway = try house.bareClient()
        #expect(try turnedAway.readToEnd() == SPDMFrame.refusal.bytes)
        // Hung up on, each would be killed here by SIGPIPE.
        for client in [broken, turnedAway] { #expect(try client.sendAll(otherTransport)) }
        #expect(held.count == 8)
    }

    @Test("a user who has all its places in use is refused in order, and a place is free again with its exchange's end")
    func limits() throws {
        let house = try smallHouse()
        var held = try fill(house)
        // A place is taken by a client that has left: its request still is in the mailbox.
        held.removeFirst()
        #expect(try house.bareClient().readToEnd() == SPDMFrame.refusal.bytes)
        #expect(house.accounts.refused == [.connections: 1])
        house.mailbox.gate.close()
        var answer: SPDMAnswer?
        for _ in 0..<100_000 where answer == nil || answer == .refused {
            var client = try house.client()
            answer = try? client.exchange(ProxyHouse.request())
        }
        #expect(try answer == .response(ProxyHouse.request()))
    }

    @Test("a connection that only stands there makes room, and hears so; one with an exchange under way does not")
    func makesRoom() throws {
        let house = try smallHouse()
        var held = try fill(house, but: 1)
        var idle = try house.bareClient()
        for _ in 0..<3 {
            let next = try house.bareClient()
            #expect(try idle.readToEnd() == SPDMFrame.refusal.bytes)
            idle = next
        }
        held.append(idle)
        #expect(try idle.sendAll(SPDMFrame(.normal, payload: ProxyHouse.request()).bytes))
        #expect(house.accounts.ended == 3 && house.accounts.refused.isEmpty)
        house.mailbox.gate.close()
        for client in held { #expect(try client.waitReadable(until: Clocks.monotonicMicroseconds + 60_000_000)) }
    }

    @Test("who waits for each answer is slowed down to the rate, and never refused")
    func sequential() throws {
        var limits = ClientLimits()
        (limits.rate, limits.burst) = (13, 1)
        let house = try ProxyHouse(limits: limits)
        house.mailbox.gate.close()
        var client = try house.client()
        let begin = Clocks.monotonicMicroseconds
        for _ in 0..<40 { #expect(try client.exchange(ProxyHouse.request()) == .response(ProxyHouse.request())) }
        #expect(house.accounts.refused.isEmpty)
        // A token each, but for the eight at once.
        #expect(Clocks.monotonicMicroseconds - begin >= 300_000)
    }

    @Test("an attempt on compliance does not wait for a token: it is on record, be its client gone by then")
    func complianceDoesNotWait() throws {
        var limits = ClientLimits()
        (limits.rate, limits.burst) = (1, 1)
        let house = try ProxyHouse(limits: limits)
        house.mailbox.gate.close()
        var client = try house.client()
        for _ in 0..<7 { #expect(try client.exchange(ProxyHouse.request()) == .response(ProxyHouse.request())) }
        #expect(try client.exchange(DataObject(.compliance, payload: [0, 0, 0, 0]).bytes) == .refused)
        let notice = try JSONText.decode(ExchangeNotice.self, from: try client.explainLast())
        #expect(notice.rule == "gatekeeper" && notice.taint == "C" && notice.sequence != nil)
    }

    @Test("who sends too fast is refused, and then read at the rate: what came glued is answered all the same")
    func rate() throws {
        var limits = ClientLimits()
        // A token every 10 ms for root, every 80 ms for others; two of them, or 16, at once.
        (limits.rate, limits.burst) = (13, 2)
        let house = try ProxyHouse(limits: limits)
        house.mailbox.gate.close()
        let client = try house.bareClient()
        let frame = SPDMFrame(.normal, payload: try ProxyHouse.request()).bytes
        #expect(try client.sendAll(Array(repeating: frame, count: 40).flatMap(\.self) + SPDMFrame(.shutdown).bytes))
        let bytes = try client.readToEnd()
        var reader = SPDMFrameReader()
        var input = bytes[...]
        var answers: [Bool] = []
        while let answer = try reader.next(from: &input), answer.command == .normal {
            answers.append(!answer.payload.isEmpty)
        }
        #expect(answers.count == 40)
        // The connection itself took the first token.
        let burst = limits.share(of: .root).burst
        #expect(answers.prefix(burst - 1).allSatisfy(\.self) && answers.contains(false))
        // Paid for by waiting: after a refusal there is a token again.
        #expect(zip(answers, answers.dropFirst()).allSatisfy { $0 || $1 })
        #expect(house.accounts.refused[.rate] == UInt64(answers.count { !$0 }))
    }

    @Test("a request beyond its user's size, or beyond the exchanges he may have open, is refused without a record")
    func sizeAndOpenExchanges() throws {
        var limits = ClientLimits()
        (limits.requestBytes, limits.openExchanges) = (16, 1)
        let house = try ProxyHouse(limits: limits)
        let share = limits.share(of: .root)
        let holders = try (0..<share.openExchanges).map { _ in try house.bareClient() }
        for holder in holders {
            #expect(try holder.sendAll(SPDMFrame(.normal, payload: ProxyHouse.request()).bytes))
        }
        #expect(house.mailbox.entered.take() == 3)
        // Those that wait are counted as soon as they are submitted, in the order of the loop: ask until it is full.
        var client = try house.client()
        #expect(try client.exchange(ProxyHouse.request(dwords: share.requestBytes / 4 + 1)) == .refused)
        var notice = try JSONText.decode(ExchangeNotice.self, from: try client.explainLast())
        #expect(notice.rule == "limits" && notice.status == "refused" && notice.sequence == nil)
        #expect(notice.reason.contains("may send \(share.requestBytes)"))
        #expect(try client.exchange(ProxyHouse.request()) == .refused)
        notice = try JSONText.decode(ExchangeNotice.self, from: try client.explainLast())
        #expect(notice.reason.contains("exchanges open already"))
        // A compliance object is judged whatever the limits say: an attempt must not hide behind a flood.
        #expect(try client.exchange(DataObject(.compliance, payload: [0, 0, 0, 0]).bytes) == .refused)
        notice = try JSONText.decode(ExchangeNotice.self, from: try client.explainLast())
        #expect(notice.rule == "gatekeeper" && notice.taint == "C" && notice.sequence != nil)
        house.mailbox.gate.close()
        for holder in holders {
            #expect(try holder.waitReadable(until: Clocks.monotonicMicroseconds + 60_000_000))
        }
    }

    @Test("what the control socket carries out elsewhere is answered in its turn, and root may change")
    func controlElsewhere() throws {
        let house = try ProxyHouse()
        let client = try StreamSocket.connect(path: house.directory.path + "/control")
        let methods = ["GetStatus", "GetSlowly", "Change", "GetStatus", "GetSlowly", "ListMailboxes"]
        var calls: [UInt8] = []
        for _ in 0..<50 {
            for method in methods { calls += Array(#"{"method":"org.doeaudit.Control1.\#(method)"}"#.utf8) + [0] }
        }
        // What is no call ends the connection, after everything before it was answered.
        #expect(try client.sendAll(calls + [0]))
        var answers = try client.readToEnd().split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        #expect(answers.popLast()?.contains("NotACall") == true)
        #expect(answers.count == 300)
        // Whoever runs the tests reads; only root changes.
        let change = geteuid() == 0 ? #"{"parameters":{"by":"# : #"{"error":"org.doeaudit.Control1.PermissionDenied""#
        for (index, answer) in answers.enumerated() {
            let key = ["status", "slowly", "by", "status", "slowly", "mailboxes"][index % methods.count]
            let expected = key == "by" ? change : #"{"parameters":{"\#(key)":"#
            #expect(answer.hasPrefix(expected), "\(index): \(answer)")
        }
    }

    @Test("the control socket answers glued calls one after the other, and closes on what is no call")
    func control() throws {
        let house = try ProxyHouse()
        let client = try StreamSocket.connect(path: house.directory.path + "/control")
        let call = Array(#"{"method":"org.doeaudit.Control1.GetTaint"}"#.utf8) + [0]
        #expect(try client.sendAll(call + call + Array("nonsense".utf8) + [0]))
        let answer = Array(#"{"parameters":{"ledger":[],"since_boot":"V","taints":[],"unacknowledged":""}}"#.utf8) + [0]
        let read = try client.readToEnd()
        #expect(read.prefix(2 * answer.count).elementsEqual(answer + answer))
        #expect(String(decoding: read.dropFirst(2 * answer.count), as: UTF8.self).contains("NotACall"))
        #expect(try ControlClient(socket: house.directory.path + "/control").status().policy.rules == 2)
    }

    /// Names nobody by itself, and keeps what it was asked.
    private final class Nameless: PeerIdentifying {
        let begins: Bool
        let asked = Mutex<[UInt64]>([])
        let late = Mutex<[UInt64]>([])
        /// When the last of them was given up, by the monotonic clock.
        let lateAt = Mutex<UInt64>(0)
        let givenUp = Mutex<[UInt64]>([])
        let unwanted = Mutex<[UInt64]>([])
        private let answers = Mutex<[UInt64: @Sendable (LearnedClient) -> Void]>([:])

        init(begins: Bool) { self.begins = begins }

        func identify(_ peer: Peer, number: UInt64, answer: @escaping @Sendable (LearnedClient) -> Void) -> Bool {
            asked.withLock { $0.append(number) }
            answers.withLock { $0[number] = answer }
            return begins
        }

        /// The name comes.
        func name(_ number: UInt64, _ client: Client) {
            answers.withLock { $0[number] }?(LearnedClient(client, process: HeldProcess(of: getpid())))
        }

        func isLate(_ number: UInt64) {
            lateAt.withLock { $0 = Clocks.monotonicMicroseconds }
            late.withLock { $0.append(number) }
        }
        func giveUp(_ number: UInt64) { givenUp.withLock { $0.append(number) } }
        func isUnwanted(_ number: UInt64) -> Bool {
            unwanted.withLock { $0.append(number) }
            return true
        }
    }

    @Test("a name is waited for 200 ms, not less, and not longer than a busy machine makes of it")
    func identityTime() throws {
        let nameless = Nameless(begins: true)
        let house = try ProxyHouse(identities: nameless)
        var shortest = UInt64.max
        // What the machine does beside this can only make it longer, so the shortest of some counts.
        for attempt in 1...30 where shortest >= 300_000 {
            let begin = Clocks.monotonicMicroseconds
            let client = try house.bareClient()
            while nameless.late.withLock({ $0.count }) < attempt { try WakeEvent().wait(microseconds: 1_000) }
            let waited = nameless.lateAt.withLock { $0 } - begin
            #expect(waited >= 200_000)
            shortest = min(shortest, waited)
            // It is open until here.
            withExtendedLifetime(client) {}
        }
        #expect(shortest < 300_000)
    }

    @Test(
        "whose identity is late, or cannot be learned, is served by what his connection says", arguments: [true, false])
    func lateIdentity(begins: Bool) throws {
        let nameless = Nameless(begins: begins)
        let house = try ProxyHouse(identities: nameless)
        house.mailbox.gate.close()
        var client = try house.client()
        #expect(try client.exchange(ProxyHouse.request()) == .response(ProxyHouse.request()))
        #expect(try ControlClient(socket: house.directory.path + "/control").status().policy.rules == 2)
        #expect(nameless.asked.withLock { $0.count } == 2)
        #expect(nameless.late.withLock { $0 } == nameless.asked.withLock { $0 })
        // Who asked for the status has gone by now, or will be; nobody needs that name any more.
        while begins, nameless.givenUp.withLock({ $0.isEmpty }) { try WakeEvent().wait(microseconds: 1_000) }
        if begins { #expect(nameless.givenUp.withLock { $0 } == nameless.asked.withLock { Array($0[1...]) }) }
    }

    @Test("who is named late is that one from then on: in his own places, which do not become more by that")
    func namedLate() throws {
        let nameless = Nameless(begins: true)
        var limits = ClientLimits()
        limits.connections = 3
        let house = try ProxyHouse(limits: limits, identities: nameless)
        house.mailbox.gate.close()
        var clients = try (0..<3).map { _ in try house.bareClient() }
        while nameless.late.withLock({ $0.count }) < 3 { try WakeEvent().wait(microseconds: 1_000) }
        // They are nobody's, and nobody has no more.
        let client = Client(
            via: .known(.unix), pid: .known(getpid()), uid: .known(7), groups: .known([]), unit: .known("late.service"))
        for number in nameless.late.withLock({ $0 }) { nameless.name(number, client) }
        // As many again: by now the first are the unit's, and those find no place there.
        clients += try (0..<3).map { _ in try house.bareClient() }
        while nameless.late.withLock({ $0.count }) < 6 { try WakeEvent().wait(microseconds: 1_000) }
        for number in nameless.late.withLock({ Array($0[3...]) }) { nameless.name(number, client) }
        // Those that never asked go first, the oldest before the others: three are left of six.
        for gone in clients[..<3] { _ = try gone.readToEnd() }
        #expect(house.accounts.ended == 3 && house.accounts.refused.isEmpty)
        for here in clients[3...] {
            #expect(try here.sendAll(SPDMFrame(.normal, payload: ProxyHouse.request()).bytes))
            #expect(try here.waitReadable(until: Clocks.monotonicMicroseconds + 60_000_000))
        }
    }

    @Test("a server that stops does not wait for the name of a client that has just come")
    func stopsWithArrivals() throws {
        let nameless = Nameless(begins: true)
        let house = try ProxyHouse(identities: nameless)
        let client = try house.bareClient()
        while nameless.asked.withLock({ $0.isEmpty }) { try WakeEvent().wait(microseconds: 1_000) }
        house.tellToStop()
        house.join()
        #expect(try client.readToEnd().isEmpty)
    }

    @Test("idle connections keep nobody from asking: the one that has been idle longest makes room, and is told so")
    func roomOnTheControlSocket() throws {
        var limits = ClientLimits.onControlSocket
        limits.connections = 1
        let house = try ProxyHouse(controlLimits: limits)
        let path = house.directory.path + "/control"
        let call = Array(#"{"method":"org.doeaudit.Control1.GetTaint"}"#.utf8) + [0]
        var buffer = [UInt8](repeating: 0, count: 4_096)
        // Asked once each, so that they are known to be there.
        func asked() throws -> StreamSocket {
            let connection = try StreamSocket.connect(path: path)
            #expect(try connection.sendAll(call))
            #expect(try connection.waitReadable(until: Clocks.monotonicMicroseconds + 60_000_000))
            _ = try connection.receive(into: &buffer)
            return connection
        }
        var held = try (0..<limits.share(of: .root).connections).map { _ in try asked() }
        for place in 0..<3 {
            held.append(try asked())
            let said = String(decoding: try held[place].readToEnd(), as: UTF8.self)
            #expect(said.contains("LimitExceeded") && said.contains("connections") && said.contains("idle"))
        }
        #expect(try ControlClient(socket: path).status().policy.rules == 2)
    }
}
