internal import CLinux
internal import Glibc

/// What is asked about numbers of processes.
enum ProcessNumbers {
    /// This process's.
    static var own: Int32 { getpid() }

    /// Whether this folder of procfs, of that number, is a process's and not one of its threads'.
    static func isProcess(folder: String, number: Int32) -> Bool {
        guard let status = try? SmallText.read("\(folder)/status") else { return false }
        return ThreadStatus.numbers("Tgid", in: status)?.first.flatMap { Int32(exactly: $0) } == number
    }

    /// Whether two threads have one address space; where nobody can tell they may.
    static func sharesMemory(_ one: Int32, _ other: Int32) -> Bool { clinux_share_memory(one, other) != 0 }
}
