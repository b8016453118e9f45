/// What procfs says of a thread: whose it is, since when it is there, and as whom it runs.
///
/// The two files that it is read from could belong to two threads of one number. Whoever needs to be sure reads it twice,
/// or holds the process meanwhile.
public struct ThreadStatus: Hashable, Sendable {
    /// Its process: the number of the first thread.
    public let process: Int32
    /// Whether it is the kernel's own.
    public let isKernel: Bool
    /// When it was started, CLOCK_BOOTTIME in microseconds, cut down to a tick of the clock.
    public let started: UInt64
    /// Effective user id.
    public let uid: UInt32
    /// Effective group id and supplementary groups.
    public let groups: [UInt32]

    /// How exactly `started` is known, microseconds.
    public static var tick: UInt64 { ProcessStat.tick }

    /// From its parts.
    public init(process: Int32, isKernel: Bool = false, started: UInt64, uid: UInt32, groups: [UInt32] = []) {
        self.process = process
        self.isKernel = isKernel
        self.started = started
        self.uid = uid
        self.groups = groups
    }

    /// Reads `/proc/THREAD`, which is there for each thread although it is not listed; `nil` where it has gone.
    public init?(of thread: Int32) {
        guard let status = try? SmallText.read("/proc/\(thread)/status", limit: 1 << 20),
            let stat = try? SmallText.read("/proc/\(thread)/stat")
        else { return nil }
        self.init(status: status, stat: stat)
    }

    /// From the texts of `status` and `stat`.
    init?(status: String, stat: String) {
        guard let process = Self.numbers("Tgid", in: status)?.first, let process = Int32(exactly: process),
            let uids = Self.numbers("Uid", in: status), uids.count == 4,
            let gids = Self.numbers("Gid", in: status), gids.count == 4,
            let stat = ProcessStat(stat)
        else { return nil }
        self.process = process
        isKernel = stat.isKernelThread
        started = stat.started
        // The real, the effective, the saved and the file system's.
        uid = uids[1]
        groups = Array(Set(Self.numbers("Groups", in: status) ?? []).union([gids[1]])).sorted()
    }

    /// The numbers of a line of `status`; `nil` where there is no such line, or something else stands in it.
    static func numbers(_ key: String, in status: String) -> [UInt32]? {
        // A process chooses its name, which stands in a line of its own; the kernel escapes newlines in it.
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("\(key):") }) else { return nil }
        let words = line.dropFirst(key.utf8.count + 1).split(whereSeparator: { $0 == "\t" || $0 == " " })
        let numbers = words.compactMap { UInt32($0) }
        return numbers.count == words.count ? numbers : nil
    }
}
