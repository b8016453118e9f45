internal import DOELinux
internal import DOEWords

/// What the programs and this process share.
final class ProgramTables {
    /// A function's name as sysfs has it, the rest zero.
    static let nameSize = 24
    /// A byte for each dword of config space.
    static let registerCount = 1024
    /// The numbers by which a program names them: this process' descriptors.
    struct Numbers {
        /// The functions that are watched, by their names.
        let functions: Int32
        /// Which dwords are a mailbox's register at any function: the quick answer to most reads.
        let registers: Int32
        /// Who was told of lately, and when.
        let told: Int32
        /// How many reads found no room in the ring. Of a writer who found none the record says that he is unknown.
        let lostReads: Int32
        /// What is told.
        let ring: Int32
    }

    private let functions: KernelMap
    private let registers: KernelMap
    private let told: KernelMap
    private let lostReads: KernelMap
    let ring: KernelRing
    private var watched: Set<FunctionAddress> = []
    /// A function without a mailbox whose first dword is told of now.
    private var canary: FunctionAddress?
    private var watchedRegisters = [UInt8](repeating: 0, count: registerCount)

    init() throws(LinuxError) {
        functions = try KernelMap(.hash, "doe_functions", key: Self.nameSize, value: 1, entries: 1 << 14)
        registers = try KernelMap(.array, "doe_registers", key: 4, value: Self.registerCount, entries: 1)
        told = try KernelMap(.recent, "doe_told", key: 16, value: 8, entries: 4096)
        lostReads = try KernelMap(.array, "doe_lost_reads", key: 4, value: 8, entries: 1)
        // 37,000 reads; most of it is never touched.
        ring = try KernelRing("doe_ring", size: 4 << 20)
    }

    /// For the programs' texts.
    var numbers: Numbers {
        Numbers(
            functions: functions.descriptor.number, registers: registers.descriptor.number,
            told: told.descriptor.number, lostReads: lostReads.descriptor.number, ring: ring.map.descriptor.number)
    }

    /// From now on these are watched and no others. Nothing is missed of those that stay.
    func watch(_ functions: [WatchedFunction]) throws(LinuxError) {
        var registers = [UInt8](repeating: 0, count: Self.registerCount)
        for offset in functions.flatMap(\.registers).joined() where offset < 4096 { registers[Int(offset) / 4] = 1 }
        let wanted = Set(functions.filter { !$0.mailboxes.isEmpty }.map(\.address))
        for address in wanted.subtracting(watched) { try self.functions.set(Self.key(address), to: [1]) }
        watched.formUnion(wanted)
        watchedRegisters = registers
        try setRegisters()
        for address in watched.subtracting(wanted) {
            try self.functions.remove(Self.key(address))
            watched.remove(address)
        }
    }

    /// From now on reads of the first dword of this function are told of too.
    func beginCanary(_ function: FunctionAddress) throws(LinuxError) {
        guard !watched.contains(function) else { return }
        try functions.set(Self.key(function), to: [1])
        canary = function
        try setRegisters()
    }

    /// And from now on no more. What stays behind only tells of reads that nobody asked for.
    func endCanary(_ function: FunctionAddress) {
        canary = nil
        try? setRegisters()
        if !watched.contains(function) { try? functions.remove(Self.key(function)) }
    }

    private func setRegisters() throws(LinuxError) {
        try registers.set(Self.first, to: canary == nil ? watchedRegisters : [1] + watchedRegisters.dropFirst())
    }

    /// How many reads were lost since the start.
    func readsLost() throws(LinuxError) -> UInt64 {
        try lostReads.value(at: Self.first).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The only key of a table with one value.
    private static let first: [UInt8] = [0, 0, 0, 0]

    static func key(_ function: FunctionAddress) -> [UInt8] {
        let name = Array("\(function)".utf8.prefix(nameSize - 1))
        return name + [UInt8](repeating: 0, count: nameSize - name.count)
    }
}
