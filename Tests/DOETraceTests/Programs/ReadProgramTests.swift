import DOEWords
import Testing

@testable import DOETrace

@Suite("The program for reads")
struct ReadProgramTests {
    private let program: [UInt64]
    private static let value: UInt64 = 0x5_0000

    init() throws { program = try ReadProgram.text(Interpreter.tables, MadeUpKernel.types) }

    private func kernel() -> MadeUpKernel {
        var kernel = MadeUpKernel()
        kernel.machine.put(0x1234_5678, 4, at: Self.value)
        kernel.machine.processAndThread = 467 << 32 | 468
        return kernel
    }

    private func read(_ position: UInt64, _ kernel: inout MadeUpKernel, result: UInt64 = 0) {
        kernel.machine.run(program, [MadeUpKernel.device, position, Self.value, result])
    }

    @Test("tells of a mailbox's registers, and of none beside them: all positions")
    func positions() {
        var kernel = kernel()
        for position in UInt64(0)..<4096 {
            let before = kernel.machine.records.count
            read(position, &kernel)
            #expect((kernel.machine.records.count > before) == (0x190..<0x1a8).contains(position), "\(position)")
        }
        for position in [0xffff_ffff, 0xffff_fffc, 0x1000, 0x1_0000_0190, 0x8000_0190] as [UInt64] {
            let before = kernel.machine.records.count
            read(position, &kernel)
            // An int: what stands above its 32 bits is not part of it.
            #expect((kernel.machine.records.count > before) == (position & 0xffff_ffff == 0x190))
        }
    }

    @Test("tells thread, function, position and value")
    func content() {
        var kernel = kernel()
        read(0x1a4, &kernel)
        let (begun, ended) = (
            TracedEvent(
                time: 1_000_000_000, thread: 468, access: .read(function: MadeUpKernel.function, offset: 0x1a4)),
            TracedEvent(
                time: 1_000_000_000, thread: 468, access: .readEnded(offset: 0x1a4, value: 0x1234_5678, result: 0))
        )
        #expect(kernel.said == .read(begun, ended))
    }

    @Test("tells no value of a read that failed")
    func failed() {
        var kernel = kernel()
        read(0x1a4, &kernel, result: UInt64(bitPattern: -19))
        guard case .read(_, let ended)? = kernel.said else { return #expect(Bool(false), "no record") }
        #expect(ended.access == .readEnded(offset: 0x1a4, value: nil, result: -19))
    }

    @Test(
        "tells nothing of a function that is not watched",
        arguments: ["0000:0d:00.1", "0000:0d:00", "10000:0d:00.0", ""])
    func others(_ name: String) {
        var kernel = kernel()
        kernel.point(MadeUpKernel.device, ReadProgram.deviceName, atText: name)
        read(0x1a4, &kernel)
        #expect(kernel.machine.records.isEmpty && kernel.machine.lostReads == 0)
    }

    @Test("counts what finds no room")
    func full() {
        var kernel = kernel()
        kernel.machine.hasRoom = false
        for _ in 0..<3 { read(0x1a4, &kernel) }
        #expect(kernel.machine.records.isEmpty && kernel.machine.lostReads == 3)
    }

    @Test("is over within a dozen instructions for a read outside")
    func short() {
        var kernel = kernel()
        read(4, &kernel)
        #expect(kernel.machine.steps <= 14)
    }

    @Test("is not made for a kernel without the names of its functions")
    func missing() {
        #expect(throws: KernelTypesError.self) {
            try ReadProgram.text(Interpreter.tables, KernelTypeFacts(offsets: [:], arguments: [:]))
        }
    }
}
