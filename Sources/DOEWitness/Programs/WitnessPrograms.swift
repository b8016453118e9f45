internal import DOELinux
internal import DOEWords

/// Our programs in the kernel, where it takes them: they show what is read at the least cost, and who writes. Without them
/// probes show what they can. When this goes the kernel takes them away.
final class WitnessPrograms {
    private let tables: ProgramTables
    private let reader: KernelProgram
    /// Held so that they stay.
    private let writers: [KernelProgram]
    /// What they tell in a probe's place.
    static let roles: Set<ProbeRole> = [.readEnded, .read32]
    /// Records that were there and could not be read.
    private(set) var unreadable: UInt64 = 0

    /// What they follow in the kernel's structures, as far as a kernel has it.
    static let members = WriterProgram.required + [WriterProgram.login, WriterProgram.session]
    /// At which functions they run.
    static let functions = [ReadProgram.function] + WriterProgram.functions

    /// Has the kernel take them all, or none.
    init(_ types: KernelTypeFacts) throws(Obstacle) {
        let tables = try Self.explained { () throws(LinuxError) in try ProgramTables() }
        let read = try Self.explained { () throws(KernelTypesError) in try ReadProgram.text(tables.numbers, types) }
        let writer = try Self.explained { () throws(KernelTypesError) in try WriterProgram.text(tables.numbers, types) }
        reader = try Self.taken(ReadProgram.name, read, .exit, ReadProgram.function, types)
        writers = try WriterProgram.functions.map { function throws(Obstacle) in
            try Self.taken(WriterProgram.name, writer, .entry, function, types)
        }
        self.tables = tables
    }

    private static func taken(
        _ name: String, _ text: [UInt64], _ moment: KernelProgram.Moment, _ function: String, _ types: KernelTypeFacts
    ) throws(Obstacle) -> KernelProgram {
        let number = try explained { () throws(KernelTypesError) in try types.number(of: function) }
        return try explained { () throws(LinuxError) in
            try KernelProgram(name, text, at: moment, ofFunction: number)
        }
    }

    private static func explained<Value, Failure: ExplainedError>(
        _ body: () throws(Failure) -> Value
    ) throws(Obstacle) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            throw Obstacle(
                error.problem,
                remedy: error.remedy
                    ?? "let doe-auditd call bpf, and run a kernel with CONFIG_BPF_JIT and CONFIG_DEBUG_INFO_BTF, as "
                    + "distributions' are")
        }
    }

    /// From now on these functions are watched and no others.
    func watch(_ functions: [WatchedFunction]) throws(LinuxError) { try tables.watch(functions) }

    /// From now on a read of the first dword of this function is told of too.
    func beginCanary(_ function: FunctionAddress) throws(LinuxError) { try tables.beginCanary(function) }

    /// And from now on no more.
    func endCanary(_ function: FunctionAddress) { tables.endCanary(function) }

    /// Readable when there is something to be passed.
    var descriptor: Descriptor { tables.ring.map.descriptor }

    /// Hands over what they have told; does not wait. Returns whether more may be there.
    func pass(limit: Int, _ body: (ProgramRecord.Content) -> Void) -> Bool {
        tables.ring.pass(limit: limit) { record in
            if let content = ProgramRecord.content(of: record) { body(content) } else { unreadable += 1 }
        }
    }

    /// Reads that they could not tell since the start: for want of room, and where one was interrupted by the next.
    func missed() throws(LinuxError) -> UInt64 {
        try tables.readsLost() &+ reader.misses()
    }
}
