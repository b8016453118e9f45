import DOEObjects
import DOEWords
import SPDMSocket
import Testing

@testable import DOEMonitor
@testable import DOEProxy

@Suite("The talk with one client")
struct ClientSessionTests {
    static let request = SPDMFrame(.normal, payload: [1, 2, 3, 4])

    static func reply(_ response: [UInt8]? = nil, outOfBand: [UInt8]? = nil) throws -> Reply {
        Reply(
            response: try response.map { try DataObject(bytes: $0) }, outOfBandAnswer: outOfBand,
            mailbox: .simulated("x"), object: nil,
            objectName: "", objectClass: .published, verdict: .allow, rule: "", reason: "", status: "done", taint: [],
            sequence: 1)
    }

    @Test("a request is submitted once, however its frame is cut")
    func pieces() throws {
        let bytes = Self.request.bytes
        for size in 1...bytes.count {
            var session = ClientSession()
            var actions: [ClientSession.Action] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                #expect(session.wantsBytes)
                actions += session.received(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(actions == [.submit([1, 2, 3, 4])])
            #expect(!session.wantsBytes)
        }
    }

    @Test("glued requests are handled one after the other, each answered before the next is submitted")
    func glued() throws {
        var session = ClientSession()
        let second = SPDMFrame(.normal, payload: [9, 9, 9, 9])
        #expect(session.received(Self.request.bytes + second.bytes) == [.submit([1, 2, 3, 4])])
        #expect(session.goesOnWithAnswer)
        #expect(session.answered(try Self.reply()).isEmpty)
        #expect(session.canProceed && !session.wantsBytes)
        #expect(session.proceed() == [.submit([9, 9, 9, 9])])
        #expect(!session.canProceed)
    }

    @Test("after a refusal the connection goes on, with the bytes that come then")
    func refusal() throws {
        var session = ClientSession()
        _ = session.received(Self.request.bytes)
        #expect(!session.goesOnWithAnswer)
        #expect(session.answered(try Self.reply()).isEmpty)
        #expect(session.received(Self.request.bytes) == [.submit([1, 2, 3, 4])])
    }

    @Test("explain tells of the last reply, and of none before there is one")
    func explain() throws {
        var session = ClientSession()
        let ask = SPDMFrame(.explain).bytes
        #expect(session.received(ask) == [.explain(nil, .pciDOE)])
        _ = session.received(Self.request.bytes)
        let reply = try Self.reply()
        _ = session.answered(reply)
        #expect(session.received(ask) == [.explain(reply, .pciDOE)])
    }

    @Test("what is known of the mailbox can be asked at any time, and is no request")
    func describe() throws {
        var session = ClientSession()
        let ask = SPDMFrame(.describe, transport: .none).bytes
        #expect(session.received(ask) == [.describe([], .none)])
        #expect(!session.isUnderWay && session.frameCount == 1)
        _ = session.received(Self.request.bytes)
        #expect(session.received(ask).isEmpty)
        _ = session.answered(try Self.reply())
        #expect(session.proceed() == [.describe([], .none)])
    }

    @Test("another transport is refused and ends the talk")
    func transport() throws {
        var session = ClientSession()
        let actions = session.received(SPDMFrame(.normal, transport: .mctp, payload: [1]).bytes)
        guard case .refuse([1], let problem) = try #require(actions.first) else {
            Issue.record("expected a refusal, found \(actions)")
            return
        }
        #expect(problem.contains("MCTP") && session.goesOnWithAnswer)
        #expect(session.answered(try Self.reply()) == [.close])
        #expect(session.received(Self.request.bytes).isEmpty)
    }

    @Test("a frame that announces more than 1 MiB is refused before its payload comes")
    func tooLarge() throws {
        var session = ClientSession()
        let header: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0x10, 0, 1]
        let actions = session.received(header)
        guard case .refuse = try #require(actions.first), actions.count == 1 else {
            Issue.record("expected a refusal, found \(actions)")
            return
        }
        #expect(session.answered(try Self.reply()).last == .close)
    }

    @Test("of a payload that is larger than the client may send only the beginning is kept, and the talk goes on")
    func tooLargeForThisOne() throws {
        let large = SPDMFrame(.normal, payload: Array(0..<200)).bytes
        for size in 1...(large.count + Self.request.bytes.count) {
            var session = ClientSession(largestPayload: 100)
            var actions: [ClientSession.Action] = []
            let stream = large + Self.request.bytes
            for start in stride(from: 0, to: stream.count, by: size) {
                actions += session.received(Array(stream[start..<min(start + size, stream.count)]))
                if actions.count == 1, session.isUnderWay { actions += session.answered(try Self.reply()) }
                actions += session.proceed()
            }
            #expect(actions == [.tooLarge(Array(0..<8), size: 200), .submit([1, 2, 3, 4])])
        }
        var session = ClientSession(largestPayload: 100)
        let update = SPDMFrame(.updateKeys, payload: Array(repeating: 1, count: 101)).bytes
        #expect(session.received(update) == [.tooLarge(Array(repeating: 1, count: 8), size: 101)])
    }

    @Test("half a frame is noticed, and after its time it is refused; a whole one is not")
    func silence() throws {
        var session = ClientSession()
        #expect(!session.isInsideFrame)
        _ = session.received(Array(Self.request.bytes.dropLast()))
        #expect(session.isInsideFrame)
        guard case .refuse = try #require(session.fellSilent(seconds: 3).first) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(!session.isInsideFrame)
        #expect(session.answered(try Self.reply()).last == .close)
    }

    @Test("shutdown is answered here and ends only this talk; hello, continue and unknown commands are answered")
    func commands() {
        var session = ClientSession()
        #expect(session.received(SPDMFrame.clientHello.bytes) == [.send(SPDMFrame.serverHello.bytes)])
        #expect(session.received(SPDMFrame(.continue).bytes) == [.send(SPDMFrame(.continue).bytes)])
        let odd = SPDMFrame(SPDMCommand(rawValue: 0x77)).bytes
        #expect(session.received(odd) == [.send(SPDMFrame(.unknown).bytes)])
        #expect(session.received(SPDMFrame(.shutdown).bytes) == [.send(SPDMFrame(.shutdown).bytes), .close])
    }

    @Test("commands beside the objects are submitted, one after the other")
    func outOfBand() throws {
        var session = ClientSession()
        let update = SPDMFrame(.updateKeys, payload: [1]).bytes
        let info = SPDMFrame(.endpointInfo).bytes
        #expect(
            session.received(update + info) == [.submitOutOfBand(OutOfBandRequest(.updateKeys, payload: [1]))])
        #expect(session.answered(try Self.reply(outOfBand: [])).isEmpty)
        #expect(session.proceed() == [.submitOutOfBand(OutOfBandRequest(.endpointInfo))])
        #expect(session.answered(try Self.reply()).isEmpty)
        #expect(session.received(Self.request.bytes) == [.submit([1, 2, 3, 4])])
    }

    @Test("a command beside the objects in another transport is refused and ends the talk")
    func outOfBandTransport() throws {
        var session = ClientSession()
        let actions = session.received(SPDMFrame(.updateKeys, transport: .mctp).bytes)
        guard case .refuse = try #require(actions.first), actions.count == 1 else {
            Issue.record("expected a refusal, found \(actions)")
            return
        }
        #expect(session.answered(try Self.reply()).last == .close)
    }

    @Test("whole frames are counted, so that each half one can have a time of its own")
    func frames() {
        var session = ClientSession()
        let hello = SPDMFrame.clientHello.bytes
        _ = session.received(hello + hello.prefix(5))
        // One frame a turn: the half one has not been looked at.
        #expect(!session.isInsideFrame && session.frameCount == 1 && session.canProceed)
        #expect(session.proceed().isEmpty)
        #expect(session.isInsideFrame && session.frameCount == 1 && !session.canProceed && session.wantsBytes)
        _ = session.received(Array(hello.dropFirst(5)) + hello.prefix(5))
        _ = session.proceed()
        #expect(session.isInsideFrame && session.frameCount == 2)
    }

    @Test("when the server stops, an idle talk is over and one with a request under way has one answer to come")
    func ending() throws {
        var idle = ClientSession()
        idle.endAfterAnswer()
        #expect(!idle.wantsBytes && !idle.isUnderWay && idle.received(Self.request.bytes).isEmpty)
        var busy = ClientSession()
        _ = busy.received(Self.request.bytes + Self.request.bytes)
        busy.endAfterAnswer()
        #expect(busy.isUnderWay)
        #expect(busy.goesOnWithAnswer)
        #expect(busy.answered(try Self.reply()) == [.close])
        #expect(!busy.isUnderWay)
    }
}
