import Glibc
import TestSupport
import Testing

@testable import DOELinux

@Suite("Whether a process goes on with its program, told by its memory")
struct AddressSpaceTests {
    private func memory(of process: Int32) throws -> AddressSpace {
        try #require(AddressSpace(openingIn: "/proc/\(process)"))
    }

    @Test("it is in use until the process ends")
    func end() throws {
        let child = try SpawnedChild("/bin/cat")
        let memory = try memory(of: child.pid)
        #expect(memory.isInUse)
        child.end()
        #expect(!memory.isInUse)
    }

    @Test("it is in use until the process replaces its program, also by the same one")
    func exec() throws {
        let child = try SpawnedChild("/bin/sh", ["-c", "read a; exec /bin/sh -c 'read b'"])
        defer { child.end() }
        let memory = try memory(of: child.pid)
        #expect(memory.isInUse)
        child.say("\n")
        #expect(eventually { !memory.isInUse })
        #expect(try self.memory(of: child.pid).isInUse)
    }

    @Test("a child that was forked has its own, and its end is not the parent's")
    func forked() throws {
        let script = "import os\nif os.fork() == 0: os.read(0, 1); os._exit(0)\nos.wait()\nos.read(0, 1)"
        let child = try SpawnedChild("/usr/bin/env", ["python3", "-c", script])
        defer { child.end() }
        #expect(eventually { Self.isPython(child.pid) && !Self.children(of: child.pid).isEmpty })
        let memory = try memory(of: child.pid)
        let forked = try #require(Self.children(of: child.pid).first)
        let its = try self.memory(of: forked)
        child.say("\n")
        #expect(eventually { !its.isInUse })
        #expect(memory.isInUse)
    }

    @Test("a thread that ends, the first one too, leaves it in use; the last one does not")
    func threads() throws {
        let script = """
            import ctypes, os, threading
            def live():
                os.read(0, 1)
                os._exit(0)
            threading.Thread(target=live).start()
            os.read(0, 1)
            ctypes.CDLL(None).pthread_exit(None)
            """
        let child = try SpawnedChild("/usr/bin/env", ["python3", "-c", script])
        defer { child.end() }
        #expect(eventually { Self.isPython(child.pid) && Self.threads(of: child.pid) == 2 })
        let memory = try memory(of: child.pid)
        child.say("x")
        usleep(50_000)
        child.say("x")
        child.end()
        #expect(!memory.isInUse)
    }

    @Test("what is none of a living process is not opened, and no other file is taken for one in use")
    func none() throws {
        #expect(AddressSpace(openingIn: "/proc/2147483647") == nil)
        // A thread of the kernel's has none.
        if getpid() != 1, (try? SmallText.read("/proc/2/stat")).flatMap({ ProcessStat($0) })?.isKernelThread == true {
            #expect(AddressSpace(openingIn: "/proc/2") == nil)
        }
        let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        #expect(!AddressSpace(owning: Descriptor(owning: null)).isInUse)
    }

    @Test("who makes all threads wait costs the quick answer, and no more")
    func held() throws {
        let release = BlockingQueue<Void>()
        let threads = try AddressSpaceThreads { _ in
            _ = release.take()
            return nil
        }
        for _ in 0..<AddressSpaceThreads.count { #expect(threads.open(in: "/proc/self") == nil) }
        #expect(threads.freeCount == 0)
        let began = Clocks.monotonicMicroseconds
        #expect(threads.open(in: "/proc/self") == nil)
        #expect(Clocks.monotonicMicroseconds - began < 10_000)
        release.close()
        #expect(eventually { threads.freeCount == AddressSpaceThreads.count })
        threads.close()
    }

    /// Whether it is the interpreter by now, and no script's beginning.
    static func isPython(_ process: Int32) -> Bool {
        (try? SmallText.link("/proc/\(process)/exe"))?.contains("/bin/python3") == true
    }

    static func children(of process: Int32) -> [Int32] {
        ((try? SmallText.read("/proc/\(process)/task/\(process)/children")) ?? "").split(separator: " ")
            .compactMap { Int32($0) }
    }

    static func threads(of process: Int32) -> Int? {
        (try? SmallText.read("/proc/\(process)/status"))?.split(separator: "\n").first { $0.hasPrefix("Threads:\t") }
            .flatMap { Int($0.dropFirst(9)) }
    }
}
