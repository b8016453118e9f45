internal import Glibc

/// What is needed of `/proc/PID/stat` (proc_pid_stat(5)).
struct ProcessStat: Hashable {
    /// PF_KTHREAD among the flags of field 9, as the kernel has had it since 2.6 (include/linux/sched.h).
    private static let kernelThread: UInt32 = 0x0020_0000

    /// PF_FORKNOEXEC, from the same place.
    private static let hasForkedOnly: UInt32 = 0x0000_0040

    /// Whether it is the kernel's own.
    let isKernelThread: Bool
    /// Whether it goes on with its parent's program: it was forked, and has replaced none since.
    let hasForkedOnly: Bool
    /// Its parent's number.
    let parent: Int32
    /// Field 22, clock ticks since boot, as microseconds.
    let started: UInt64

    /// One tick, microseconds: how exactly `started` is known.
    static var tick: UInt64 { 1_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK)))) }

    /// From the file's text. The name in field 2 may hold blanks and parentheses, so counting starts behind the last one.
    init?(_ text: String) {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].dropFirst().split(separator: " ")
        guard fields.count > 19, let parent = Int32(fields[1]), let flags = UInt32(fields[6]),
            let ticks = UInt64(fields[19])
        else { return nil }
        self.parent = parent
        isKernelThread = flags & Self.kernelThread != 0
        hasForkedOnly = flags & Self.hasForkedOnly != 0
        let (microseconds, overflow) = ticks.multipliedReportingOverflow(by: Self.tick)
        guard !overflow else { return nil }
        started = microseconds
    }
}
