package import DOELinux
internal import DOEWords
package import PCIConfig
internal import SystemPackage

/// What the daemon needs, each as the module that needs it takes it.
extension BrokerClient {
    /// A device that is being reset holds whoever opens it; the start of a host with many waits for each.
    private static let deviceLimit: UInt64 = 30_000_000
    /// Longer than the server waits for a name. What is asked for an exchange is answered in a tenth of a millisecond.
    private static let identityLimit: UInt64 = 200_000
    /// A directory server that is down lets a look-up wait for most of a minute.
    private static let nameLimit: UInt64 = 120_000_000
    private static let kernelLimit: UInt64 = 2_000_000

    /// Config space, of functions with a mailbox.
    package var configAccess: ConfigAccess {
        ConfigAccess { [self] function, forReadingAlone throws(ConfigSpaceError) in
            let answer: BrokerAnswer
            do throws(BrokerSilence) {
                answer = try ask(
                    .config(function.address, forReadingAlone: forReadingAlone), withinMicroseconds: Self.deviceLimit)
            } catch {
                throw ConfigSpaceError(
                    .failed, problem: "\(function.address) was not opened: \(error.problem)", remedy: error.remedy)
            }
            switch answer {
            case .config(let file, let obstacle):
                return OpenedConfig(
                    file,
                    writeError: obstacle.map { ConfigSpaceError(.refused, problem: $0.problem, remedy: $0.remedy) })
            case .no(let error):
                throw ConfigSpaceError(error.configReason, problem: error.problem, remedy: error.remedy)
            default: throw ConfigSpaceError(.failed, problem: BrokerSilence.unreadable.problem)
            }
        } memoryMap: { [self] () throws(LinuxError) in
            try file(.kernelFile(.addresses), "/proc/iomem").readWhole(
                limit: ConfigAccess.memoryMapLimit, subject: "/proc/iomem")
        } kernelCDAT: { [self] function throws(LinuxError) in
            try openKernelCDAT(of: function.address).map { file throws(LinuxError) in
                try PCIFunction.kernelCDAT(in: file)
            }
        }
    }

    /// Learns who a process is; `nil` where that could not be learned, or not in time.
    @Sendable package func identity(of process: HeldProcess) -> PassedIdentity? {
        guard
            case .identity(let identity)? = try? ask(
                .identity, with: [process.descriptor], withinMicroseconds: Self.identityLimit)
        else { return nil }
        return identity
    }

    /// Learns who a process with this number is, and what tells later that it is still the same.
    @Sendable package func processIdentity(of process: HeldProcess, number: Int32) -> ProcessIdentity? {
        guard let identity = identity(of: process), identity.number == number else { return nil }
        guard let program = PassedProgram(of: identity, process: process, again: self.identity(of:)) else {
            return ProcessIdentity(facts: identity.facts.withoutProgram, isStillRun: nil)
        }
        return ProcessIdentity(facts: identity.facts) { program.isStillRun }
    }

    /// The user id of a name.
    @Sendable package func user(named name: String) throws(LinuxError) -> UInt32? {
        try account(.user(name), name)
    }

    /// The group id of a name.
    @Sendable package func group(named name: String) throws(LinuxError) -> UInt32? {
        try account(.group(name), name)
    }

    /// The kernel's log, opened anew.
    @Sendable package func openKernelLog() throws(LinuxError) -> Descriptor {
        try file(.kernelLog, KernelLogDevice.path)
    }

    /// Sets the kernel's taint for userspace.
    @Sendable package func taintKernel() throws(LinuxError) {
        let path = KernelTaintFlags.path
        guard case .done = try answer(.kernelTaint, "open", path, Self.kernelLimit) else {
            throw Self.unreadable("open", path)
        }
    }

    /// The names of the kernel's functions.
    @Sendable package func kernelSymbols() throws(LinuxError) -> KernelSymbols {
        try KernelSymbols(reading: file(.kernelFile(.symbols), "/proc/kallsyms"))
    }

    private func account(_ request: BrokerRequest, _ name: String) throws(LinuxError) -> UInt32? {
        // As the database itself says of these.
        guard !name.isEmpty, !name.utf8.contains(0), name.utf8.count <= BrokerWire.nameRoom else { return nil }
        guard case .account(let id) = try answer(request, "look up", name, Self.nameLimit) else {
            throw Self.unreadable("look up", name)
        }
        return id
    }

    private func file(_ request: BrokerRequest, _ path: String) throws(LinuxError) -> Descriptor {
        guard case .file(let file) = try answer(request, "open", path, Self.kernelLimit) else {
            throw Self.unreadable("open", path)
        }
        return file
    }

    private func openKernelCDAT(of function: FunctionAddress) throws(LinuxError) -> Descriptor? {
        let subject = "the kernel's copy of the CDAT of \(function)"
        switch try asked(.kernelCDAT(function), "open", subject, Self.kernelLimit) {
        case .file(let file): return file
        case .no(let error):
            guard error.reason != .gone else { return nil }
            throw Self.refused(error, "open", subject)
        default: throw Self.unreadable("open", subject)
        }
    }

    private func answer(
        _ request: BrokerRequest, _ call: String, _ subject: String, _ limit: UInt64
    ) throws(LinuxError) -> BrokerAnswer {
        let answer = try asked(request, call, subject, limit)
        if case .no(let error) = answer { throw Self.refused(error, call, subject) }
        return answer
    }

    private func asked(
        _ request: BrokerRequest, _ call: String, _ subject: String, _ limit: UInt64
    ) throws(LinuxError) -> BrokerAnswer {
        do throws(BrokerSilence) {
            return try ask(request, withinMicroseconds: limit)
        } catch {
            throw LinuxError(call, "\(subject) (\(error.problem))", error.number, remedy: error.remedy)
        }
    }

    /// What the broker could not do is told as if it had been tried here; and what it would not, with its reason.
    private static func refused(_ error: BrokerError, _ call: String, _ subject: String) -> LinuxError {
        guard error.reason == .failed else {
            return LinuxError(call, "\(subject) (\(error.problem))", .notPermitted, remedy: error.remedy)
        }
        return LinuxError(call, subject, Errno(rawValue: error.errno), remedy: error.remedy)
    }

    private static func unreadable(_ call: String, _ subject: String) -> LinuxError {
        let silence = BrokerSilence.unreadable
        return LinuxError(call, "\(subject) (\(silence.problem))", silence.number, remedy: silence.remedy)
    }
}

extension BrokerSilence {
    /// The error's number that says it best.
    var number: Errno {
        switch self {
        case .gone, .leaving: .brokenPipe
        case .late: .timedOut
        case .unreadable, .ofOtherVersion: .badMessage
        case .noDescriptorLeft: .tooManyOpenFiles
        case .unsent(let error): error.errno
        }
    }
}

extension BrokerError {
    fileprivate var configReason: ConfigSpaceError.Reason {
        switch reason {
        case .gone: .gone
        case .refusedByKernel: .refused
        case .unavailable: .unavailable
        case .short: .short
        case .mailboxless: .mailboxless
        default: .failed
        }
    }
}
