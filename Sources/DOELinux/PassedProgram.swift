/// A program that a process runs, held by what another process has passed: its file, and the memory in which it runs.
public struct PassedProgram: Sendable {
    /// Learns it anew, from whoever may look; `nil` where that cannot be had.
    public typealias Asking = @Sendable (HeldProcess) -> PassedIdentity?

    private let process: HeldProcess
    private let file: Descriptor
    private let memory: AddressSpace?
    private let again: Asking

    /// The program of an identity; `nil` where that has none.
    public init?(of identity: PassedIdentity, process: HeldProcess, again: @escaping Asking) {
        guard let file = identity.file else { return nil }
        self.process = process
        self.file = file
        memory = identity.memory
        self.again = again
    }

    /// Whether the process is there, and is seen to run the program, of which a name is left.
    ///
    /// Where its memory tells it, that is two system calls that wait for nobody. Else whoever may look is asked again: the
    /// same file may have been run anew. It is the same as long as it is the one that is held, which keeps its number from
    /// any other.
    public var isStillRun: Bool {
        guard FileNumber.hasName(file) else { return false }
        if let memory, memory.isInUse { return true }
        guard let now = again(process)?.file, let number = FileNumber(of: file) else { return false }
        return FileNumber(of: now) == number
    }
}
