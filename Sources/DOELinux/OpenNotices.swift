internal import CLinux
internal import Glibc
internal import SystemPackage

/// Tells of each opening of certain files, and by whom (fanotify). Nobody is held up: that would need permission events,
/// which taint some kernels. Marks are on files, so the way to a file does not matter; but in a network namespace of its own
/// somebody can mount a sysfs whose files are others, and of those nothing is told.
public final class OpenNotices: Sendable {
    /// To be waited for; readable when there is something to tell.
    public let descriptor: Descriptor
    /// Whether the kernel holds the process for us.
    public let holdsProcesses: Bool

    /// Asks for a queue, which needs CAP_SYS_ADMIN; it tells of nothing yet.
    public init() throws(LinuxError) {
        var number = clinux_fanotify_init(1)
        let isHolding = number >= 0
        // Before 5.15 the kernel does not know the flag.
        if number < 0, errno == EINVAL { number = clinux_fanotify_init(0) }
        guard number >= 0 else {
            throw LinuxError.last(
                "fanotify_init", "a queue of notices", remedy: "run this with CAP_SYS_ADMIN, as the daemon's unit does")
        }
        descriptor = Descriptor(owning: number)
        holdsProcesses = isHolding
    }

    /// What a process without rights gets. Whoever has a queue can have the kernel open files for him, and tell of others:
    /// so nobody passes one on.
    @Sendable public static func withoutRights() throws(LinuxError) -> OpenNotices {
        throw LinuxError("hear of", "each opening of a config file", .notPermitted)
    }

    /// Tells of this file from now on.
    public func add(_ path: String) throws(LinuxError) {
        guard unsafe clinux_fanotify_add(descriptor.number, path) == 0 else {
            throw LinuxError.last("fanotify_mark", path)
        }
    }

    /// Some of what there is to tell now, no more than there are descriptors to spare for; empty where there is nothing.
    /// Does not wait.
    public func read() throws(LinuxError) -> [OpenNotice] {
        var batch = [clinux_open_notice](repeating: clinux_open_notice(), count: 64)
        var count: Int32
        repeat {
            count = unsafe clinux_fanotify_read(descriptor.number, &batch, batch.count)
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            // For each notice the kernel opens the file for us; one that it cannot open it for is gone.
            if errno == EMFILE || errno == ENFILE { return [.lost] }
            throw LinuxError.last("read", "a queue of notices")
        }
        return batch[..<Int(count)].map { notice in
            let held = notice.pidfd >= 0 ? HeldProcess(owning: Descriptor(owning: notice.pidfd)) : nil
            return notice.is_lost != 0 ? .lost : .opened(by: notice.pid, process: held)
        }
    }
}
