internal import DOELinux
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Lines in the kernel's own log, which a panic leaves on a console or in pstore when nothing else is left.
///
/// Best effort: where the kernel log cannot be written, `trouble` says so.
public final class KernelLog: Sendable {
    /// The kernel cuts longer lines (printk's record size).
    private static let lineLimit = 900

    private let path: String
    private let device: Descriptor?
    private let failure: Mutex<String?>

    /// Opens the kernel log for writing; it is tried once.
    public init(path: String = "/dev/kmsg") {
        self.path = path
        let number = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
        if number >= 0 {
            device = Descriptor(owning: number)
            failure = Mutex(nil)
        } else {
            device = nil
            failure = Mutex(LinuxError.last("open", path).problem)
        }
    }

    /// Writes one line at the level warning. Control characters become `?`: a line must not look like two.
    public func write(_ text: String) {
        guard let device else { return }
        var line =
            Array("<4>doe-audit: ".utf8) + text.utf8.prefix(Self.lineLimit).map { $0 < 0x20 || $0 == 0x7f ? 0x3f : $0 }
        line.append(UInt8(ascii: "\n"))
        do throws(LinuxError) {
            try device.write(line, subject: path)
            failure.withLock { $0 = nil }
        } catch {
            failure.withLock { $0 = error.problem }
        }
    }

    /// Why lines do not arrive there, with the remedy; `nil` while they do.
    public var trouble: String? {
        failure.withLock { $0 }.map { "the kernel log is not written: \($0); give the daemon write access to \(path)" }
    }
}
