/// The program that tells who writes to a function with a mailbox, at the moment in which he does, and so of whom is
/// gone a moment later: at the beginning of `pci_user_write_config_dword`, `_word` and `_byte`, which all of user
/// space's writes pass. Of one who goes on writing it tells ten times a second.
///
/// It is there twice, as a program at a kprobe and as a tracing program: what makes the kernel skip the one does not
/// make it skip the other. The one that comes first tells, and both count.
package enum WriterProgram {
    /// As which of the two.
    package enum Way: Hashable, Sendable, CaseIterable {
        /// At a kprobe: the arguments are in the registers of this architecture.
        case probe
        /// As a tracing program: the arguments stand in a row.
        case tracing

        /// 15 letters at most.
        var name: String { self == .probe ? "doe_writer_kp" : "doe_writer" }
    }

    static let functions = ["pci_user_write_config_dword", "pci_user_write_config_word", "pci_user_write_config_byte"]
    /// Less than the time for which DOEWitness still holds a number to be its owner's (`ProcessBook.grace`),
    /// nanoseconds.
    private static let interval: Int32 = 100_000_000

    private typealias Record = ProgramRecord.Writer
    /// 16 bytes on the stack: who it is, so that a new program of the same thread is told of at once. Then a time.
    private static let key = -48
    private static let time = -56

    /// What it follows in the kernel's structures; those of audit are not in every kernel.
    static let required: [MemberPath] = [
        ReadProgram.deviceName, "task_struct.mm", "task_struct.cred", "task_struct.real_parent", "task_struct.tgid",
        "task_struct.comm", "task_struct.start_boottime", "cred.euid.val", "cred.egid.val", "mm_struct.exe_file",
        "file.f_path.dentry", "file.f_path.mnt", "vfsmount.mnt_root", "dentry.d_name.name", "dentry.d_parent",
        "dentry.d_inode", "inode.i_ino", "inode.i_sb", "super_block.s_dev",
    ]
    static let login: MemberPath = "task_struct.loginuid.val"
    static let session: MemberPath = "task_struct.sessionid"

    /// The program, for a kernel with these structures.
    static func text(
        _ tables: ProgramTables.Numbers, _ types: KernelTypeFacts, as way: Way,
        on architecture: KernelArchitecture = .running
    ) throws(KernelTypesError) -> [UInt64] {
        let places = try argumentPlaces(way, architecture)
        var text = ProgramText()
        text.load(.qword, from: .r1, places.device, into: .r6)
        text.load(.qword, from: .r1, places.position, into: .r7)
        text.copyDword(.r7, to: .r7)
        text.leaveUnlessWatched(.r6, nameAt: try types.offset(of: ReadProgram.deviceName), in: tables)
        // The canary's function is in the table while it is read, and no write there is traced.
        text.load(.byte, from: .r0, 0, into: .r1)
        text.leave(if: .isAtLeast(.r1, Int32(ProgramTables.canaryMark)))
        count(&text, tables, way)
        try recognise(&text, tables, types)
        let ring = way == .probe ? tables.probeRing : tables.ring
        text.reserve(Record.size, in: ring, countingIn: tables.losses, .writers, into: .r8)
        rememberTold(&text, tables)
        try tellProcess(&text, types)
        try tellParent(&text, types)
        try tellProgram(&text, types)
        text.submit(.r8)
        return text.finished()
    }

    /// Where the first two arguments are, from what r1 points at: `struct pt_regs` at a kprobe
    /// (`arch/x86/include/asm/ptrace.h`, `arch/arm64/include/uapi/asm/ptrace.h`).
    private static func argumentPlaces(
        _ way: Way, _ architecture: KernelArchitecture
    ) throws(KernelTypesError) -> (device: Int, position: Int) {
        guard way == .probe else { return (0, 8) }
        switch architecture {
        case .x8664: return (112, 104)
        case .arm64: return (0, 8)
        case .other: throw KernelTypesError("the registers of this architecture are not known")
        }
    }

    /// r7: the position. Whoever writes is counted, the kernel's own threads too: the trace shows them all.
    private static func count(_ text: inout ProgramText, _ tables: ProgramTables.Numbers, _ way: Way) {
        let isBeyond = text.jump(if: .isAtLeast(.r7, 4096))
        text.shiftRight(.r7, by: 2)
        text.point(.r1, atValueOf: tables.countedRegisters)
        text.add(.r7, to: .r1)
        text.load(.byte, from: .r1, 0, into: .r1)
        let isNotCounted = text.jump(if: .isZero(.r1))
        text.countOnProcessor(
            in: tables.writes, at: way == .probe ? WriteCount.byProbePlace : WriteCount.byTracingPlace)
        text.land(isNotCounted)
        text.land(isBeyond)
    }

    /// r6: the task. r7: process and thread. r9: the time. Leaves where it is the kernel's own thread, or was told
    /// lately.
    private static func recognise(
        _ text: inout ProgramText, _ tables: ProgramTables.Numbers, _ types: KernelTypeFacts
    ) throws(KernelTypesError) {
        text.call(.currentTask)
        text.copy(.r0, to: .r6)
        text.call(.currentProcessAndThread)
        text.copy(.r0, to: .r7)
        text.fetch(from: .r6, try types.offset(of: "task_struct.mm"), into: .r1)
        text.leave(if: .isZero(.r1))
        text.store(.qword, .r1, to: .r10, key)
        text.copyDword(.r7, to: .r1)
        text.store(.qword, .r1, to: .r10, key + 8)
        text.call(.monotonicNanoseconds)
        text.copy(.r0, to: .r9)
        text.point(.r1, at: tables.told)
        text.point(.r2, intoStack: key)
        text.call(.mapLookup)
        let isNew = text.jump(if: .isZero(.r0))
        text.load(.qword, from: .r0, 0, into: .r1)
        text.copy(.r9, to: .r2)
        text.subtract(.r1, from: .r2)
        text.leave(if: .isLess(.r2, than: interval))
        text.land(isNew)
    }

    private static func rememberTold(_ text: inout ProgramText, _ tables: ProgramTables.Numbers) {
        text.store(.qword, .r9, to: .r10, time)
        text.point(.r1, at: tables.told)
        text.point(.r2, intoStack: key)
        text.point(.r3, intoStack: time)
        text.set(.r4, to: 0)
        text.call(.mapUpdate)
    }

    private static func tellProcess(_ text: inout ProgramText, _ types: KernelTypeFacts) throws(KernelTypesError) {
        text.store(.qword, .r9, to: .r8, ProgramRecord.time)
        text.store(.dword, value: ProgramRecord.Kind.writer.rawValue, to: .r8, ProgramRecord.kind)
        text.store(.dword, .r7, to: .r8, ProgramRecord.thread)
        text.shiftRight(.r7, by: 32)
        text.store(.dword, .r7, to: .r8, Record.process)
        text.fetch(from: .r6, try types.offset(of: "task_struct.cred"), into: .r9)
        text.fetch(4, from: .r9, try types.offset(of: "cred.euid.val"), toRecord: .r8, Record.uid)
        text.fetch(4, from: .r9, try types.offset(of: "cred.egid.val"), toRecord: .r8, Record.gid)
        for (member, place) in [(login, Record.login), (session, Record.session)] {
            if let offset = types.offsets[member] {
                text.fetch(4, from: .r6, offset, toRecord: .r8, place)
            } else {
                // As of who has not logged in: a kernel without audit knows of no login.
                text.store(.dword, value: -1, to: .r8, place)
            }
        }
        let started = try types.offset(of: "task_struct.start_boottime")
        text.fetch(8, from: .r6, started, toRecord: .r8, Record.started)
        text.call(.currentControlGroup)
        text.store(.qword, .r0, to: .r8, Record.controlGroup)
    }

    private static func tellParent(_ text: inout ProgramText, _ types: KernelTypeFacts) throws(KernelTypesError) {
        text.fetch(from: .r6, try types.offset(of: "task_struct.real_parent"), into: .r9)
        text.fetch(4, from: .r9, try types.offset(of: "task_struct.tgid"), toRecord: .r8, Record.parent)
        let command = try types.offset(of: "task_struct.comm")
        text.fetch(Record.parentCommandSize, from: .r9, command, toRecord: .r8, Record.parentCommand)
    }

    /// The file that runs: its device and inode, and the names from it up to the root of its mount.
    private static func tellProgram(_ text: inout ProgramText, _ types: KernelTypeFacts) throws(KernelTypesError) {
        text.fetch(from: .r6, try types.offset(of: "task_struct.mm"), into: .r9)
        text.fetch(from: .r9, try types.offset(of: "mm_struct.exe_file"), into: .r9)
        // r7: a name in the file's path. r9: where its mount begins.
        text.fetch(from: .r9, try types.offset(of: "file.f_path.dentry"), into: .r7)
        text.fetch(from: .r9, try types.offset(of: "file.f_path.mnt"), into: .r9)
        text.fetch(from: .r9, try types.offset(of: "vfsmount.mnt_root"), into: .r9)
        text.fetch(from: .r7, try types.offset(of: "dentry.d_inode"), into: .r6)
        text.fetch(8, from: .r6, try types.offset(of: "inode.i_ino"), toRecord: .r8, Record.inode)
        text.fetch(from: .r6, try types.offset(of: "inode.i_sb"), into: .r6)
        text.fetch(4, from: .r6, try types.offset(of: "super_block.s_dev"), toRecord: .r8, Record.device)
        text.store(.dword, value: Record.unknownDepth, to: .r8, Record.depth)
        let (name, parent) = (
            try types.offset(of: "dentry.d_name.name"), try types.offset(of: "dentry.d_parent")
        )
        var arrivals: [ProgramText.Jump] = []
        for level in 0..<Record.levels {
            arrivals.append(text.jump(if: .equal(.r7, .r9)))
            text.fetch(from: .r7, name, into: .r3)
            text.copy(.r8, to: .r1)
            text.add(Record.names + level * Record.nameSize, to: .r1)
            text.set(.r2, to: Int32(Record.nameSize))
            text.call(.readKernelText)
            text.fetch(from: .r7, parent, into: .r7)
        }
        arrivals.append(text.jump(if: .equal(.r7, .r9)))
        var ends = [text.jump()]
        // The mount's root: all names are known.
        for (level, arrival) in arrivals.enumerated() {
            text.land(arrival)
            text.store(.dword, value: Int32(level), to: .r8, Record.depth)
            ends.append(text.jump())
        }
        for end in ends { text.land(end) }
    }
}
