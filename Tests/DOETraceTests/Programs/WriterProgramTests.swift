import DOELinux
import DOEWords
import Testing

@testable import DOETrace

@Suite("The program for writers")
struct WriterProgramTests {
    private let programs: [WriterProgram.Way: [UInt64]]

    init() throws {
        programs = Dictionary(
            uniqueKeysWithValues: try WriterProgram.Way.allCases.map { way in
                (way, try WriterProgram.text(Interpreter.tables, MadeUpKernel.types, as: way, on: .x8664))
            })
    }

    /// A write as the program in one way sees it: with its arguments in a row, or in the registers of x86.
    private func write(_ kernel: inout MadeUpKernel, as way: WriterProgram.Way = .probe, at position: UInt64 = 0x1a0) {
        var context: [UInt64] = [MadeUpKernel.device, position, 1]
        if way == .probe {
            context = [UInt64](repeating: 0xbad, count: 21)
            (context[14], context[13], context[12]) = (MadeUpKernel.device, position, 1)
        }
        kernel.machine.run(programs[way] ?? [], context)
    }

    private func writer(_ kernel: MadeUpKernel) -> Writer? {
        guard case .writer(let writer)? = kernel.said else { return nil }
        return writer
    }

    @Test("tells who writes, all of it, in either way", arguments: WriterProgram.Way.allCases)
    func content(_ way: WriterProgram.Way) {
        var kernel = MadeUpKernel()
        kernel.run(["usr", "bin", "setpci"])
        write(&kernel, as: way)
        // What another thread may interrupt must not keep the other one's records waiting.
        #expect(kernel.machine.rings == [way == .probe ? 18 : 15])
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

    @Test("what both see is told once, by the one that came first, and counted by both")
    func both() {
        var kernel = MadeUpKernel()
        kernel.run(["setpci"])
        for _ in 0..<5 {
            write(&kernel, as: .probe)
            write(&kernel, as: .tracing)
        }
        #expect(kernel.machine.records.count == 1)
        #expect(kernel.machine.writes == WriteCount(byProbe: 5, byTracing: 5))
    }

    @Test("one that the kernel skips is made up for by the other", arguments: WriterProgram.Way.allCases)
    func skipped(_ way: WriterProgram.Way) {
        var kernel = MadeUpKernel()
        kernel.run(["crowd"])
        write(&kernel, as: way)
        kernel.run(["setpci"], process: 500, thread: 500)
        write(&kernel, as: way == .probe ? .tracing : .probe)
        #expect(writer(kernel)?.program?.names == ["setpci"])
    }

    @Test(
        "counts writes at all positions, or at the mailboxes' registers, and none of others",
        arguments: WriterProgram.Way.allCases)
    func counts(_ way: WriterProgram.Way) {
        var kernel = MadeUpKernel()
        kernel.run(["setpci"])
        for position in [0, 4, 0x18f, 0x190, 0x1a7, 0x1a8, 0xfff, 0x1000, 0xffff_ffff] as [UInt64] {
            write(&kernel, as: way, at: position)
        }
        let count = { (counts: WriteCount) in way == .probe ? counts.byProbe : counts.byTracing }
        #expect(count(kernel.machine.writes) == 7)
        kernel.machine.counted = kernel.machine.registers
        for position in [0x18f, 0x190, 0x1a7, 0x1a8] as [UInt64] { write(&kernel, as: way, at: position) }
        #expect(count(kernel.machine.writes) == 9)
        // The kernel's own threads are traced too.
        kernel.set(kernel.machine.task, "task_struct.mm", 0, bytes: 8)
        write(&kernel, as: way)
        #expect(count(kernel.machine.writes) == 10)
        kernel.machine.functions = []
        write(&kernel, as: way)
        #expect(count(kernel.machine.writes) == 10)
    }

    @Test("of the canary's function nothing is told and nothing counted")
    func canary() {
        var kernel = MadeUpKernel()
        kernel.run(["setpci"])
        kernel.machine.canaries = kernel.machine.functions
        write(&kernel)
        #expect(kernel.machine.records.isEmpty && kernel.machine.writes == WriteCount())
    }

    @Test("is not made for a kprobe on an architecture whose registers are not known")
    func registers() throws {
        #expect(throws: KernelTypesError.self) {
            try WriterProgram.text(Interpreter.tables, MadeUpKernel.types, as: .probe, on: .other)
        }
        _ = try WriterProgram.text(Interpreter.tables, MadeUpKernel.types, as: .tracing, on: .other)
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
        #expect(kernel.machine.lostWriters == 1 && kernel.machine.lostReads == 0)
        kernel.machine.hasRoom = true
        write(&kernel)
        #expect(kernel.machine.records.count == 1 && kernel.machine.lostWriters == 1)
    }

    @Test("a kernel without audit knows of no login")
    func noAudit() throws {
        let offsets = MadeUpKernel.types.offsets.filter {
            $0.key != WriterProgram.login && $0.key != WriterProgram.session
        }
        let program = try WriterProgram.text(
            Interpreter.tables, KernelTypeFacts(offsets: offsets, arguments: [:]), as: .tracing)
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
