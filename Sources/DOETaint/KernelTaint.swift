public import DOELinux
internal import SystemPackage

/// The kernel's own taint, which each of its bug reports carries: bit 6, letter U, which says that a program of
/// userspace asked for it (admin-guide/tainted-kernels).
///
/// It cannot be taken back before a reboot, and a kernel booted with `panic_on_taint=0x40` panics.
public struct KernelTaint: Sendable {
    /// The bit, as a number.
    public static let userspace = KernelTaintFlags.userspace.rawValue

    private let path: String
    private let add: @Sendable () throws(LinuxError) -> Void

    /// The kernel's taint, where procfs shows it.
    public init(path: String = KernelTaintFlags.path) {
        self.init(path: path) { () throws(LinuxError) in try KernelTaintFlags.userspace.add(path: path) }
    }

    /// The same where somebody else sets it, who may.
    public init(path: String = KernelTaintFlags.path, setBy add: @escaping @Sendable () throws(LinuxError) -> Void) {
        self.path = path
        self.add = add
    }

    /// All bits that are set now.
    public func bits() throws(TaintError) -> UInt64 {
        do throws(LinuxError) {
            return UInt64(try SmallText.read(path)) ?? 0
        } catch {
            throw TaintError(.unreadable, problem: error.problem, remedy: "mount procfs at /proc")
        }
    }

    /// Sets the bit, and looks whether it is there: the kernel takes a write of nothing as well.
    public func set() throws(TaintError) {
        guard try bits() & Self.userspace == 0 else { return }
        do throws(LinuxError) {
            try add()
        } catch {
            throw TaintError(
                .unwritable, problem: "the kernel's taint was not set: \(error.problem)",
                remedy: "let doe-audit-broker write \(path) (ReadWritePaths= in its unit), or start the daemon as root")
        }
        guard try bits() & Self.userspace != 0 else {
            throw TaintError(
                .unwritable, problem: "the kernel's taint was not set: \(path) does not show it",
                remedy: "see that /proc is the kernel's own procfs")
        }
    }
}
