import Synchronization
import Testing

@testable import DOELinux

struct ProcessorsTests {
    @Test("lists of processors as the kernel writes them, and what is none")
    func lists() {
        #expect(Processors.numbers(of: "0") == [0])
        #expect(Processors.numbers(of: "0-3,8,10-11") == [0, 1, 2, 3, 8, 10, 11])
        for text in ["", "(null)", "-", "3-1", "1-2-3", "0-99999999999", "a-b"] {
            #expect(Processors.numbers(of: text).isEmpty, "\(text)")
        }
    }

    @Test("this host has processors, and those that run are possible")
    func here() {
        #expect(!Processors.online.isEmpty)
        #expect(Set(Processors.online).isSubset(of: Processors.possible))
    }

    @Test("a thread moved to a processor runs there")
    func pinning() throws {
        let thread = try WorkerThread(name: "pinned") {
            for processor in Processors.online {
                guard OwnThread.move(OwnThread.number, to: processor) else { continue }
                #expect(OwnThread.processor == processor)
            }
        }
        thread.join()
    }

    @Test(
        "a thread's turns are as long as it says, and so are those of the threads that it makes",
        .enabled(if: Self.hasTurns, "needs Linux 6.12, and that it shows its scheduling"))
    func turns() throws {
        let other = try length()
        #expect(other != nil && other != 200_000)
        #expect(try length(taking: 200) == 200_000)
        #expect(try length() == other, "this thread has its own yet")
    }

    private static let hasTurns: Bool = {
        let numbers = RunningKernel.release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 12)
            && FilePresence.mayBe(at: "/proc/thread-self/sched")
    }()

    /// How long a thread that a thread makes has turns, nanoseconds; the first one takes turns of so many microseconds.
    private func length(taking microseconds: UInt64? = nil) throws -> Int? {
        let found = Mutex<Int?>(nil)
        try WorkerThread(name: "first") {
            if let microseconds { try? OwnThread.takeTurns(ofMicroseconds: microseconds) }
            try? WorkerThread(name: "second") {
                let text = try? SmallText.read("/proc/thread-self/sched")
                let line = text?.split(separator: "\n").first { $0.hasPrefix("se.slice") }
                found.withLock { $0 = line?.split(separator: " ").last.flatMap { Int($0) } }
            }.join()
        }.join()
        return found.withLock { $0 }
    }
}
