import DOELinux
import DOEMonitor
import DOEObjects
import DOEWords
import SPDMSocket
import Synchronization
import Testing

@testable import DOEProxy

@Suite("A reply on its way to its client")
struct AnswerLineTests {
    private static let response: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0]
    private static let request = Request.exchange(response)

    @Test("an object is answered by an object, or by an empty NORMAL frame; broken bytes are refused so too")
    func objects() throws {
        let frame = SPDMFrame(answering: Self.request, with: try ClientSessionTests.reply(Self.response))
        #expect(frame == SPDMFrame(.normal, payload: Self.response))
        let none = try ClientSessionTests.reply()
        #expect(SPDMFrame(answering: Self.request, with: none) == .refusal)
        #expect(SPDMFrame(answering: .malformed([1], problem: "x"), with: none) == .refusal)
    }

    @Test("a command beside the objects is answered by the same command; an unknown one says no")
    func outOfBand() throws {
        for kind in OutOfBandRequest.Kind.allCases {
            let request = Request.outOfBand(OutOfBandRequest(kind))
            let frame = SPDMFrame(answering: request, with: try ClientSessionTests.reply(outOfBand: []))
            #expect(frame == SPDMFrame(SPDMCommand(rawValue: kind.rawValue)))
            #expect(SPDMFrame(answering: request, with: try ClientSessionTests.reply()) == SPDMFrame(.unknown))
        }
    }

    @Test("the frame goes out at once, and the server's thread is not woken for it")
    func sent() throws {
        let house = try House()
        house.line(7).answer(Self.request, with: try ClientSessionTests.reply(Self.response))
        #expect(try house.client.arrived() == SPDMFrame(.normal, payload: Self.response).bytes)
        #expect(try !house.isWoken)
        let answered = house.answers.takeAll()
        #expect(answered.map(\.token) == [7] && answered.allSatisfy(\.unsent.isEmpty))
        #expect(house.answers.takeAll().isEmpty)
    }

    @Test("what the exchange took of its user's share is given back before the client can know of its answer")
    func endedFirst() throws {
        let house = try House()
        let client = house.client
        let arrivedBefore = Mutex<[UInt8]?>(nil)
        var line = house.line(7)
        line.endExchange = { arrivedBefore.withLock { $0 = try? client.arrived() } }
        line.answer(Self.request, with: try ClientSessionTests.reply(Self.response))
        #expect(arrivedBefore.withLock { $0 } == [])
        #expect(try !client.arrived().isEmpty)
    }

    @Test("what the socket does not take is left to the server's thread, which is woken; all of it behind a queue")
    func unsent() throws {
        let house = try House()
        let large = try DataObject(.discovery, payload: Array(repeating: 7, count: 1 << 19))
        let bytes = SPDMFrame(.normal, payload: large.bytes).bytes
        house.line(7).answer(Self.request, with: try ClientSessionTests.reply(large.bytes))
        #expect(try house.isWoken)
        let unsent = try #require(house.answers.takeAll().first).unsent
        let arrived = try house.client.arrived()
        #expect(!arrived.isEmpty && arrived + unsent == bytes)

        AnswerLine(token: 8, socket: nil, answers: house.answers)
            .answer(Self.request, with: try ClientSessionTests.reply(large.bytes))
        #expect(try house.isWoken)
        #expect(Array(try #require(house.answers.takeAll().first).unsent) == bytes)
    }

    @Test("the server's thread is woken for a reply that it said it cannot wait for, said before or after; once")
    func hurried() throws {
        let house = try House()
        let reply = try ClientSessionTests.reply()
        house.answers.hurry(7)
        #expect(try !house.isWoken)
        house.line(8).answer(Self.request, with: reply)
        #expect(try !house.isWoken)
        house.line(7).answer(Self.request, with: reply)
        #expect(try house.isWoken)
        house.answers.hurry(8)
        #expect(try house.isWoken)
        #expect(house.answers.takeAll().map(\.token) == [8, 7])
        house.line(7).answer(Self.request, with: reply)
        #expect(try !house.isWoken)
    }

    @Test("a client that has gone costs nothing but its answer")
    func gone() throws {
        let answers = AnswerBox(wakeUp: try WakeEvent())
        let server = try StreamSocket.pair().0
        let line = AnswerLine(token: 7, socket: server, answers: answers)
        line.answer(Self.request, with: try ClientSessionTests.reply())
        #expect(try #require(answers.takeAll().first).unsent.elementsEqual(SPDMFrame.refusal.bytes))
    }
}

private struct House {
    let server: StreamSocket
    let client: StreamSocket
    let wakeUp: WakeEvent
    let answers: AnswerBox

    init() throws {
        (server, client) = try StreamSocket.pair()
        wakeUp = try WakeEvent()
        answers = AnswerBox(wakeUp: wakeUp)
    }

    func line(_ token: UInt64) -> AnswerLine { AnswerLine(token: token, socket: server, answers: answers) }

    /// Whether it was woken since the last time.
    var isWoken: Bool {
        get throws {
            let poll = try EventPoll()
            try poll.add(wakeUp.descriptor, .readable, token: 1)
            defer { wakeUp.clear() }
            return try !poll.wait(milliseconds: 0).isEmpty
        }
    }
}

extension StreamSocket {
    /// What is there now.
    fileprivate func arrived() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case .bytes(let count) = try receive(into: &buffer) { bytes += buffer[..<count] }
        return bytes
    }
}
