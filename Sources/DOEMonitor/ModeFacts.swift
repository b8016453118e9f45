public import DOELinux
public import DOEWords

/// What a host's mode depends on, as it was read.
public struct ModeFacts: Hashable, Sendable {
    /// What the configuration asks for.
    public var configured: Mode
    /// What the kernel's command line asks for; production where it could not be believed.
    public var commandLine: Mode
    /// How far the kernel is locked down.
    public var lockdown: KernelLockdown

    /// Facts from their parts.
    public init(configured: Mode, commandLine: Mode, lockdown: KernelLockdown) {
        self.configured = configured
        self.commandLine = commandLine
        self.lockdown = lockdown
    }

    /// The mode that they allow: bring-up only where nothing speaks against it.
    var mode: Mode { configured == .bringUp && commandLine == .bringUp && lockdown == .off ? .bringUp : .production }

    /// Why it is that mode, a part of a sentence.
    var reason: String {
        switch (configured, commandLine, lockdown) {
        case (.production, .production, _):
            "neither the kernel command line nor the configuration asks for bring-up"
        case (.bringUp, .production, _):
            "the configuration asks for bring-up, and the kernel command line does not: it has no doe_audit.mode=bring-up"
        case (.production, .bringUp, _):
            "the kernel command line asks for bring-up, and the configuration does not: it has no mode = \"bring-up\""
        case (.bringUp, .bringUp, .on(let level)): "bring-up is asked for, and the kernel is locked down: \(level)"
        case (.bringUp, .bringUp, .unknown(let why)):
            "bring-up is asked for, and nobody knows whether the kernel is locked down: \(why)"
        case (.bringUp, .bringUp, .off):
            "the kernel command line and the configuration ask for it, and the kernel is not locked down"
        }
    }
}
