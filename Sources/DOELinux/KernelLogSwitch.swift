internal import Glibc

/// The kernel's switch for lines of programs in its log, `kernel.printk_devkmsg`. `printk.devkmsg=` on the kernel
/// command line sets it for good (admin-guide/sysctl/kernel).
public final class KernelLogSwitch: Sendable {
    /// What it stands at.
    public enum Setting: String, Hashable, Sendable {
        /// Every line is taken.
        case on
        /// Ten lines in five seconds of each open file are taken, the kernel's default.
        case ratelimit
        /// No line is taken: opening the log fails, and a write to a file that was open before says that all went
        /// well.
        case off
    }

    /// What is wrong where it is off.
    public static let isOffWords = "kernel.printk_devkmsg is off"

    /// What a host can do where it is off.
    public static let remedy =
        "run: sysctl kernel.printk_devkmsg=ratelimit; where printk.devkmsg=off stands on the kernel command line, take it "
        + "away and boot anew"

    // Held, so that it can be asked where no descriptor is left.
    private let file: Descriptor?

    /// Opens the switch.
    public init(path: String = "/proc/sys/kernel/printk_devkmsg") {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        file = number >= 0 ? Descriptor(owning: number) : nil
    }

    /// What it stands at now; `nil` where that cannot be learned, or the kernel has no such switch (before 4.8).
    public var setting: Setting? {
        guard let file else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file.number, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        return Setting(rawValue: String(decoding: bytes.prefix(count).prefix { $0 != 0x0a }, as: UTF8.self))
    }
}
