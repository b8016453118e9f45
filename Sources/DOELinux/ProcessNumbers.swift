internal import CLinux
internal import Glibc

/// What is asked about numbers of processes.
enum ProcessNumbers {
    /// This process's.
    static var own: Int32 { getpid() }

    /// Whether this folder of procfs, of that number, is a process's and not one of its threads'.
    static func isProcess(folder: String, number: Int32) -> Bool {
        guard let text = try? SmallText.read("\(folder)/status"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Tgid:\t") })
        else { return false }
        return Int32(line.dropFirst(6)) == number
    }

    /// Whether two threads have one address space; where nobody can tell they may.
    static func sharesMemory(_ one: Int32, _ other: Int32) -> Bool { clinux_share_memory(one, other) != 0 }
}
