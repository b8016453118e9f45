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
