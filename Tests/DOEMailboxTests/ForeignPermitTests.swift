import DOELinux
import DOEObjects
import DOESimulator
import DOEWords
import SPDMSocket
import Testing

@testable import DOEMailbox
@testable import DOEPolicy

/// Whoever has a judge of his own can have permits of it. No mailbox takes one.
@Suite("A permit of a judge that is not the one in force")
struct ForeignPermitTests {
    private static let words = "was handed a permit of a judge that is not the one in force here: it was not touched"

    /// As the real thing, but that the judge is somebody else's: its permits hold whatever happens.
    private func permit(_ mailbox: any Mailbox, _ request: PermittedRequest) -> Permit {
        Permit(mailbox: mailbox.name, request: request, inForce: JudgeInForce(Judge(.denyAll(generation: 1)))) {
            Issue.record("it was believed, and asked")
            return nil
        }
    }

    private func expectUntouched(
        _ mailbox: any Mailbox, _ request: PermittedRequest, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let result = mailbox.exchange(permit(mailbox, request))
        #expect(result.failure?.status == .unavailable, sourceLocation: sourceLocation)
        #expect(
            result.failure?.problem == "\(mailbox.name) \(Self.words)", sourceLocation: sourceLocation)
        #expect(result.dwordsWritten == 0 && result.abort == .none, sourceLocation: sourceLocation)
    }

    @Test("touches no register, and the next exchange works")
    func registers() throws {
        let bench = Bench()
        expectUntouched(bench.mailbox, .object(try DataObject(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])))
        #expect(bench.function.counts == SimulatorCounts())
        try bench.expectWorking()
    }

    @Test("reaches no peer behind a socket, as an object or as a command beside the objects")
    func peers() throws {
        let listener = try ListeningSocket(address: "127.0.0.1", port: 0)
        let peer = SPDMPeer(at: .tcp("127.0.0.1", port: listener.port ?? 0))
        let object = PermittedRequest.object(try DataObject(.spdm, payload: [0x10, 0x84, 0, 0]))
        let command = PermittedRequest.outOfBand(OutOfBandRequest(.updateKeys, payload: []))
        let remote = RemoteMailbox(name: .remote("bench"), peer: peer, obeying: .bench)
        let function = SimulatedFunction.spdmFunction(peer: peer)
        let simulated = RegisterMailbox(
            name: .simulated("spdm"), function: function, capability: SimulatedFunction.mailboxOffset,
            obeying: .bench, outOfBandPeer: peer)
        for mailbox in [remote, simulated] as [any Mailbox] {
            for request in [object, command] { expectUntouched(mailbox, request) }
        }
        #expect(function.counts == SimulatorCounts())
        let hasConnected = try listener.accept() != nil
        #expect(!hasConnected)
    }

    @Test("that lets it pass is of no use with the mailbox's own judge: that one is asked")
    func borrowedPlace() throws {
        let bench = Bench()
        let request = try DataObject(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])
        let inquiry = Inquiry(
            road: .proxy, mailbox: bench.mailbox.identity(), client: Client(via: .known(.unix), uid: .known(0)),
            mode: .production, request: request)
        let open = try Policy.load(
            files: [RuleFile(path: "mine.rules", text: "allow")], kernel: KernelVersion(major: 6, minor: 12),
            resolver: NobodyAtAll(), generation: 1)
        var judgement = Judge(open).judge(inquiry, inForce: .bench) { Circumstances(mode: .production) }
        guard let permit = judgement.takePermit() else { throw NoPermit() }
        let result = bench.mailbox.exchange(permit)
        guard case .withdrawn(.judged(let decision)) = result.ending else { throw NoPermit() }
        #expect(decision.decidedBy == "default" && result.dwordsWritten == 0)
        #expect(bench.function.counts.writes == 0)
    }

    private struct NoPermit: Error {}

    private struct NobodyAtAll: NameResolver {
        func user(named name: String) -> NameLookup { .notFound }
        func group(named name: String) -> NameLookup { .notFound }
    }
}
