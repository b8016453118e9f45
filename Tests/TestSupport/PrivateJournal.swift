public import DOELinux
internal import Glibc
internal import Synchronization

/// A systemd-journald of a test's own, by the script `Tests/private-journald`. It ends with this object, and with the
/// test's process however that ends.
public final class PrivateJournal: Sendable {
    /// The native protocol's socket.
    public let socket: String
    /// Where the journal's files are.
    public let directory: String
    /// journald's own process.
    public let pid: Int32
    private let scriptPid: Int32
    private let input: Mutex<Descriptor?>

    /// Why there is no journald, in the script's words: mostly what to install.
    public struct Missing: Error, CustomStringConvertible {
        /// What the script said.
        public let description: String
    }

    /// Starts one in a directory; several may follow each other in the same. `settings` are lines of journald.conf, for
    /// which one has to be root.
    public init(in place: String, settings: String = "") throws {
        let script = Self.scriptPath
        let (readInput, writeInput) = Self.pipe()
        let (readOutput, writeOutput) = Self.pipe()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, readInput.number, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, writeOutput.number, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, writeOutput.number, 2)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [
            strdup("/bin/bash"), strdup(script),
        ]
        if !settings.isEmpty { unsafe arguments += [strdup("--settings"), strdup(settings)] }
        unsafe arguments += [strdup(place), nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let error = unsafe posix_spawn(&pid, "/bin/bash", &actions, nil, &arguments, environ)
        guard error == 0 else { throw Missing(description: "bash cannot be started: error \(error)") }
        scriptPid = pid
        var output = ""
        while !output.contains("\njournal "), let piece = try? readOutput.read(upTo: 4096, subject: script),
            !piece.isEmpty
        {
            output += String(decoding: piece, as: UTF8.self)
            // The script's end closes its side only when ours is closed too.
            if output.hasPrefix("private-journald:") { break }
        }
        let lines = output.split(separator: "\n")
        guard lines.count >= 3, let number = Int32(lines[0].dropFirst("pid ".count)) else {
            throw Missing(description: output)
        }
        self.pid = number
        socket = String(lines[1].dropFirst("socket ".count))
        directory = String(lines[2].dropFirst("journal ".count))
        input = Mutex(writeInput)
    }

    deinit {
        input.withLock { $0 = nil }
        var status: Int32 = 0
        unsafe waitpid(scriptPid, &status, 0)
    }

    /// Sends journald a signal: SIGSTOP, SIGCONT, SIGKILL.
    public func signal(_ number: Int32) { kill(pid, number) }

    /// Where to read what it received.
    public var source: JournalSource { .directory(directory) }

    /// The script's own path, beside this file's folder.
    private static var scriptPath: String {
        let folders = #filePath.split(separator: "/").dropLast(2)
        return "/" + folders.joined(separator: "/") + "/private-journald"
    }

    private static func pipe() -> (read: Descriptor, write: Descriptor) {
        var ends: [Int32] = [0, 0]
        unsafe _ = Glibc.pipe(&ends)
        // The child has its copies; what else it inherits must not keep the pipes open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }
}
