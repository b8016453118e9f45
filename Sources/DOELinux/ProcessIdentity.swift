internal import DOEWords

/// What was learned of a process that is held, and what tells later whether it still runs the program that it ran then.
public struct ProcessIdentity: Sendable {
    /// What was read of it, while it lived.
    public let facts: ProcessFacts
    /// Whether it is there, and is seen to run that program; `nil` where the program is unknown. May ask procfs.
    public let isStillRun: (@Sendable () -> Bool)?

    /// From its parts.
    public init(facts: ProcessFacts, isStillRun: (@Sendable () -> Bool)?) {
        self.facts = facts
        self.isStillRun = isStillRun
    }

    /// Learns what there is to learn of the process with this number, by the rights that this process has; `nil` where
    /// it has ended meanwhile, so that what was read may be another one's.
    public init?(of process: HeldProcess, number: Int32) {
        var found: HostProgram?
        let facts = ProcessFacts(pid: number, program: &found)
        guard process.isAlive else { return nil }
        guard let program = found else {
            self.init(facts: facts, isStillRun: nil)
            return
        }
        if let running = RunningProgram(program, of: number), process.isAlive {
            self.init(facts: facts) { running.isStillRun }
        } else {
            // Alive last: until there the number was its own.
            self.init(facts: facts) { program.isRun(by: number) && process.isAlive }
        }
    }
}

/// The same for another process, which may not look by itself: with descriptors in the place of rights.
public struct PassedIdentity: Sendable {
    /// Its number here.
    public let number: Int32
    /// What was read of it, while it lived.
    public let facts: ProcessFacts
    /// The program's file, by name alone (O_PATH); `nil` where the program is unknown, or its file could not be held.
    public let file: Descriptor?
    /// Its memory; `nil` where that would not tell, or could not be had at once.
    public let memory: AddressSpace?

    /// Why there is none.
    public enum Refusal: Error, Hashable {
        /// It has ended, or is not to be seen from here.
        case ended
        /// It is the kernel's own.
        case kernelThread
        /// The descriptor is a thread's, not a process's.
        case thread
        /// It is this process.
        case ourselves
    }

    /// From its parts, as they came from another process.
    public init(number: Int32, facts: ProcessFacts, file: Descriptor?, memory: AddressSpace?) {
        self.number = number
        self.facts = facts
        self.file = file
        self.memory = memory
    }

    /// Learns it. What is held is of the process that was held, and of the program that is named: the memory is opened
    /// first, then it is looked whether the program is the same, and last whether the process lives.
    public init(of process: HeldProcess, by threads: AddressSpaceThreads) throws(Refusal) {
        guard process.isAlive, let number = process.number else { throw .ended }
        guard number != ProcessNumbers.own else { throw .ourselves }
        let folder = "/proc/\(number)"
        guard let text = try? SmallText.read("\(folder)/stat"), let stat = ProcessStat(text) else { throw .ended }
        guard !stat.isKernelThread else { throw .kernelThread }
        guard ProcessNumbers.isProcess(folder: folder, number: number) else { throw .thread }
        var found: HostProgram?
        let facts = ProcessFacts(pid: number, program: &found)
        var (file, memory) = (Descriptor?.none, AddressSpace?.none)
        if let program = found {
            if !Self.mayShareMemory(number, stat) { memory = threads.open(in: ProcessThread(of: number).folder) }
            file = program.openPlace()
            if file == nil || !program.isRun(by: number) { memory = nil }
        }
        guard process.isAlive else { throw .ended }
        self.init(number: number, facts: facts, file: file, memory: memory)
    }

    /// Whether its memory may be its parent's too, as after vfork(2): then it would seem to be in use after an execve.
    private static func mayShareMemory(_ number: Int32, _ stat: ProcessStat) -> Bool {
        guard stat.hasForkedOnly else { return false }
        // Of a process whose first thread has ended another one has the memory.
        return ProcessNumbers.sharesMemory(ProcessThread(of: number).number, ProcessThread(of: stat.parent).number)
    }
}
