internal import CLinux
internal import Glibc
internal import SystemPackage

/// Another program, started with one descriptor besides the standard streams.
public final class ChildProgram: Sendable {
    /// Where that descriptor stands in it, as the first that a service manager passes (sd_listen_fds(3)).
    public static let passedDescriptor: Int32 = 3

    private let process: pid_t

    /// Starts a program by its path. Nothing but the standard streams and what is passed is open in it.
    public init(path: String, arguments: [String], passing descriptor: Descriptor) throws(LinuxError) {
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process: pid_t = 0
        guard unsafe clinux_spawn(path, &words, descriptor.number, Self.passedDescriptor, &process) == 0 else {
            throw .last("start", path, remedy: "install both programs into the same folder")
        }
        self.process = process
    }

    /// Waits for its end, for so long at most.
    public func waitForEnd(withinMicroseconds limit: UInt64) {
        let end = Clocks.monotonicMicroseconds + limit
        var status: Int32 = 0
        while unsafe waitpid(process, &status, WNOHANG) == 0, Clocks.monotonicMicroseconds < end { usleep(1_000) }
    }

    /// Ends it at once, whatever it does, and waits for that.
    public func kill() {
        _ = Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        _ = unsafe waitpid(process, &status, 0)
    }

    /// Where another program stands that was installed into the folder of the one that this process runs.
    public static func besideOwn(_ name: String) throws(LinuxError) -> String {
        let own = try SmallText.link("/proc/self/exe")
        guard let slash = own.lastIndex(of: "/"), !own.hasSuffix(" (deleted)") else {
            throw LinuxError(
                "find", "\(name) beside \(own)", .noSuchFileOrDirectory,
                remedy: "start it anew, from where it stands now")
        }
        return own[...slash] + name
    }
}
