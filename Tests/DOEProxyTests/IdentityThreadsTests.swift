import DOELinux
import DOEWords
import Synchronization
import Testing

@testable import DOEProxy

@Suite("Threads that learn who clients are")
struct IdentityThreadsTests {
    private func peer() throws -> Peer {
        let pair = try StreamSocket.pair()
        return Peer(
            connection: pair.0.descriptor, credentials: PeerCredentials(of: pair.0.descriptor), process: nil,
            acceptedAt: Clocks.boottimeMicroseconds)
    }

    /// Threads of which each tells that it has begun, and then hangs until the gate lets it pass.
    private func hanging(at gate: BlockingQueue<Void>, telling entered: BlockingQueue<Void>) throws -> IdentityThreads {
        try IdentityThreads { peer in
            _ = entered.push(())
            _ = gate.take()
            return LearnedClient(PeerIdentity.client(peer.credentials), process: nil)
        }
    }

    @Test("each is answered once")
    func answers() throws {
        let threads = try IdentityThreads { LearnedClient(PeerIdentity.client($0.credentials), process: nil) }
        defer { threads.close() }
        let answers = BlockingQueue<UInt64>()
        for number in 1...500 as ClosedRange<UInt64> {
            #expect(threads.identify(try peer(), number: number) { _ in _ = answers.push(number) })
        }
        #expect(Set((1...500).map { _ in answers.take() ?? 0 }) == Set(1...500))
        #expect(threads.trouble == nil)
    }

    @Test("what is late is answered when it is known, and what was given up since is not")
    func late() throws {
        let (entered, gate) = (BlockingQueue<Void>(), BlockingQueue<Void>())
        let threads = try hanging(at: gate, telling: entered)
        defer { threads.close() }
        let answers = BlockingQueue<UInt64>()
        // The third waits for its turn.
        for number in 1...3 as ClosedRange<UInt64> {
            #expect(threads.identify(try peer(), number: number) { _ in _ = answers.push(number) })
        }
        for _ in 1...2 { _ = entered.take() }
        for number in 1...3 as ClosedRange<UInt64> { threads.isLate(number) }
        threads.giveUp(2)
        #expect(threads.trouble?.contains("2 threads hang") == true)
        gate.close()
        #expect(Set((1...2).map { _ in answers.take() ?? 0 }) == [1, 3])
        while threads.trouble != nil { OwnTime.rest() }
    }

    @Test("a thread that hangs is given up and said so; when it comes back, nobody hears of it, and all is as before")
    func hanging() throws {
        let (entered, gate) = (BlockingQueue<Void>(), BlockingQueue<Void>())
        let threads = try hanging(at: gate, telling: entered)
        defer { threads.close() }
        let answers = BlockingQueue<UInt64>()
        for number in 1...2 as ClosedRange<UInt64> {
            #expect(threads.identify(try peer(), number: number) { _ in _ = answers.push(number) })
            _ = entered.take()
            threads.giveUp(number)
        }
        #expect(threads.trouble?.contains("2 threads hang") == true)
        #expect(!threads.identify(try peer(), number: 3) { _ in Issue.record("not begun") })
        for _ in 1...2 { _ = gate.push(()) }
        // They come back in their own time.
        while threads.trouble != nil { OwnTime.rest() }
        gate.close()
        #expect(threads.identify(try peer(), number: 4) { _ in _ = answers.push(4) })
        #expect(answers.take() == 4)
    }
}

private enum OwnTime {
    static func rest() { try? WakeEvent().wait(microseconds: 1_000) }
}
