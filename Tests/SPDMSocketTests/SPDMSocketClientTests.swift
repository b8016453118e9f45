import DOELinux
import Glibc
import Testing

@testable import SPDMSocket

/// A client that closures can hold: itself it cannot be copied.
private final class Box {
    var client: SPDMSocketClient

    init(_ client: consuming SPDMSocketClient) { self.client = client }

    var isAnswerDue: Bool { client.isAnswerDue }

    func parts(until deadline: UInt64) -> Bool { client.part(until: deadline) }
}

@Suite("SPDM socket client")
struct SPDMSocketClientTests {
    /// A client and its other end. Answers are written before the client asks: a socket keeps them until they are read.
    private func client(
        answers: [[UInt8]], timeoutMilliseconds: UInt32? = nil
    ) throws -> (box: Box, far: StreamSocket) {
        let (near, far) = try StreamSocket.pair()
        for answer in answers { #expect(try far.sendAll(answer)) }
        return (Box(SPDMSocketClient(over: near, timeoutMilliseconds: timeoutMilliseconds)), far)
    }

    private func frame(from socket: StreamSocket) throws -> SPDMFrame? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        guard case .bytes(let count) = try socket.receive(into: &buffer) else { return nil }
        var reader = SPDMFrameReader()
        var input = buffer[..<count]
        return try reader.next(from: &input)
    }

    private let object: [UInt8] = [1, 0, 0, 0, 3, 0, 0, 0, 0, 2, 0, 0]

    @Test("an exchange sends the object in one frame and gives the response's bytes")
    func exchange() throws {
        let (box, far) = try client(answers: [SPDMFrame(.normal, payload: [9, 8, 7]).bytes])
        #expect(try box.client.exchange(object) == .response([9, 8, 7]))
        #expect(try frame(from: far) == SPDMFrame(.normal, payload: object))
    }

    @Test("an empty frame is a refusal, and the connection goes on")
    func refusal() throws {
        let (box, far) = try client(answers: [SPDMFrame.refusal.bytes])
        #expect(try box.client.exchange(object) == .refused)
        #expect(try far.sendAll(SPDMFrame(.explain, payload: Array("{}".utf8)).bytes))
        #expect(try box.client.explainLast() == Array("{}".utf8))
    }

    @Test("an answer in two pieces, the second after a wait, is put together")
    func pieces() throws {
        let answer = SPDMFrame(.normal, payload: Array(repeating: 3, count: 100))
        let (box, far) = try client(answers: [Array(answer.bytes.prefix(20))])
        let thread = try WorkerThread(name: "answers") {
            _ = try? far.waitReadable()
            _ = try? far.sendAll(Array(answer.bytes.dropFirst(20)))
        }
        #expect(try box.client.exchange(object) == .response(answer.payload))
        thread.join()
    }

    @Test("an answer of another command or transport is an error, and later calls throw it again")
    func otherCommand() throws {
        for answer in [SPDMFrame(.unknown), SPDMFrame(.normal, transport: .mctp), SPDMFrame(.test)] {
            let (box, far) = try client(answers: [answer.bytes])
            let first = #expect(throws: SPDMSocketError.self) { try box.client.exchange(object) }
            #expect(first?.reason == .unexpected)
            #expect(first?.remedy != nil)
            #expect(try far.sendAll(SPDMFrame(.normal, payload: [1]).bytes))
            let second = #expect(throws: SPDMSocketError.self) { try box.client.exchange(object) }
            #expect(second == first)
        }
    }

    @Test("two answers to one request leave the connection out of step")
    func twoAnswers() throws {
        let answer = SPDMFrame(.normal, payload: [1]).bytes
        let (box, far) = try client(answers: [answer + answer])
        #expect(try box.client.exchange(object) == .response([1]))
        let error = #expect(throws: SPDMSocketError.self) { try box.client.exchange(object) }
        #expect(error?.reason == .unexpected)
        _ = far
    }

    @Test("a payload that is too large is told from its header")
    func tooLarge() throws {
        let (box, far) = try client(answers: [[0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0, 0, 0]])
        let error = #expect(throws: SPDMSocketError.self) { try box.client.exchange(object) }
        #expect(error?.reason == .unexpected)
        #expect(error?.problem.contains("1048576") == true)
        _ = far
    }

    @Test("silence is an error after the timeout; half a frame is silence too", arguments: [0, 11, 13])
    func timeout(count: Int) throws {
        let bytes = SPDMFrame(.normal, payload: [1, 2]).bytes
        let (box, far) = try client(answers: [Array(bytes.prefix(count))], timeoutMilliseconds: 1)
        let error = #expect(throws: SPDMSocketError.self) { try box.client.exchange(object) }
        #expect(error?.reason == .timeout)
        #expect(try far.sendAll(Array(bytes.dropFirst(count))))
        #expect(throws: SPDMSocketError.self, "a late answer must not be taken for the next") {
            try box.client.exchange(object)
        }
    }

    @Test("an end in order says continue once, and reads a late answer away up to the answer to that")
    func part() throws {
        let late = SPDMFrame(.normal, payload: [1, 2]).bytes
        for last in [SPDMFrame(.continue), SPDMFrame(.unknown)] {
            let (box, far) = try client(answers: [], timeoutMilliseconds: 1)
            #expect(throws: SPDMSocketError.self) { try box.client.exchange(object) }
            #expect(!box.parts(until: 0))
            #expect(try far.sendAll(Array(late.prefix(5))))
            #expect(!box.parts(until: 0))
            #expect(try far.sendAll(Array(late.dropFirst(5))))
            #expect(!box.parts(until: 0) && !box.isAnswerDue)
            #expect(try far.sendAll(last.bytes))
            #expect(box.parts(until: 0))
            var buffer = [UInt8](repeating: 0, count: 4096)
            let sent = SPDMFrame(.normal, payload: object).bytes + SPDMFrame(.continue).bytes
            #expect(try far.receive(into: &buffer) == .bytes(sent.count) && Array(buffer[..<sent.count]) == sent)
        }
    }

    @Test("an unknown command may be the late answer itself: what follows it is still waited for")
    func unknownIsLate() throws {
        let (box, far) = try client(answers: [], timeoutMilliseconds: 1)
        #expect(throws: SPDMSocketError.self) { try box.client.ask(SPDMFrame(.updateKeys)) }
        #expect(try far.sendAll(SPDMFrame(.unknown).bytes))
        #expect(!box.parts(until: 0))
        #expect(try far.sendAll(SPDMFrame(.continue).bytes))
        #expect(box.parts(until: 0))
    }

    @Test("an end in order does not hear out who never ends, nor who talks nonsense or has gone")
    func partsFromAnybody() throws {
        let (box, far) = try client(answers: [], timeoutMilliseconds: 1)
        let thread = try WorkerThread(name: "talks") {
            let frame = SPDMFrame(.normal, payload: Array(repeating: 0, count: 100_000)).bytes
            while (try? far.sendAll(frame)) == true {}
        }
        #expect(box.parts(until: .max))
        try #require(shutdown(far.descriptor.number, Int32(SHUT_RDWR)) == 0)
        thread.join()
        let (nonsense, speaker) = try client(answers: [Array(repeating: 0xff, count: 12)])
        #expect(nonsense.parts(until: .max))
        _ = speaker
        let (gone, end) = try client(answers: [])
        try #require(shutdown(end.descriptor.number, Int32(SHUT_RDWR)) == 0)
        #expect(gone.parts(until: .max))
    }

    @Test("after half a request nothing more is said: it would be taken for its rest")
    func partsInTheMiddle() throws {
        let (box, far) = try client(answers: [], timeoutMilliseconds: 1)
        let large = [UInt8](repeating: 0, count: SPDMFrame.maximumPayload)
        #expect(throws: SPDMSocketError.self) { try box.client.exchange(large) }
        #expect(box.parts(until: .max))
        _ = far
    }

    @Test("a peer that takes no request is an error after the timeout")
    func takesNothing() throws {
        let (box, far) = try client(answers: [], timeoutMilliseconds: 1)
        let large = [UInt8](repeating: 0, count: SPDMFrame.maximumPayload)
        let error = #expect(throws: SPDMSocketError.self) { try box.client.exchange(large) }
        #expect(error?.reason == .timeout)
        _ = far
    }

    @Test("a peer that closes is an error that says when", arguments: [0, 5, 13])
    func closed(count: Int) throws {
        let (box, far) = try client(answers: [Array(SPDMFrame(.normal, payload: [1, 2]).bytes.prefix(count))])
        try #require(shutdown(far.descriptor.number, Int32(SHUT_WR)) == 0)
        let error = #expect(throws: SPDMSocketError.self) { try box.client.exchange(object) }
        #expect(error?.reason == .closed)
        #expect(error?.problem.contains(count == 0 ? "before an answer" : "in the middle of a frame") == true)
    }

    @Test("a peer that has closed before the request is an error, not a signal")
    func closedBefore() throws {
        let (box, far) = try client(answers: [])
        try #require(shutdown(far.descriptor.number, Int32(SHUT_RDWR)) == 0)
        let error = #expect(throws: SPDMSocketError.self) { try box.client.exchange(object) }
        #expect(error?.reason == .closed)
    }

    @Test("an object that cannot be one is refused before anything is sent", arguments: [0, 1 << 20 + 1])
    func badRequest(count: Int) throws {
        let (box, far) = try client(answers: [SPDMFrame(.normal, payload: [1]).bytes])
        let error = #expect(throws: SPDMSocketError.self) {
            try box.client.exchange(Array(repeating: 0, count: count))
        }
        #expect(error?.reason == .badRequest)
        #expect(try frame(from: far) == nil)
        #expect(try box.client.exchange(object) == .response([1]), "the connection is as it was")
    }
}
