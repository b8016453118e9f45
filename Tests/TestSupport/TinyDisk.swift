internal import DOELinux
internal import Glibc
internal import Synchronization

/// A file system of a test's own, as small as it wants: a tmpfs in the mount namespace of a child, seen through that
/// child's root. The host's mounts stay as they are, and it goes with the child. Needs root.
public final class TinyDisk: Sendable {
    /// Where it is.
    public let path: String
    private let directory = TemporaryDirectory()
    private let pid: Int32
    private let ends: Mutex<(input: Descriptor, output: Descriptor)?>

    /// Why there is none.
    public struct Impossible: Error, CustomStringConvertible {
        /// In the words of who tried.
        public let description: String
    }

    /// A file system of so many KiB.
    public init(kibibytes: Int) throws {
        let script = """
            mount -t tmpfs -o size=\(kibibytes)k tmpfs "$0" || exit 1
            echo ready; while read -r line; do eval "$line" && echo done || echo failed; done
            """
        let (readInput, writeInput) = Self.pipe()
        let (readOutput, writeOutput) = Self.pipe()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, readInput.number, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, writeOutput.number, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, writeOutput.number, 2)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [
            strdup("unshare"), strdup("--mount"), strdup("sh"), strdup("-c"), strdup(script), strdup(directory.path),
            nil,
        ]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        guard unsafe posix_spawnp(&pid, "unshare", &actions, nil, &arguments, environ) == 0 else {
            throw Impossible(description: "unshare cannot be started: apt-get install util-linux")
        }
        self.pid = pid
        path = "/proc/\(pid)/root\(directory.path)"
        ends = Mutex((writeInput, readOutput))
        let answer = (try? readOutput.read(upTo: 4096, subject: "unshare")) ?? []
        guard String(decoding: answer, as: UTF8.self) == "ready\n" else {
            throw Impossible(description: "no mounts can be made here: \(String(decoding: answer, as: UTF8.self))")
        }
    }

    deinit {
        ends.withLock { $0 = nil }
        var status: Int32 = 0
        unsafe waitpid(pid, &status, 0)
    }

    /// Mounts it anew with other options: `ro`, `size=1m`.
    public func remount(_ options: String) throws { try run("mount -o remount,\(options) \"$0\"") }

    /// Runs a line of the shell where it is mounted, at `$0`; the line must say nothing.
    public func run(_ line: String) throws {
        let answer = try ends.withLock { ends -> [UInt8] in
            guard let ends else { return [] }
            try ends.input.write(Array("\(line)\n".utf8), subject: "a shell")
            return try ends.output.read(upTo: 4096, subject: "a shell")
        }
        guard String(decoding: answer, as: UTF8.self) == "done\n" else {
            throw Impossible(description: String(decoding: answer, as: UTF8.self))
        }
    }

    private static func pipe() -> (read: Descriptor, write: Descriptor) {
        var ends: [Int32] = [0, 0]
        unsafe _ = Glibc.pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }
}
