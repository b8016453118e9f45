internal import ArgumentParser
internal import DOEWords
internal import PCIConfig

/// Where an answer comes from: what the kernel has already read, or the device itself.
struct SourceOptions: ParsableArguments {
    enum Source: String, ExpressibleByArgument, CaseIterable {
        case auto, kernel, device
    }

    @Option(help: "auto (the kernel's copy where there is one), kernel, or device.")
    var from = Source.auto

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot = "/sys"

    /// The kernel's copy, read by `read`; `nil` where the device is to be asked.
    func kernelCopy<Copy>(of mailbox: String, what: String, read: (PCIFunction) throws -> Copy?) throws -> Copy? {
        guard from != .device else { return nil }
        if let address = MailboxName(mailbox)?.address,
            let copy = try read(PCIHost(sysfsRoot: sysfsRoot).function(address))
        {
            return copy
        }
        guard from == .auto else {
            throw NoKernelCopy(
                problem: "the kernel has no \(what) for \(mailbox)",
                remedy: "ask the device: --from device")
        }
        return nil
    }
}
