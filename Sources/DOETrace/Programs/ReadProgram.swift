/// The program that tells what was read from a mailbox's register: at the return of `pci_user_read_config_dword(dev,
/// pos, val)`, which all of user space's reads of dwords pass. Of any other read it costs a few instructions.
enum ReadProgram {
    static let name = "doe_read"
    static let function = "pci_user_read_config_dword"
    static let deviceName: MemberPath = "pci_dev.dev.kobj.name"

    /// The program, for a kernel with these structures.
    static func text(_ tables: ProgramTables.Numbers, _ types: KernelTypeFacts) throws(KernelTypesError) -> [UInt64] {
        typealias Record = ProgramRecord.Read
        let nameOffset = try types.offset(of: deviceName)
        var text = ProgramText()
        // r6: the arguments, eight bytes each, and then what is returned. r7: the position.
        text.copy(.r1, to: .r6)
        text.load(.qword, from: .r6, 8, into: .r7)
        text.copyDword(.r7, to: .r7)
        text.leave(if: .isAtLeast(.r7, 4096))
        text.copy(.r7, to: .r1)
        text.shiftRight(.r1, by: 2)
        text.point(.r2, atValueOf: tables.registers)
        text.add(.r1, to: .r2)
        text.load(.byte, from: .r2, 0, into: .r2)
        text.leave(if: .isZero(.r2))

        text.load(.qword, from: .r6, 0, into: .r8)
        text.leaveUnlessWatched(.r8, nameAt: nameOffset, in: tables)
        text.reserve(Record.size, in: tables.ring, countingIn: tables.losses, .reads, into: .r8)
        text.call(.monotonicNanoseconds)
        text.store(.qword, .r0, to: .r8, ProgramRecord.time)
        text.store(.dword, value: ProgramRecord.Kind.read.rawValue, to: .r8, ProgramRecord.kind)
        text.call(.currentProcessAndThread)
        text.store(.dword, .r0, to: .r8, ProgramRecord.thread)
        text.store(.dword, .r7, to: .r8, Record.offset)
        text.load(.qword, from: .r6, 24, into: .r1)
        text.store(.dword, .r1, to: .r8, Record.result)
        text.load(.qword, from: .r6, 16, into: .r9)
        text.fetch(4, from: .r9, 0, toRecord: .r8, Record.value)
        for place in stride(from: 0, to: ProgramTables.nameSize, by: 8) {
            text.load(.qword, from: .r10, ProgramText.name + place, into: .r1)
            text.store(.qword, .r1, to: .r8, Record.name + place)
        }
        text.submit(.r8)
        return text.finished()
    }
}
