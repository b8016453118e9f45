internal import ArgumentParser
internal import DOELinux
internal import DOEWords
internal import PCIConfig

/// Where an answer comes from: what the kernel has already read, or the device itself.
struct SourceOptions: ParsableArguments {
    enum Source: String, ExpressibleByArgument, CaseIterable {
        case auto, kernel, device
    }

    @Option(help: "auto (the kernel's copy where it can be read), kernel, or device.")
    var from = Source.auto

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot = "/sys"

    /// What came of looking for the kernel's copy. Only where there is a copy the daemon need not be asked.
    enum KernelCopy<Copy> {
        case copy(Copy)
        /// The kernel has one, and this user may not read it: the daemon may.
        case unreadable
        case none
    }

    /// The kernel's copy, read by `read`. With `--from kernel` throws where there is none.
    func kernelCopy<Copy>(
        of mailbox: String, what: String, read: (PCIFunction) throws(LinuxError) -> Copy?
    ) throws -> KernelCopy<Copy> {
        guard from != .device else { return .none }
        do throws(LinuxError) {
            if let address = MailboxName(mailbox)?.address,
                let copy = try read(PCIHost(sysfsRoot: sysfsRoot).function(address))
            {
                return .copy(copy)
            }
        } catch {
            guard from == .auto else { throw error }
            if error.isForbidden { return .unreadable }
            Terminal.complain(error)
        }
        guard from == .auto else {
            throw NoKernelCopy(
                problem: "the kernel has no \(what) for \(mailbox)",
                remedy: "ask the device: --from device")
        }
        return .none
    }
}
