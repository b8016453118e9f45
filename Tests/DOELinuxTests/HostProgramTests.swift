import DOEWords
import Foundation
import TestSupport
import Testing

@testable import DOELinux

@Suite("The program that a process runs")
struct HostProgramTests {
    private let directory = TemporaryDirectory()

    /// A process of a program of our own, and that program.
    private func running() throws -> (path: String, process: SpawnedChild, program: HostProgram) {
        let path = directory.path + "/program"
        try FileManager.default.copyItem(atPath: "/bin/cat", toPath: path)
        let process = try SpawnedChild(path)
        return (path, process, try #require(HostProgram(of: process.pid)))
    }

    @Test("a program goes on being it, and is no other process's")
    func same() throws {
        let (path, process, program) = try running()
        defer { process.end() }
        #expect(program.path == path)
        #expect(program.isRun(by: process.pid))
        #expect(!program.isRun(by: getpid()))
    }

    @Test("a program whose file has no name any more is not seen to be run, also where another file has its name")
    func replaced() throws {
        let (path, process, program) = try running()
        defer { process.end() }
        try FileManager.default.copyItem(atPath: "/bin/cat", toPath: path + ".new")
        try #require(unsafe rename(path + ".new", path) == 0)
        #expect(!program.isRun(by: process.pid))
        #expect(HostProgram(of: process.pid) == nil)
    }

    @Test("a process that is held by its folder runs its program until it ends, or the file has no name any more")
    func held() throws {
        let (path, process, program) = try running()
        let running = try #require(RunningProgram(program, of: process.pid))
        #expect(running.isStillRun)
        #expect(RunningProgram(program, of: getpid()) == nil)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".moved")
        #expect(running.isStillRun)
        process.end()
        #expect(!running.isStillRun)

        let another = try SpawnedChild(path + ".moved")
        defer { another.end() }
        let moved = try #require(HostProgram(of: another.pid))
        let again = try #require(RunningProgram(moved, of: another.pid))
        #expect(again.isStillRun)
        try FileManager.default.removeItem(atPath: path + ".moved")
        #expect(!again.isStillRun)
    }

    @Test("a program of which the first thread has ended runs on, and is known by the others; so is what else it is")
    func firstThreadEnded() throws {
        let child = try HeadlessChild()
        defer { child.end() }
        let python = try #require(HostProgram(of: child.living))
        // Of the first thread the kernel knows no program any more.
        #expect(throws: LinuxError.self) { try SmallText.link("/proc/\(child.pid)/exe") }
        let program = try #require(HostProgram(of: child.pid))
        #expect(program == python && program.isRun(by: child.pid))
        let running = try #require(RunningProgram(program, of: child.pid))
        #expect(running.isStillRun)
        let facts = ProcessFacts(pid: child.pid)
        let ofThread = ProcessFacts(pid: child.living)
        #expect(facts == ofThread && facts.exe == .known(program.path ?? ""))
        let held = try #require(HeldProcess(of: child.pid))
        #expect(held.isAlive)
        child.end()
        #expect(!running.isStillRun && !program.isRun(by: child.pid) && !held.isAlive)
    }

    @Test("one that was known by its first thread is the same when that ends, and another program is not")
    func firstThreadEnds() throws {
        let child = try HeadlessChild(waits: true)
        defer { child.end() }
        let program = try #require(HostProgram(of: child.pid))
        let running = try #require(RunningProgram(program, of: child.pid))
        #expect(running.isStillRun)
        child.goOn()
        #expect(throws: LinuxError.self) { try SmallText.link("/proc/\(child.pid)/exe") }
        #expect(running.isStillRun && program.isRun(by: child.pid))
        // Another of its threads replaces the program: it has the first one's number then.
        child.goOn()
        while (try? SmallText.link("/proc/\(child.pid)/exe")) == nil { usleep(1_000) }
        #expect(!running.isStillRun && !program.isRun(by: child.pid))
        #expect(HostProgram(of: child.pid) != program && HostProgram(of: child.pid) != nil)
    }

    @Test("a name that is no text is known to the byte, and no rule can ask for it")
    func nameIsNoText() throws {
        let name = Array((directory.path + "/prog").utf8) + [0xff, 0x20]
        let path = name.map { CChar(bitPattern: $0) } + [0]
        try FileManager.default.copyItem(atPath: "/bin/cat", toPath: directory.path + "/program")
        try #require(unsafe rename(directory.path + "/program", path) == 0)
        defer { unsafe unlink(path) }
        let child = try SpawnedChild(bytes: name)
        defer { child.end() }
        let program = try #require(HostProgram(of: child.pid))
        #expect(program.name == name && program.path == nil && program.isRun(by: child.pid))
        var client = Client(uid: .known(7))
        client.take(ProcessFacts(pid: child.pid))
        #expect(client.exe == .unknown && client.exeBytes == name)
        #expect(client.words.hasPrefix("uid 7 \"\(directory.path)/prog\\xff \""))
    }

    @Test("a program of an overlay file system is the same once its file was copied to the upper layer")
    func copiedUp() throws {
        let layers = try OverlayFixture(directory.path, program: "/bin/cat")
        guard let layers else {
            return print("\nNOT TESTED: a program that is copied up: no overlay file system can be mounted here")
        }
        defer { layers.unmount() }
        let child = try SpawnedChild(layers.program)
        defer { child.end() }
        let program = try #require(HostProgram(of: child.pid))
        let running = RunningProgram(program, of: child.pid)
        let before = NamedFile(at: layers.program)
        try #require(unsafe chmod(layers.program, 0o700) == 0)
        try #require(NamedFile(at: layers.program) != before, "it was copied up")
        #expect(program.isRun(by: child.pid))
        if let running { #expect(running.isStillRun) }
        // Another file in its place is another program.
        try FileManager.default.copyItem(atPath: "/bin/cat", toPath: layers.program + ".new")
        try #require(unsafe rename(layers.program + ".new", layers.program) == 0)
        #expect(!program.isRun(by: child.pid) && running?.isStillRun != true)
    }

    @Test("a file that gets the number of a deleted one is another file")
    func numberAgain() throws {
        let path = directory.path + "/file"
        var before: (number: FileNumber, named: NamedFile)?
        for _ in 0..<100 {
            try Data().write(to: URL(fileURLWithPath: path))
            let number = try #require(FileNumber(at: path))
            guard let named = NamedFile(at: path) else {
                return print("\nNOT TESTED: numbers that are used again: no birth time in the file system of \(path)")
            }
            if let before, before.number == number { return #expect(before.named != named) }
            before = (number, named)
            try FileManager.default.removeItem(atPath: path)
            #expect(NamedFile(at: path) == nil)
            // The kernel's clock of files moves with its ticks.
            usleep(20_000)
        }
        print("\nNOT TESTED: numbers that are used again: the file system of \(path) gave none twice")
    }
}

/// A process whose first thread ends when it is told to, while another one lives on; and that one replaces the
/// program when it is told to.
private final class HeadlessChild {
    private static let script = """
        import ctypes, os, sys, threading
        libc = ctypes.CDLL(None)
        def live():
            if sys.argv[1] == "waits":
                os.read(0, 1)
                os.execv("/bin/cat", ["cat"])
            os.read(0, 1)
            os._exit(0)
        if sys.argv[1] == "waits":
            os.read(0, 1)
        threading.Thread(target=live).start()
        libc.pthread_exit(None)
        """
    private let child: SpawnedChild

    /// `waits`: until `goOn`.
    init(waits: Bool = false) throws {
        child = try SpawnedChild("/usr/bin/env", ["python3", "-c", Self.script, waits ? "waits" : "at once"])
        if waits {
            // Until it is the interpreter itself, and no script's beginning.
            while (try? SmallText.link("/proc/\(child.pid)/exe"))?.contains("python") != true { usleep(1_000) }
        } else {
            waitForItsEnd()
        }
    }

    var pid: Int32 { child.pid }

    /// Another thread than the first.
    var living: Int32 {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.compactMap { Int32($0) }.first { $0 != pid } ?? 0
    }

    func goOn() {
        let isFirst = (try? SmallText.link("/proc/\(pid)/exe")) != nil
        child.say("x")
        if isFirst { waitForItsEnd() }
    }

    func end() { child.end() }

    private func waitForItsEnd() { while (try? SmallText.link("/proc/\(pid)/exe")) != nil { usleep(1_000) } }
}

/// Two file systems in memory, one over the other, with a program in the lower one.
private struct OverlayFixture {
    let program: String
    private let places: [String]

    /// `nil` where that cannot be mounted.
    init?(_ directory: String, program: String) throws {
        let (lower, upper, both) = (directory + "/lower", directory + "/upper", directory + "/both")
        places = [both, upper, lower]
        self.program = both + "/program"
        for place in places { try Self.make(place) }
        for place in [lower, upper] { try SpawnedChild("/bin/mount", ["-t", "tmpfs", "tmpfs", place]).end() }
        try FileManager.default.copyItem(atPath: program, toPath: lower + "/program")
        for place in ["/data", "/work"] { try Self.make(upper + place) }
        let options = "lowerdir=\(lower),upperdir=\(upper)/data,workdir=\(upper)/work,xino=off"
        try SpawnedChild("/bin/mount", ["-t", "overlay", "overlay", "-o", options, both]).end()
        guard FileManager.default.fileExists(atPath: self.program) else {
            unmount()
            return nil
        }
    }

    private static func make(_ place: String) throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    }

    func unmount() { for place in places { try? SpawnedChild("/bin/umount", ["--lazy", "--quiet", place]).end() } }
}
