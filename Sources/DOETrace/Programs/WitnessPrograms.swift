internal import DOELinux
internal import DOEWords

/// Our programs in the kernel, where it takes them: they show what is read at the least cost, and who writes. Without
/// them probes show what they can. When this goes the kernel takes them away.
final class WitnessPrograms {
    private let tables: ProgramTables
    private let reader: KernelProgram
    /// Held so that they stay. Either way suffices.
    private let writers: [WriterProgram.Way: [KernelProgram]]
    /// Why the writers' programs are not there in one of the two ways.
    let refused: [WriterProgram.Way: Obstacle]
    /// What they tell in a probe's place.
    static let roles: Set<ProbeRole> = [.readEnded, .read32]

    /// What they follow in the kernel's structures, as far as a kernel has it.
    static let members = WriterProgram.required + [WriterProgram.login, WriterProgram.session]
    /// At which functions they run.
    static let functions = [ReadProgram.function] + WriterProgram.functions

    /// Has the kernel take the one for reads, and those for writers in one way at least.
    init(_ types: KernelTypeFacts) throws(Obstacle) {
        let tables = try Self.explained { () throws(LinuxError) in try ProgramTables() }
        let read = try Self.explained { () throws(KernelTypesError) in try ReadProgram.text(tables.numbers, types) }
        reader = try Self.taken(ReadProgram.name, read, try Self.number(of: ReadProgram.function, types) { .exit($0) })
        var writers: [WriterProgram.Way: [KernelProgram]] = [:]
        var refused: [WriterProgram.Way: Obstacle] = [:]
        for way in WriterProgram.Way.allCases {
            do throws(Obstacle) {
                writers[way] = try Self.writers(tables, types, way)
            } catch {
                refused[way] = error
            }
        }
        if writers.isEmpty, let refusal = refused[.tracing] { throw refusal }
        self.tables = tables
        self.writers = writers
        self.refused = refused
    }

    private static func writers(
        _ tables: ProgramTables, _ types: KernelTypeFacts, _ way: WriterProgram.Way
    ) throws(Obstacle) -> [KernelProgram] {
        let text = try explained { () throws(KernelTypesError) in
            try WriterProgram.text(tables.numbers, types, as: way)
        }
        var programs: [KernelProgram] = []
        for function in WriterProgram.functions {
            let place = way == .probe ? .probe(function) : try number(of: function, types) { .entry($0) }
            programs.append(try taken(way.name, text, place))
        }
        return programs
    }

    private static func number(
        of function: String, _ types: KernelTypeFacts, _ place: (UInt32) -> KernelProgram.Place
    ) throws(Obstacle) -> KernelProgram.Place {
        place(try explained { () throws(KernelTypesError) in try types.number(of: function) })
    }

    private static func taken(
        _ name: String, _ text: [UInt64], _ place: KernelProgram.Place
    ) throws(Obstacle) -> KernelProgram {
        try explained { () throws(LinuxError) in try KernelProgram(name, text, at: place) }
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
                    ?? "let doe-audit-broker call bpf and perf_event_open, as its unit does, and run a kernel with CONFIG_BPF_JIT and"
                    + " CONFIG_DEBUG_INFO_BTF, as distributions' are")
        }
    }

    /// From now on these functions are watched and no others.
    func watch(_ functions: [WatchedFunction]) throws(LinuxError) { try tables.watch(functions) }

    /// From now on a read of the first dword of this function is told of too.
    func beginCanary(_ function: FunctionAddress) throws(LinuxError) { try tables.beginCanary(function) }

    /// And from now on no more.
    func endCanary(_ function: FunctionAddress) { tables.endCanary(function) }

    // MARK: For who reads

    /// The rings of what they tell: those at probes, and the tracing ones. A ring has nothing that can be changed, but
    /// for how far its reader is.
    var rings: (Descriptor, Descriptor) { (tables.probeRing.descriptor, tables.ring.descriptor) }

    /// Whether their reader says of himself what can be: the page that says so is his.
    var areRingsSound: Bool {
        get throws(LinuxError) {
            for ring in [tables.probeRing, tables.ring] {
                guard try KernelRing.isSound(ring.descriptor, size: ProgramTables.ringSize) else { return false }
            }
            return true
        }
    }

    /// How many records found no room, and how many writes each processor has seen: for reading alone.
    func counts() throws(LinuxError) -> (Descriptor, Descriptor) {
        (try tables.losses.forReading(), try tables.writes.forReading())
    }

    /// Reads that they could not tell since the start, since one was interrupted by the next.
    func skippedReads() throws(LinuxError) -> UInt64 { try reader.misses() }

    /// Reads and writers of which they told, and for which there was no room.
    func lost() throws(LinuxError) -> (reads: UInt64, writers: UInt64) {
        let counts = try tables.losses.value(at: ProgramTables.first)
        return (
            ProgramReadings.number(counts, at: ProgramTables.Loss.reads.rawValue),
            ProgramReadings.number(counts, at: ProgramTables.Loss.writers.rawValue)
        )
    }

    /// In which ways writes are counted.
    var ways: Set<WriterProgram.Way> { Set(writers.keys) }

    /// From now on writes to the mailboxes' registers alone are counted, or all writes to the functions that are
    /// watched.
    func count(registersOnly: Bool) throws(LinuxError) { try tables.count(registersOnly: registersOnly) }

    /// Sets right what somebody else has changed in their tables. Whether there was something.
    func repair() throws(LinuxError) -> Bool { try tables.repair() }
}
