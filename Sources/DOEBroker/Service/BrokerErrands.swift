package import DOELinux
package import DOEWords
package import PCIConfig

/// Does what was asked, with the rights of this process. Each may wait in the kernel, or for a directory server.
package struct BrokerErrands: Sendable {
    private let host: PCIHost
    private let memories: AddressSpaceThreads
    private let armory: BrokerArmory
    /// Which daemon is served.
    private var daemon: UInt64 = 0
    private let programs = HostFiles()

    /// Of this host. Where daemons are served one after the other, the witness' arms may be kept from one to the next.
    package init(host: PCIHost, keepsArms: Bool = false) throws(LinuxError) {
        try self.init(host: host, armory: BrokerArmory(host: host, keepsArms: keepsArms))
    }

    init(host: PCIHost, armory: BrokerArmory) throws(LinuxError) {
        self.host = host
        self.armory = armory
        memories = try AddressSpaceThreads()
    }

    /// The same for one more daemon. Of the witness' arms nobody else's orders count from then on, however late they are
    /// done.
    func forNextDaemon() -> Self {
        var errands = self
        errands.daemon = armory.beginService()
        return errands
    }

    /// The daemon has gone.
    func daemonHasGone() { armory.endService(of: daemon) }

    /// This broker ends for good, of itself and not with its daemon: what it keeps for the next one is taken away. An
    /// error tells of what is left; to do it again is to try that again.
    package func end() throws(Obstacle) { try armory.end() }

    func answer(_ request: BrokerRequest, _ descriptors: [Descriptor]) -> BrokerAnswer {
        do throws(BrokerError) {
            switch request {
            case .config(let address, let forReadingAlone):
                let opened = try config(of: host.function(address), forReadingAlone: forReadingAlone)
                return .config(opened.descriptor, obstacle: opened.writeError.map { Obstacle($0) })
            case .identity: return .identity(try identity(descriptors))
            case .user(let name):
                return .account(try explaining { () throws(LinuxError) in try AccountDatabase.user(named: name) })
            case .group(let name):
                return .account(try explaining { () throws(LinuxError) in try AccountDatabase.group(named: name) })
            case .kernelLog:
                return .file(try explaining { () throws(LinuxError) in try KernelLogDevice.open() })
            case .kernelTaint:
                try explaining { () throws(LinuxError) in try KernelTaintFlags.userspace.add() }
                return .done
            case .kernelFile(let file):
                return .file(try explaining { () throws(LinuxError) in try Procfs.open(file.name) })
            case .arms(let request): return try armory.answer(request, to: daemon)
            case .writer(let place):
                return .place(
                    group: ControlGroup(number: place.group)?.path, program: place.program.flatMap(programs.path))
            case .version: return .version(ProductVersion.current)
            case .kernelCDAT(let address): return .file(try kernelCDAT(of: host.function(address)))
            }
        } catch {
            return .no(error)
        }
    }

    /// Looks for mailboxes by a walk of its own: what the daemon believes is in the device does not count.
    private func config(of function: PCIFunction, forReadingAlone: Bool) throws(BrokerError) -> OpenedConfig {
        let space = try held(function, forReadingAlone)
        if !space.mailboxes.isEmpty { return space.opened }
        // The first function of a device tells of the device's memory.
        if forReadingAlone, let others = try? function.othersOfDevice(),
            others.contains(where: { (try? held($0, true))?.mailboxes.isEmpty == false })
        {
            return space.opened
        }
        // A broken chain can hide one: that is told, and else it is as with most functions.
        if let damage = space.capabilities.damage {
            throw BrokerError(
                .unreadable, "\(function.address): \(damage); only the capabilities before it are used")
        }
        throw Self.mailboxless(function)
    }

    private func kernelCDAT(of function: PCIFunction) throws(BrokerError) -> Descriptor {
        guard try !held(function, true).mailboxes.isEmpty else { throw Self.mailboxless(function) }
        guard let file = try explaining({ () throws(LinuxError) in try function.openKernelCDAT() }) else {
            throw BrokerError(.gone, "the kernel has no copy of the CDAT of \(function.address)")
        }
        return file
    }

    private static func mailboxless(_ function: PCIFunction) -> BrokerError {
        BrokerError(.mailboxless, "\(function.address) has no mailbox")
    }

    private func held(_ function: PCIFunction, _ forReadingAlone: Bool) throws(BrokerError) -> HeldConfigSpace {
        do throws(ConfigSpaceError) {
            return try function.hold(forReadingAlone: forReadingAlone)
        } catch {
            throw BrokerError(error)
        }
    }

    private func identity(_ descriptors: [Descriptor]) throws(BrokerError) -> PassedIdentity {
        guard let process = descriptors.first.flatMap({ HeldProcess(given: $0) }) else {
            throw BrokerError(.wrongDescriptor, "the descriptor that came is no process's")
        }
        do throws(PassedIdentity.Refusal) {
            return try PassedIdentity(of: process, by: memories)
        } catch {
            let why =
                switch error {
                case .ended: "the process has ended, or is not to be seen from here"
                case .kernelThread: "the process is the kernel's own"
                case .thread: "the descriptor is a thread's, and not a process's"
                case .ourselves: "the process is the broker"
                }
            throw BrokerError(.noProcess, why)
        }
    }

    private func explaining<Value>(_ body: () throws(LinuxError) -> Value) throws(BrokerError) -> Value {
        do throws(LinuxError) {
            return try body()
        } catch {
            throw BrokerError(error)
        }
    }
}

extension BrokerError {
    init(_ error: ConfigSpaceError) {
        let reason: Reason =
            switch error.reason {
            case .gone: .gone
            case .refused: .refusedByKernel
            case .unavailable: .unavailable
            case .short: .short
            case .mailboxless: .mailboxless
            case .failed: .unreadable
            }
        self.init(reason, error.problem, remedy: error.remedy)
    }
}

extension BrokerRequest.KernelFile {
    /// Its name below /proc.
    var name: String {
        switch self {
        case .addresses: "iomem"
        case .symbols: "kallsyms"
        }
    }
}
