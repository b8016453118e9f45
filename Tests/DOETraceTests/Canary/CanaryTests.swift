import DOELinux
import DOEWords
import PCIConfig
import TestSupport
import Testing

@testable import DOETrace

/// With a function made of files, and this machine's processors.
struct CanaryTests {
    private let folder = TemporaryDirectory()
    private let canary: Canary
    private static let second: UInt64 = 1_000_000

    init() throws {
        let place = "\(folder.path)/bus/pci/devices/0000:7f:00.0"
        try makeDirectories(place)
        for (name, text) in ["class": "0x060000\n", "power_state": "unknown\n", "config": "12345678"] {
            try WholeFile.write(Array(text.utf8), to: "\(place)/\(name)", mode: 0o600)
        }
        let function = try #require(CanaryFunction(on: PCIHost(sysfsRoot: folder.path), without: []))
        canary = try Canary(function, seenBy: [.probes, .program], at: 0)
    }

    private var thread: Int32 { canary.reader }

    /// Asks for a read at a time, and waits until it was made; a time at which it may have begun.
    private func read(at now: UInt64) -> UInt64? {
        guard canary.isDue(at: now), canary.read(at: now, lostEvents: 0) else { return nil }
        canary.waitForRead()
        return max(now, Clocks.monotonicMicroseconds)
    }

    @Test("a read that both see, by the right thread, is no loss, and the next one is on the next processor")
    func seen() throws {
        defer { canary.end() }
        var processors: Set<Int> = []
        var now = Clocks.monotonicMicroseconds
        for _ in 0..<Processors.online.count {
            let began = try #require(read(at: now))
            processors.insert(try #require(canary.processor))
            // Somebody else's read of the same place proves nothing.
            canary.saw(readBy: thread + 1, at: began, by: .probes)
            #expect(canary.isWaiting)
            for sight in Canary.Sight.allCases { canary.saw(readBy: thread, at: began, by: sight) }
            #expect(canary.losses(at: began + 3 * Self.second, lostEvents: 0).isEmpty && !canary.isWaiting)
            now += CanaryWatch.interval
        }
        #expect(processors == Set(Processors.online))
    }

    @Test("a read that one of them does not see is told until another one there is seen")
    func lost() throws {
        defer { canary.end() }
        let began = try #require(read(at: Clocks.monotonicMicroseconds))
        canary.saw(readBy: thread, at: began, by: .program)
        #expect(canary.losses(at: began, lostEvents: 0).isEmpty)
        let losses = canary.losses(at: began + 3 * Self.second, lostEvents: 0)
        let processor = try #require(canary.processor)
        #expect(losses == [Canary.Loss(sight: .probes, processor: processor, lastSeen: 0)])
        #expect(losses[0].finding(at: canary.function.address).obstacle.problem.contains("on processor \(processor)"))
        #expect(!canary.isWaiting && canary.losses(at: began + 4 * Self.second, lostEvents: 0) == losses)

        let again = try #require(read(at: began + CanaryWatch.interval))
        #expect(canary.processor == processor)
        for sight in Canary.Sight.allCases { canary.saw(readBy: thread, at: again, by: sight) }
        #expect(canary.losses(at: began + CanaryWatch.interval, lostEvents: 0).isEmpty)
    }

    @Test("where events were lost meanwhile, or nobody knows, nothing follows", arguments: [1, nil] as [UInt64?])
    func eventsLost(_ now: UInt64?) throws {
        defer { canary.end() }
        let began = try #require(read(at: Clocks.monotonicMicroseconds))
        #expect(canary.losses(at: began + 3 * Self.second, lostEvents: now).isEmpty)
        #expect(canary.losses(at: began + 4 * Self.second, lostEvents: now).isEmpty && !canary.isWaiting)
    }
}
