import Glibc
import Testing

@testable import DOELinux

@Suite("A thread's status")
struct ThreadStatusTests {
    private static let status = """
        Name:\tsetpci
        Umask:\t0022
        State:\tR (running)
        Tgid:\t467
        Ngid:\t0
        Pid:\t468
        PPid:\t1
        Uid:\t1000\t0\t1001\t1002
        Gid:\t100\t5\t101\t102
        Groups:\t4 24 5\u{20}
        """
    private static func stat(name: String = "setpci", flags: UInt32 = 0x40_0000, ticks: UInt64 = 777) -> String {
        "468 (\(name)) R 1 467 467 0 -1 \(flags) 1 2 3 4 5 6 7 8 20 0 1 0 \(ticks) 1000 200"
    }

    @Test("is read from both texts")
    func parsed() throws {
        let status = try #require(ThreadStatus(status: Self.status, stat: Self.stat()))
        #expect(
            status
                == ThreadStatus(process: 467, started: 777 * ThreadStatus.tick, uid: 0, groups: [4, 5, 24]))
        #expect(ThreadStatus.tick == 10_000)
        let kernel = try #require(ThreadStatus(status: Self.status, stat: Self.stat(flags: 0x20_8040)))
        #expect(kernel.isKernel)
    }

    @Test("a name cannot forge it", arguments: ["a) R 1 1 1", "x\\nTgid:\\t1", ") ) )", ""])
    func forged(name: String) throws {
        let text = Self.status.replacing("setpci", with: name)
        let status = try #require(ThreadStatus(status: text, stat: Self.stat(name: name)))
        #expect(status.process == 467 && !status.isKernel)
        #expect(status.started == 777 * ThreadStatus.tick)
    }

    @Test("a text that lacks something is none")
    func broken() {
        for line in ["Tgid", "Uid", "Gid"] {
            let text = Self.status.replacing("\(line):", with: "X:")
            #expect(ThreadStatus(status: text, stat: Self.stat()) == nil)
        }
        let lines = Self.status.replacing("1001\t1002", with: "1001")
        #expect(ThreadStatus(status: lines, stat: Self.stat()) == nil)
        #expect(ThreadStatus(status: Self.status.replacing("1001", with: "x"), stat: Self.stat()) == nil)
        for stat in ["", "468 (x", "468 (x) R 1 2", Self.stat(ticks: .max)] {
            #expect(ThreadStatus(status: Self.status, stat: stat) == nil)
        }
    }

    @Test("a thread that is not the first names its process")
    func threads() throws {
        let own = try #require(ThreadStatus(of: OwnThread.number))
        #expect(own.process == getpid() && own.uid == geteuid() && !own.isKernel)
        #expect(own.groups.contains(getegid()))
        #expect(own.started <= Clocks.boottimeMicroseconds)
        let numbers = BlockingQueue<Int32>()
        let letGo = BlockingQueue<Void>()
        let thread = try WorkerThread(name: "another") {
            _ = numbers.push(OwnThread.number)
            _ = letGo.take()
        }
        let number = try #require(numbers.take())
        #expect(number != OwnThread.number)
        #expect(ThreadStatus(of: number)?.process == getpid())
        _ = letGo.push(())
        thread.join()
        #expect(ThreadStatus(of: .max) == nil)
    }
}
