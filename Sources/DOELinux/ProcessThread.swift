internal import Glibc

/// The thread by which procfs is asked about a process.
///
/// That is the first one, whose number is the process's own. But it may end before the others (pthread_exit(3) in
/// main): then the kernel has taken its memory, directories and namespaces from it, and knows no program of it, while
/// the process goes on. All threads of a process share its memory (clone(2): CLONE_THREAD wants CLONE_VM), and so run
/// the same file; an execve(2) of any of them ends all others first.
struct ProcessThread {
    /// So many are looked at: of those that have ended only the first one stays, and those that somebody traces.
    private static let most = 64

    /// Its number.
    let number: Int32
    /// Its folder in procfs.
    let folder: String

    /// Of the process that has this number now; the first one too where none is found that has memory.
    init(of process: Int32) {
        let first = "/proc/\(process)"
        let other = Self.hasProgram(AT_FDCWD, "\(first)/exe") ? nil : Self.other(of: first)
        number = other ?? process
        folder = other.map { "\(first)/task/\($0)" } ?? first
    }

    /// Whether it is still one of its process's.
    var isThere: Bool { Self.hasProgram(AT_FDCWD, "\(folder)/exe") }

    /// Where a process with this folder in procfs shows its program now, from there on; `nil` where it has ended.
    static func program(in folder: Descriptor) -> String? {
        if hasProgram(folder.number, "exe") { return "exe" }
        return other(in: folder).map { "task/\($0)/exe" }
    }

    private static func other(of folder: String) -> Int32? {
        let opened = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        return opened >= 0 ? other(in: Descriptor(owning: opened)) : nil
    }

    private static func other(in folder: Descriptor) -> Int32? {
        let opened = unsafe openat(folder.number, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        guard var stream = DirectoryStream(taking: opened) else { return nil }
        for _ in 0..<most {
            guard let bytes = stream.next() else { return nil }
            let name = String(decoding: bytes, as: UTF8.self)
            if let thread = Int32(name), hasProgram(opened, "\(name)/exe") { return thread }
        }
        return nil
    }

    /// What cannot be looked at for another reason is there: without memory there is no such link.
    private static func hasProgram(_ place: Int32, _ path: String) -> Bool {
        var first = CChar(0)
        return unsafe readlinkat(place, path, &first, 1) >= 0 || (errno != ENOENT && errno != ESRCH)
    }
}
