import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import SPDMSocket
import Testing

@testable import DOEPolicy

@Suite("A simulated function with an SPDM socket behind it")
struct SimulatedPeerTests {
    private func mailbox(_ peer: SPDMPeer) -> (RegisterMailbox, SimulatedFunction) {
        let function = SimulatedFunction.spdmFunction(peer: peer)
        let mailbox = RegisterMailbox(
            name: .simulated("spdm"), function: function, capability: SimulatedFunction.mailboxOffset,
            obeying: .bench, clock: MockClock(), outOfBandPeer: peer)
        return (mailbox, function)
    }

    private func ask(_ mailbox: RegisterMailbox, _ object: DataObject) -> ExchangeResult {
        mailbox.exchange(Permit(mailbox: mailbox.name, request: .object(object)))
    }

    @Test("hands SPDM objects to the peer, register by register, and nothing else")
    func hands() throws {
        let request = try DataObject(.securedSPDM, payload: Array(repeating: 7, count: 5000))
        let answer = try DataObject(.securedSPDM, payload: Array(repeating: 8, count: 70_000))
        let peer = try FakePeer([.send([SPDMFrame(.normal, payload: answer.bytes)])])
        let (mailbox, function) = mailbox(SPDMPeer(at: peer.address))
        #expect(ask(mailbox, request).response == answer)
        #expect(peer.received == [SPDMFrame(.normal, payload: request.bytes)])
        #expect(function.counts.requestDwords == request.dwordCount)
        #expect(function.counts.acknowledgements == answer.dwordCount)
        let list = ask(mailbox, try DataObject(.discovery, payload: [1, 0, 0, 0])).response
        // 0001:01 at index 1, and another one after it.
        #expect(list?.dword(2) == 0x0201_0001)
        peer.join()
    }

    @Test("a peer that is not there or says no is a device that does not answer; when it is back, so is the device")
    func dead() throws {
        let request = try DataObject(.spdm, payload: [0x10, 0x84, 0, 0])
        let peer = try FakePeer([.hangUp], [.send([.refusal]), .send([SPDMFrame(.normal, payload: request.bytes)])])
        let (mailbox, _) = mailbox(SPDMPeer(at: peer.address))
        for _ in 0..<2 {
            let result = ask(mailbox, request)
            #expect(result.failure?.status == .timeout && result.abort == .worked)
        }
        #expect(ask(mailbox, request).response == request)
        peer.join()
    }

    @Test("a peer's answer of another kind is the device's malformed response")
    func malformed() throws {
        let request = try DataObject(.spdm, payload: [0x10, 0x84, 0, 0])
        let wrong = try DataObject(.securedSPDM, payload: [0, 0, 0, 0])
        let peer = try FakePeer([.send([SPDMFrame(.normal, payload: wrong.bytes)])])
        let (mailbox, _) = mailbox(SPDMPeer(at: peer.address))
        #expect(ask(mailbox, request).failure?.status == .malformedResponse)
        peer.join()
    }

    @Test("commands beside the objects go past the registers to the peer; without a peer they go nowhere")
    func outOfBand() throws {
        let peer = try FakePeer([.send([SPDMFrame(.updateKeys, payload: [5])])])
        let (mailbox, function) = mailbox(SPDMPeer(at: peer.address))
        let request = PermittedRequest.outOfBand(OutOfBandRequest(.updateKeys, payload: [4]))
        #expect(mailbox.exchange(Permit(mailbox: mailbox.name, request: request)).ending == .outOfBand([5]))
        #expect(peer.received == [SPDMFrame(.updateKeys, payload: [4])])
        peer.join()
        let bench = Bench()
        let result = bench.mailbox.exchange(Permit(mailbox: bench.mailbox.name, request: request))
        #expect(result.failure?.status == .unsupported && result.dwordsWritten == 0)
        #expect(bench.function.counts.writes == 0 && function.counts.writes == 0)
    }
}
