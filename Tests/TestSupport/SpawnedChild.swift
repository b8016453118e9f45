public import Glibc

/// Another process, which runs until it comes to its end or its input does.
public final class SpawnedChild {
    /// A child that could not be started: the error's number.
    public struct NotStarted: Error {
        /// From `posix_spawn` or `pipe`.
        public let error: Int32

        /// A failure of that number.
        public init(error: Int32) { self.error = error }
    }

    /// Its number.
    public let pid: pid_t
    private let input: Int32
    private var hasEnded = false

    /// Starts a program, by its path.
    public convenience init(_ path: String, _ arguments: [String] = []) throws {
        try self.init(bytes: Array(path.utf8), arguments)
    }

    /// The same where its path need not be text.
    public init(bytes path: [UInt8], _ arguments: [String] = []) throws {
        // It may have ended before it is spoken to.
        signal(SIGPIPE, SIG_IGN)
        let path = path.map { CChar(bitPattern: $0) } + [0]
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw NotStarted(error: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup(path)] + arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let error = unsafe posix_spawn(&pid, path, &actions, nil, &words, environ)
        close(ends[0])
        input = ends[1]
        self.pid = pid
        guard error == 0 else { throw NotStarted(error: error) }
    }

    /// Writes to its input.
    public func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe write(input, bytes, bytes.count)
    }

    /// Closes its input, and waits until it has ended; more than once is the same as once.
    public func end() {
        guard !hasEnded else { return }
        hasEnded = true
        close(input)
        var status: Int32 = 0
        unsafe waitpid(pid, &status, 0)
    }

    /// Ends it by a signal, and waits.
    public func kill() {
        if !hasEnded { _ = Glibc.kill(pid, SIGKILL) }
        end()
    }
}
