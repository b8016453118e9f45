import DOELinux
import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import SPDMSocket
import TestSupport
import Testing

@testable import DOEPolicy

@Suite("A mailbox behind an SPDM socket")
struct RemoteMailboxTests {
    private static let name = MailboxName.remote("bench")

    private static func object(_ byte: UInt8) throws -> DataObject { try DataObject(.spdm, payload: [byte, 0, 0, 0]) }

    private static func answer(_ byte: UInt8) throws -> FakePeer.Turn {
        .send([SPDMFrame(.normal, payload: try object(byte).bytes)])
    }

    private func mailbox(_ peer: FakePeer, answerMilliseconds: UInt32 = 60_000) -> RemoteMailbox {
        RemoteMailbox(
            name: Self.name,
            peer: SPDMPeer(at: peer.address, connectMilliseconds: 60_000, answerMilliseconds: answerMilliseconds),
            obeying: .bench)
    }

    private func ask(_ mailbox: RemoteMailbox, _ byte: UInt8) throws -> ExchangeResult {
        mailbox.exchange(Permit(mailbox: Self.name, request: .object(try Self.object(byte))))
    }

    @Test("asks over one connection, says no hello, and gives what came")
    func asks() throws {
        let peer = try FakePeer([try Self.answer(2), try Self.answer(4)])
        let mailbox = mailbox(peer)
        #expect(try ask(mailbox, 1) == ExchangeResult(.response(Self.object(2)), dwordsWritten: 3))
        #expect(try ask(mailbox, 3).response == Self.object(4))
        #expect(
            try peer.received == [
                SPDMFrame(.normal, payload: Self.object(1).bytes), SPDMFrame(.normal, payload: Self.object(3).bytes),
            ])
        #expect(mailbox.identity() == MailboxIdentity(name: Self.name))
        peer.join()
    }

    @Test("an answer for another connection is none, as of a device")
    func otherConnection() throws {
        func object(_ connection: UInt16) throws -> DataObject {
            let header = ObjectHeader(object: .spdmWithConnection, lengthInDwords: 3, connection: connection)
            return try DataObject(
                bytes: header.dword0.littleEndianBytes + header.dword1.littleEndianBytes + [0x10, 4, 0, 0])
        }
        let answers = try [5, 6].map { FakePeer.Turn.send([SPDMFrame(.normal, payload: try object($0).bytes)]) }
        let peer = try FakePeer(answers)
        let mailbox = mailbox(peer)
        let permits = { try Permit(mailbox: Self.name, request: .object(object(5))) }
        #expect(try mailbox.exchange(permits()).response == object(5))
        let failure = try mailbox.exchange(permits()).failure
        #expect(failure?.status == .malformedResponse)
        #expect(failure?.problem.contains("for connection 6 to a request of connection 5") == true)
        peer.join()
    }

    @Test("a peer that has gone since the last answer is connected anew")
    func goneBetween() throws {
        let peer = try FakePeer([try Self.answer(1)], [try Self.answer(2)])
        let mailbox = mailbox(peer)
        _ = try ask(mailbox, 1)
        _ = peer.closed.take()
        #expect(try ask(mailbox, 2).response == Self.object(2))
        peer.join()
    }

    @Test("a peer that hangs up in the middle is gone; it is not asked twice, and the next exchange works")
    func goneInTheMiddle() throws {
        let peer = try FakePeer([.hangUp], [try Self.answer(2)])
        let mailbox = mailbox(peer)
        let result = try ask(mailbox, 1)
        #expect(result.failure?.status == .gone && result.dwordsWritten == 3)
        #expect(peer.received.count == 1)
        #expect(try ask(mailbox, 2).response == Self.object(2))
        peer.join()
    }

    @Test("a silent peer has its time, and its connection is left in order and not used again")
    func silent() throws {
        let peer = try FakePeer([.silence], [try Self.answer(2)])
        let mailbox = mailbox(peer, answerMilliseconds: 1_000)
        #expect(try ask(mailbox, 1).failure?.status == .timeout)
        #expect(peer.closed.take() == true, "it hung up without a word")
        #expect(try ask(mailbox, 2).response == Self.object(2))
        peer.join()
    }

    @Test("a late answer is read away: until it has come nothing is sent, and the peer meets no closed socket")
    func late() throws {
        let late = SPDMFrame(.normal, payload: try Self.object(1).bytes)
        let peer = try FakePeer([.sendLate([late]), .silence], [try Self.answer(3)])
        let mailbox = mailbox(peer, answerMilliseconds: 1_000)
        #expect(try ask(mailbox, 1).failure?.status == .timeout)
        let second = try ask(mailbox, 2)
        #expect(second.failure?.status == .occupied && second.dwordsWritten == 0)
        #expect(second.failure?.remedy?.contains("peer-timeout") == true)
        _ = peer.gate.push(())
        #expect(peer.closed.take() == true, "it was hung up on before it had answered")
        #expect(try ask(mailbox, 3).response == Self.object(3))
        #expect(peer.received.count == 2)
        peer.join()
    }

    @Test("the daemon's end is said to the peer before the connection ends")
    func leaves() throws {
        let peer = try FakePeer([try Self.answer(1), .silence])
        let mailbox = mailbox(peer)
        mailbox.takeLeave()
        _ = try ask(mailbox, 1)
        mailbox.takeLeave()
        #expect(peer.closed.take() == true)
        peer.join()
    }

    @Test("its thread counts as blocked only after all the time that its peer may take")
    func stillLimit() throws {
        let peer = SPDMPeer(at: .unix("/nowhere"), connectMilliseconds: 1_000, answerMilliseconds: 60_000)
        let remote: any Mailbox = RemoteMailbox(name: Self.name, peer: peer, obeying: .bench)
        let simulated: any Mailbox = RegisterMailbox(
            name: .simulated("spdm"), function: SimulatedFunction.spdmFunction(peer: peer),
            capability: SimulatedFunction.mailboxOffset, obeying: .bench, outOfBandPeer: peer)
        for mailbox in [remote, simulated] { #expect(mailbox.stillLimit > 181_000_000) }
    }

    @Test("a socket of its own process is no peer")
    func ownSocket() throws {
        let directory = TemporaryDirectory()
        let socket = try ListeningSocket(path: directory.path + "/own", mode: 0o600)
        let mailbox = RemoteMailbox(name: Self.name, peer: SPDMPeer(at: .unix(socket.place)), obeying: .bench)
        let result = try ask(mailbox, 1)
        #expect(result.failure?.status == .unavailable && result.dwordsWritten == 0)
        #expect(result.failure?.problem.contains("its own client") == true)
    }

    @Test("what came without being asked for is not taken for the next answer")
    func unasked() throws {
        let late = SPDMFrame(.normal, payload: try Self.object(9).bytes)
        let first = SPDMFrame(.normal, payload: try Self.object(1).bytes)
        let peer = try FakePeer([.send([first, late]), .silence], [try Self.answer(2)])
        let mailbox = mailbox(peer)
        #expect(try ask(mailbox, 1).response == Self.object(1))
        #expect(try ask(mailbox, 2).response == Self.object(2))
        peer.join()
    }

    @Test("an empty frame, and an unknown command, are the peer's refusal, and the connection stays")
    func refused() throws {
        let peer = try FakePeer([.send([.refusal]), .send([SPDMFrame(.unknown)]), try Self.answer(3)])
        let mailbox = mailbox(peer)
        #expect(try ask(mailbox, 1).failure?.status == .refusedByPeer)
        #expect(try ask(mailbox, 2).failure?.status == .refusedByPeer)
        #expect(try ask(mailbox, 3).response == Self.object(3))
        peer.join()
    }

    @Test("an answer of another kind, transport or length is malformed, and the next exchange works")
    func malformed() throws {
        let bad: [SPDMFrame] = [
            SPDMFrame(.normal, payload: try DataObject(.securedSPDM, payload: [0, 0, 0, 0]).bytes),
            SPDMFrame(.normal, transport: .mctp, payload: try Self.object(1).bytes),
            SPDMFrame(.test, payload: try Self.object(1).bytes),
            SPDMFrame(.normal, payload: Array(try Self.object(1).bytes.dropLast(4))),
            SPDMFrame(.normal, payload: [1]),
        ]
        for frame in bad {
            let peer = try FakePeer([.send([frame]), .silence], [try Self.answer(2)])
            let mailbox = mailbox(peer)
            #expect(try ask(mailbox, 1).failure?.status == .malformedResponse, "\(frame)")
            #expect(peer.closed.take() == true, "it was hung up on without a word")
            #expect(try ask(mailbox, 2).response == Self.object(2))
            peer.join()
        }
    }

    @Test("where nobody listens nothing was sent, and the mailbox is unavailable")
    func nobody() throws {
        let mailbox = RemoteMailbox(name: Self.name, peer: SPDMPeer(at: .unix("/nowhere/at/all")), obeying: .bench)
        let result = try ask(mailbox, 1)
        #expect(result.failure?.status == .unavailable && result.dwordsWritten == 0)
    }

    @Test("a permit for another mailbox touches nothing")
    func wrongPermit() throws {
        let mailbox = RemoteMailbox(name: Self.name, peer: SPDMPeer(at: .unix("/nowhere/at/all")), obeying: .bench)
        let result = mailbox.exchange(Permit(mailbox: .remote("other"), request: .object(try Self.object(1))))
        #expect(result.failure?.problem == "remote:bench was handed a permit for remote:other: it was not touched")
    }

    @Test("a command beside the objects goes to the peer, and its answer may be empty")
    func outOfBand() throws {
        let peer = try FakePeer([
            .send([SPDMFrame(.updateKeys)]), .send([SPDMFrame(.endpointInfo, payload: [7, 8])]),
            .send([SPDMFrame(.unknown)]),
        ])
        let mailbox = mailbox(peer)
        func ask(_ request: OutOfBandRequest) -> ExchangeResult {
            mailbox.exchange(Permit(mailbox: Self.name, request: .outOfBand(request)))
        }
        #expect(ask(OutOfBandRequest(.updateKeys)).ending == .outOfBand([]))
        #expect(ask(OutOfBandRequest(.endpointInfo, payload: [1])).ending == .outOfBand([7, 8]))
        #expect(ask(OutOfBandRequest(.endpointInfo)).failure?.status == .refusedByPeer)
        #expect(
            peer.received == [
                SPDMFrame(.updateKeys), SPDMFrame(.endpointInfo, payload: [1]), SPDMFrame(.endpointInfo),
            ])
        peer.join()
    }

    @Test("its place is a name and an address, each name once")
    func places() throws {
        let (places, mistakes) = RemotePlace.read(["a=127.0.0.1:1", "b.2=/run/b"])
        #expect(mistakes.isEmpty)
        #expect(places.map(\.name) == [.remote("a"), .remote("b.2")])
        #expect(places.map(\.address) == [.tcp("127.0.0.1", port: 1), .unix("/run/b")])
        for text in ["", "a", "=127.0.0.1:1", "a=", "A=127.0.0.1:1", "a=localhost:1", "a=127.0.0.1:0"] {
            #expect(throws: PlaceError.self) { try RemotePlace(text) }
        }
        let twice = RemotePlace.read(["a=/x", "a=/y", "b"])
        #expect(twice.places.map(\.name) == [.remote("a")])
        #expect(
            twice.mistakes.map(\.problem) == ["remote:a is named twice", "'b' names no mailbox behind an SPDM socket"])
    }
}
