import DOEWords
import Foundation
import Glibc
import TestSupport
import Testing

@testable import DOELinux

@Suite("Who a process is, for somebody who may not look")
struct PassedIdentityTests {
    private let directory = TemporaryDirectory()
    private let threads: AddressSpaceThreads

    init() throws { threads = try AddressSpaceThreads() }

    private func identity(of process: Int32) throws -> (HeldProcess, PassedIdentity) {
        let held = try #require(HeldProcess(of: process))
        return (held, try PassedIdentity(of: held, by: threads))
    }

    /// A program that nobody may ask anew.
    private func program(of process: Int32) throws -> PassedProgram {
        let (held, identity) = try identity(of: process)
        #expect(identity.memory != nil)
        let program = PassedProgram(of: identity, process: held) { _ in nil }
        return try #require(program)
    }

    private func asking(about identity: PassedIdentity, _ held: HeldProcess) throws -> PassedProgram {
        let program = PassedProgram(of: identity, process: held) { [threads] in
            try? PassedIdentity(of: $0, by: threads)
        }
        return try #require(program)
    }

    private func copy(_ name: String = "program") throws -> String {
        let path = directory.path + "/" + name
        try FileManager.default.copyItem(atPath: "/bin/cat", toPath: path)
        return path
    }

    @Test("it is what the process itself would learn, and a descriptor of its program")
    func same() throws {
        let child = try SpawnedChild("/bin/cat")
        defer { child.end() }
        let (_, identity) = try identity(of: child.pid)
        #expect(identity.number == child.pid && identity.facts == ProcessFacts(pid: child.pid))
        let file = try #require(identity.file)
        #expect(try SmallText.link("/proc/self/fd/\(file.number)") == SmallText.link("/proc/\(child.pid)/exe"))
        #expect(identity.memory?.isInUse == true)
        #expect(try self.program(of: child.pid).isStillRun)
    }

    @Test("the program is run until the process ends")
    func ends() throws {
        let child = try SpawnedChild("/bin/cat")
        let program = try program(of: child.pid)
        #expect(program.isStillRun)
        child.end()
        #expect(!program.isStillRun)
    }

    @Test("a file that moves is still the program, and one that is deleted or replaced is not seen to be")
    func file() throws {
        let path = try copy()
        let child = try SpawnedChild(path)
        defer { child.end() }
        let program = try program(of: child.pid)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".moved")
        #expect(program.isStillRun)
        let other = try copy("other")
        try #require(unsafe rename(other, path + ".moved") == 0)
        #expect(!program.isStillRun)
        #expect(try identity(of: child.pid).1.file == nil, "the host's file of that name is another one")

        let again = try copy("again")
        let second = try SpawnedChild(again)
        defer { second.end() }
        let deleted = try self.program(of: second.pid)
        #expect(deleted.isStillRun)
        try FileManager.default.removeItem(atPath: again)
        #expect(!deleted.isStillRun)
    }

    @Test("the same file run anew is found by asking, and another one is another program", arguments: [true, false])
    func exec(isSame: Bool) throws {
        let next = isSame ? "exec /bin/sh -c 'read b'" : "exec /bin/cat"
        let child = try SpawnedChild("/bin/sh", ["-c", "read a; \(next)"])
        defer { child.end() }
        let unasked = try program(of: child.pid)
        let (held, identity) = try identity(of: child.pid)
        let asked = try asking(about: identity, held)
        child.say("\n")
        #expect(eventually { !unasked.isStillRun })
        if isSame {
            #expect(eventually { asked.isStillRun })
        } else {
            #expect(eventually { !asked.isStillRun })
        }
    }

    @Test("where the memory does not tell, whoever may look is asked each time")
    func asked() throws {
        let path = try copy()
        let child = try SpawnedChild(path)
        let (held, identity) = try identity(of: child.pid)
        let without = PassedIdentity(number: child.pid, facts: identity.facts, file: identity.file, memory: nil)
        let program = try asking(about: without, held)
        #expect(program.isStillRun)
        let unanswered = PassedProgram(of: without, process: held) { _ in nil }
        #expect(unanswered?.isStillRun == false)
        child.end()
        #expect(!program.isStillRun)
    }

    /// A process that goes on in the memory of another one: the script's second process, on a stack of its own.
    private static let sharing = """
        import ctypes, os, mmap
        libc = ctypes.CDLL(None)
        stack = mmap.mmap(-1, 1 << 20)
        top = ctypes.addressof(ctypes.c_char.from_buffer(stack)) + (1 << 20) - 64
        @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
        def child(_):
            os.read(0, 1)
            os.execv("/bin/cat", ["cat"])
        CLONE_VM, CLONE_VFORK, SIGCHLD = 0x100, 0x4000, 17
        libc.clone(child, ctypes.c_void_p(top), CLONE_VM | CLONE_VFORK | SIGCHLD, None)
        """

    @Test("a child that shares its parent's memory, as after vfork, is not told by that memory")
    func vforked() throws {
        let parent = try SpawnedChild("/usr/bin/env", ["python3", "-c", Self.sharing])
        defer { parent.kill() }
        #expect(
            eventually {
                AddressSpaceTests.isPython(parent.pid) && !AddressSpaceTests.children(of: parent.pid).isEmpty
            })
        let child = try #require(AddressSpaceTests.children(of: parent.pid).first)
        defer { kill(child, SIGKILL) }
        let (held, identity) = try identity(of: child)
        #expect(identity.facts.exe.value?.contains("python") == true)
        #expect(identity.memory == nil, "its parent would keep it in use")
        let program = try asking(about: identity, held)
        #expect(program.isStillRun)
        parent.say("x")
        #expect(eventually { (try? SmallText.link("/proc/\(child)/exe"))?.hasSuffix("/cat") == true })
        #expect(!program.isStillRun)
        #expect(try self.identity(of: child).1.memory?.isInUse == true)
    }

    @Test("a program of which the first thread has ended is known by the others, and its memory too")
    func firstThreadEnded() throws {
        let script = """
            import ctypes, os, threading
            def live():
                os.read(0, 1)
                os.execv("/bin/cat", ["cat"])
            threading.Thread(target=live).start()
            ctypes.CDLL(None).pthread_exit(None)
            """
        let child = try SpawnedChild("/usr/bin/env", ["python3", "-c", script])
        defer { child.end() }
        // Until it is the interpreter, and the first thread has ended.
        let isAlone = eventually {
            AddressSpaceTests.threads(of: child.pid) == 2 && (try? SmallText.link("/proc/\(child.pid)/exe")) == nil
        }
        #expect(isAlone)
        let program = try program(of: child.pid)
        #expect(program.isStillRun)
        child.say("x")
        #expect(eventually { !program.isStillRun })
    }

    @Test("who has ended, is the kernel's own, a thread, or the asked one itself is nobody")
    func nobody() throws {
        let child = try SpawnedChild("/bin/cat")
        let held = try #require(HeldProcess(of: child.pid))
        child.end()
        #expect(throws: PassedIdentity.Refusal.ended) { try PassedIdentity(of: held, by: threads) }
        let own = try #require(HeldProcess(of: getpid()))
        #expect(throws: PassedIdentity.Refusal.ourselves) { try PassedIdentity(of: own, by: threads) }
        if let kernel = HeldProcess(of: 2),
            (try? SmallText.read("/proc/2/stat")).flatMap({ ProcessStat($0) })?.isKernelThread == true
        {
            #expect(throws: PassedIdentity.Refusal.kernelThread) { try PassedIdentity(of: kernel, by: threads) }
        }
        let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        #expect(HeldProcess(given: Descriptor(owning: null)) == nil)
    }
}
