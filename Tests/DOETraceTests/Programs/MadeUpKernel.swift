import DOEWords
import WitnessTestSupport

@testable import DOETrace

/// A kernel's structures in an interpreter's memory: a function, a task, and the file that it runs. Each member lies at
/// another offset, and no two structures share any.
struct MadeUpKernel {
    static let types: KernelTypeFacts = {
        let members = WitnessPrograms.members
        let offsets = members.enumerated().map { ($1, 16 + 32 * $0) }
        return KernelTypeFacts(offsets: Dictionary(uniqueKeysWithValues: offsets), arguments: [:])
    }()

    static let function = Addresses.device
    static let device: UInt64 = 0x1_0000
    var machine = Interpreter()
    private var next: UInt64 = 0x10_0000

    init() {
        machine.functions = [ProgramTables.key(Self.function)]
        machine.registers = Set((0x190 / 4)..<(0x1a8 / 4))
        point(Self.device, ReadProgram.deviceName, atText: "\(Self.function)")
    }

    static func offset(_ member: MemberPath) -> UInt64 { UInt64(types.offsets[member] ?? 0) }

    mutating func allocate() -> UInt64 {
        next += 0x1_0000
        return next
    }

    mutating func point(_ structure: UInt64, _ member: MemberPath, atText text: String) {
        let place = allocate()
        machine.put(text, at: place)
        machine.put(place, at: structure + Self.offset(member))
    }

    /// The structure that a member points to.
    mutating func point(_ structure: UInt64, _ member: MemberPath) -> UInt64 {
        let place = allocate()
        machine.put(place, at: structure + Self.offset(member))
        return place
    }

    mutating func set(_ structure: UInt64, _ member: MemberPath, _ value: UInt64, bytes: Int = 4) {
        machine.put(value, bytes, at: structure + Self.offset(member))
    }

    /// A task of a process that runs a file at these names below its mount's root; it writes from now on.
    mutating func run(_ names: [String], process: UInt64 = 467, thread: UInt64 = 468) {
        let task = allocate()
        let credentials = point(task, "task_struct.cred")
        set(credentials, "cred.euid.val", 1000)
        set(credentials, "cred.egid.val", 5)
        set(task, "task_struct.loginuid.val", 1001)
        set(task, "task_struct.sessionid", 7)
        set(task, "task_struct.start_boottime", 55_000_000, bytes: 8)
        let parent = point(task, "task_struct.real_parent")
        set(parent, "task_struct.tgid", 460)
        machine.put("bash", at: parent + Self.offset("task_struct.comm"))
        machine.put([UInt8](repeating: 0, count: 11), at: parent + Self.offset("task_struct.comm") + 5)
        let memory = point(task, "task_struct.mm")
        let file = point(memory, "mm_struct.exe_file")
        let mount = point(file, "file.f_path.mnt")
        let root = point(mount, "vfsmount.mnt_root")
        machine.put(root, at: root + Self.offset("dentry.d_parent"))
        var entry = root
        for name in names {
            let child = allocate()
            machine.put(entry, at: child + Self.offset("dentry.d_parent"))
            point(child, "dentry.d_name.name", atText: name)
            entry = child
        }
        machine.put(entry, at: file + Self.offset("file.f_path.dentry"))
        let inode = point(entry, "dentry.d_inode")
        set(inode, "inode.i_ino", 4711, bytes: 8)
        set(point(inode, "inode.i_sb"), "super_block.s_dev", 8 << 20 | 1)
        machine.task = task
        machine.processAndThread = process << 32 | thread
        machine.controlGroup = 99
    }

    /// What the last record says.
    var said: ProgramRecord.Content? {
        machine.records.last.flatMap { record in unsafe ProgramRecord.content(of: record.span.bytes) }
    }
}
