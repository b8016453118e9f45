/// One instruction of a program for the kernel (Documentation/bpf/standardization/instruction-set.rst).
struct Instruction: Hashable, Sendable {
    /// A register, of 64 bits. A call takes its arguments in r1 to r5, leaves its result in r0, and keeps r6 to r9.
    enum Register: UInt64, Sendable {
        case r0, r1, r2, r3, r4, r5, r6, r7, r8, r9
        /// The end of the 512 bytes of stack; not to be written.
        case r10
    }

    /// How many bytes are moved, as the instruction says it.
    enum Width: UInt64, Sendable {
        case byte = 0x10
        case dword = 0x00
        case qword = 0x18
    }

    /// A function of the kernel's for programs (`include/uapi/linux/bpf.h`, `enum bpf_func_id`).
    enum Helper: Int32, Sendable {
        case mapLookup = 1
        case mapUpdate = 2
        case monotonicNanoseconds = 5
        case currentProcessAndThread = 14
        case currentTask = 35
        case currentControlGroup = 80
        case readKernel = 113
        case readKernelText = 115
        case ringReserve = 131
        case ringSubmit = 132
    }

    /// Opcode in bits 7:0, destination 11:8, source 15:12, offset 31:16, immediate 63:32.
    private(set) var encoded: UInt64

    init(
        _ opcode: UInt64, _ destination: Register = .r0, _ source: Register = .r0, offset: Int16 = 0,
        immediate: Int32 = 0
    ) {
        encoded =
            opcode | destination.rawValue << 8 | source.rawValue << 12
            | UInt64(UInt16(bitPattern: offset)) << 16 | UInt64(UInt32(bitPattern: immediate)) << 32
    }

    /// The second half of an instruction of 16 bytes.
    init(upper: UInt32) { encoded = UInt64(upper) << 32 }

    /// The same jump, over so many instructions.
    func jumping(_ distance: Int) -> Instruction {
        var other = self
        other.encoded = encoded & ~0xffff_0000 | UInt64(UInt16(truncatingIfNeeded: distance)) << 16
        return other
    }
}
