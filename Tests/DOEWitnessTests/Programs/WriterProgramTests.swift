import DOELinux
import DOEWords
import Testing

@testable import DOEWitness

@Suite("The program for writers")
struct WriterProgramTests {
    private let program: [UInt64]

    init() throws { program = try WriterProgram.text(Interpreter.tables, MadeUpKernel.types) }

    private func write(_ kernel: inout MadeUpKernel) { kernel.machine.run(program, [MadeUpKernel.device, 0x1a0, 1]) }

    private func writer(_ kernel: MadeUpKernel) -> Writer? {
        guard case .writer(let writer)? = kernel.said else { return nil }
        return writer
    }

    @Test("tells who writes, all of it")
    func content() {
        var kernel = MadeUpKernel()
        kernel.run(["usr", "bin", "setpci"])
        write(&kernel)
        #expect(
            writer(kernel)
                == Writer(
                    time: 1_000_000_000, thread: 468, process: 467, started: 55_000_000, uid: 1000, gid: 5, login: 1001,
                    session: 7, parent: 460, parentCommand: "bash", controlGroup: 99,
                    program: HostFiles.File(names: ["usr", "bin", "setpci"], device: 8 << 20 | 1, inode: 4711)))
    }

    @Test("follows the file's names up to the root of its mount, eight of them at most", arguments: 1...10)
    func depth(_ depth: Int) {
        var kernel = MadeUpKernel()
        let names = (0..<depth).map { "name\($0)" }
        kernel.run(names)
        write(&kernel)
        #expect(writer(kernel)?.program?.names == (depth <= 8 ? names : nil))
        #expect(writer(kernel)?.uid == 1000)
    }

    @Test("names no file of which a name was cut off", arguments: [94, 95, 96, 255])
    func longName(_ length: Int) {
        var kernel = MadeUpKernel()
        let name = String(repeating: "x", count: length)
        kernel.run(["usr", name])
        write(&kernel)
        #expect(writer(kernel)?.program?.names == (length < 95 ? ["usr", name] : nil))
    }

    @Test("tells again after a tenth of a second, and at once of another thread or program")
    func again() {
        var kernel = MadeUpKernel()
        kernel.run(["setpci"])
        for (later, count) in [(0, 1), (99_999_999, 1), (1, 2), (1, 2), (99_999_999, 3)] as [(UInt64, Int)] {
            kernel.machine.now += later
            write(&kernel)
            #expect(kernel.machine.records.count == count)
        }
        kernel.machine.processAndThread = 467 << 32 | 469
        write(&kernel)
        kernel.run(["other"], process: 467, thread: 469)
        write(&kernel)
        #expect(kernel.machine.records.count == 5)
    }

    @Test("tells nothing of the kernel's own threads, and of functions that are not watched")
    func nobody() {
        var kernel = MadeUpKernel()
        kernel.run(["setpci"])
        kernel.set(kernel.machine.task, "task_struct.mm", 0, bytes: 8)
        write(&kernel)
        kernel.run(["setpci"])
        kernel.machine.functions = []
        write(&kernel)
        #expect(kernel.machine.records.isEmpty)
    }

    @Test("who found no room is told of with his next write")
    func full() {
        var kernel = MadeUpKernel()
        kernel.run(["setpci"])
        kernel.machine.hasRoom = false
        write(&kernel)
        kernel.machine.hasRoom = true
        write(&kernel)
        #expect(kernel.machine.records.count == 1)
    }

    @Test("a kernel without audit knows of no login")
    func noAudit() throws {
        let offsets = MadeUpKernel.types.offsets.filter {
            $0.key != WriterProgram.login && $0.key != WriterProgram.session
        }
        let program = try WriterProgram.text(Interpreter.tables, KernelTypeFacts(offsets: offsets, arguments: [:]))
        var kernel = MadeUpKernel()
        kernel.run(["setpci"])
        kernel.machine.run(program, [MadeUpKernel.device, 0x1a0, 1])
        #expect(writer(kernel)?.login == .max && writer(kernel)?.session == .max)
    }

    @Test("a record that is none of ours says nothing")
    func hostile() {
        var seed: UInt64 = 42
        for length in 0..<900 {
            let bytes = (0..<length).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1
                return UInt8(truncatingIfNeeded: seed >> 56)
            }
            #expect(unsafe ProgramRecord.content(of: bytes.span.bytes) == nil)
        }
    }
}
