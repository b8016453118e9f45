internal import DOELinux
internal import DOEWords

/// What the programs share with whoever made them; what they tell and count others read (``ProgramReadings``).
final class ProgramTables {
    /// A function's name as sysfs has it, the rest zero.
    static let nameSize = 24
    /// What stands beside a function's name: that it is watched, or that only the canary is read there.
    static let watchedMark: UInt8 = 1
    static let canaryMark: UInt8 = 2
    /// Bytes: 37,000 reads. Most of it is never touched.
    static let ringSize = 4 << 20
    /// Of the table of losses.
    static let lossesSize = 16
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
        /// How many reads found no room in the ring, and behind it how many writers: ``Loss``.
        let losses: Int32
        /// Which dwords' writes are counted, at the functions that are watched.
        let countedRegisters: Int32
        /// How many writes each processor has seen: ``WriteCount``.
        let writes: Int32
        /// What is told by programs that another thread may interrupt. A record that one of them has begun and not
        /// ended keeps the room of those behind it.
        let ring: Int32
        /// What is told by programs at probes, whose room nobody keeps.
        let probeRing: Int32
    }

    let functions: KernelMap
    let registers: KernelMap
    private let told: KernelMap
    let losses: KernelMap
    let countedRegisters: KernelMap
    let writes: KernelMap
    let ring: KernelMap
    let probeRing: KernelMap
    private(set) var watched: Set<FunctionAddress> = []
    /// A function without a mailbox whose first dword is told of now.
    private var canary: FunctionAddress?
    /// Whether writes beside the mailboxes' registers are left out when writes are counted.
    var countsRegistersOnly = false
    private(set) var watchedRegisters = [UInt8](repeating: 0, count: registerCount)

    /// Where in its table a loss is counted.
    enum Loss: Int {
        case reads = 0
        case writers = 8
    }

    init() throws(LinuxError) {
        functions = try KernelMap(.hash, "doe_functions", key: Self.nameSize, value: 1, entries: 1 << 14)
        registers = try KernelMap(.array, "doe_registers", key: 4, value: Self.registerCount, entries: 1)
        told = try KernelMap(.recent, "doe_told", key: 16, value: 8, entries: 4096)
        losses = try KernelMap(.array, "doe_losses", key: 4, value: Self.lossesSize, entries: 1)
        countedRegisters = try KernelMap(.array, "doe_counted", key: 4, value: Self.registerCount, entries: 1)
        writes = try KernelMap(.arrayOfEachProcessor, "doe_writes", key: 4, value: WriteCount.size, entries: 1)
        ring = try KernelMap(.ring, "doe_ring", entries: Self.ringSize)
        probeRing = try KernelMap(.ring, "doe_probe_ring", entries: Self.ringSize)
    }

    /// For the programs' texts.
    var numbers: Numbers {
        Numbers(
            functions: functions.descriptor.number, registers: registers.descriptor.number,
            told: told.descriptor.number, losses: losses.descriptor.number,
            countedRegisters: countedRegisters.descriptor.number, writes: writes.descriptor.number,
            ring: ring.descriptor.number, probeRing: probeRing.descriptor.number)
    }

    /// From now on these are watched and no others. Nothing is missed of those that stay.
    func watch(_ functions: [WatchedFunction]) throws(LinuxError) {
        let registers = Self.registers(of: functions)
        let wanted = Set(functions.filter { !$0.mailboxes.isEmpty }.map(\.address))
        for address in wanted.subtracting(watched) { try self.functions.set(Self.key(address), to: [Self.watchedMark]) }
        watched.formUnion(wanted)
        watchedRegisters = registers
        try setRegisters()
        try setCounted()
        for address in watched.subtracting(wanted) {
            try self.functions.remove(Self.key(address))
            watched.remove(address)
        }
    }

    /// A byte for each dword, 1 where one of these functions has a mailbox's register.
    static func registers(of functions: [WatchedFunction]) -> [UInt8] {
        var registers = [UInt8](repeating: 0, count: registerCount)
        for offset in functions.flatMap(\.registers).joined() where offset < 4096 { registers[Int(offset) / 4] = 1 }
        return registers
    }

    /// From now on reads of the first dword of this function are told of too.
    func beginCanary(_ function: FunctionAddress) throws(LinuxError) {
        guard !watched.contains(function) else { return }
        try functions.set(Self.key(function), to: [Self.canaryMark])
        canary = function
        try setRegisters()
    }

    /// And from now on no more. What stays behind only tells of reads that nobody asked for.
    func endCanary(_ function: FunctionAddress) {
        canary = nil
        try? setRegisters()
        if !watched.contains(function) { try? functions.remove(Self.key(function)) }
    }

    /// Sets right what somebody else has changed: he finds the tables by their numbers. Whether there was something.
    func repair() throws(LinuxError) -> Bool {
        var isChanged = false
        for address in watched where (try? functions.value(at: Self.key(address))) != [Self.watchedMark] {
            try functions.set(Self.key(address), to: [Self.watchedMark])
            isChanged = true
        }
        if try registers.value(at: Self.first) != wantedRegisters {
            try setRegisters()
            isChanged = true
        }
        if try countedRegisters.value(at: Self.first) != wantedCounted {
            try setCounted()
            isChanged = true
        }
        return isChanged
    }

    private func setRegisters() throws(LinuxError) { try registers.set(Self.first, to: wantedRegisters) }

    private var wantedRegisters: [UInt8] { canary == nil ? watchedRegisters : [1] + watchedRegisters.dropFirst() }

    /// The only key of a table with one value.
    static let first: [UInt8] = [0, 0, 0, 0]

    static func key(_ function: FunctionAddress) -> [UInt8] {
        let name = Array("\(function)".utf8.prefix(nameSize - 1))
        return name + [UInt8](repeating: 0, count: nameSize - name.count)
    }
}
