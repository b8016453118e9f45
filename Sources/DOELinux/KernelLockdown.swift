internal import CLinux
internal import DOEWords
internal import Glibc
internal import SystemPackage

/// How far the kernel keeps even root from changing it (kernel_lockdown(7)).
public enum KernelLockdown: Hashable, Sendable {
    /// Not at all: it says `none`, or has no lockdown.
    case off
    /// It is locked down: `integrity`, `confidentiality`.
    case on(String)
    /// It could not be learned: why, and what to do.
    case unknown(String)

    /// Where the kernel tells of it.
    public static let directory = "/sys/kernel/security"

    /// The running kernel's. It can only rise while the kernel runs.
    ///
    /// Only a securityfs that is the kernel's own is believed. Where it is, and has no such file, the kernel has no
    /// lockdown; where none is mounted, nobody knows.
    public static func current(directory: String = directory) -> KernelLockdown {
        let path = "\(directory)/lockdown"
        let number = unsafe clinux_open_securityfs(directory, "lockdown")
        guard number >= 0 else { return withoutFile(errno, path, directory) }
        do throws(LinuxError) {
            let bytes = try Descriptor(owning: number).readWhole(limit: 4096, subject: path)
            return KernelLockdown(text: String(decoding: bytes, as: UTF8.self), of: path)
        } catch {
            return .unknown(error.description)
        }
    }

    /// From the file's text, `[none] integrity confidentiality`: the word in brackets is in force.
    init(text: String, of path: String) {
        let words = text.split { $0 == " " || $0 == "\n" }.filter { $0.hasPrefix("[") && $0.hasSuffix("]") }
        guard words.count == 1, let word = words.first, word.count > 2 else {
            self = .unknown("\(path) does not say which lockdown is in force")
            return
        }
        self = word == "[none]" ? .off : .on(String(word.dropFirst().dropLast()))
    }

    private static func withoutFile(_ error: Int32, _ path: String, _ directory: String) -> KernelLockdown {
        switch error {
        case ENOENT: .off
        case ENODEV: .unknown("there is no \(directory): this kernel has no securityfs, which would tell")
        case EXDEV:
            .unknown("\(path) is not the kernel's own; run 'mount -t securityfs securityfs \(directory)'")
        default: .unknown(LinuxError("open", path, Errno(rawValue: error)).description)
        }
    }
}
