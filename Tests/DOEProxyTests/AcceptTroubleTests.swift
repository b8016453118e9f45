import DOELinux
import SystemPackage
import Synchronization
import Testing

@testable import DOEProxy

@Suite("Connections that could not be accepted")
struct AcceptTroubleTests {
    private final class Sentences: Sendable {
        private let sentences = Mutex<[String]>([])
        var all: [String] { sentences.withLock { $0 } }
        func add(_ sentence: String) { sentences.withLock { $0.append(sentence) } }
    }

    @Test("are told at the first time and as the number doubles, with what to do; who asks is told the number")
    func told() {
        let (trouble, said) = (AcceptTrouble(), Sentences())
        trouble.whenTold(said.add)
        #expect(trouble.sentence == nil)
        for _ in 0..<1_000 { trouble.note(LinuxError("accept", "/run/x", .tooManyOpenFiles)) }
        #expect(said.all.count == 10)
        let first = "times: 1; cannot accept /run/x: Too many open files; raise the limit"
        #expect(said.all.first?.contains(first) == true)
        #expect(trouble.sentence?.contains("times: 1000;") == true)
    }

    @Test("a listener that rests says why")
    func listener() throws {
        let wake = try WakeEvent()
        let trouble = AcceptTrouble()
        let listener = Listener(
            wake.descriptor,
            accept: { () throws(LinuxError) in throw LinuxError("accept", "/run/x", .tooManyOpenFiles) },
            failed: trouble.note, welcome: { _ in })
        #expect(listener.handle(.readable))
        #expect(listener.deadline != nil && trouble.sentence?.contains("/run/x") == true)
    }
}
