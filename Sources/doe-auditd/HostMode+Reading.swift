internal import DOEConfiguration
internal import DOELinux
internal import DOEMonitor
internal import DOEWords

extension HostMode {
    /// The mode of this host: what the configuration asked for at the start, and what the kernel says whenever it is
    /// looked at.
    convenience init(configured: Mode) {
        self.init {
            ModeFacts(
                configured: configured, commandLine: KernelSwitches.running().mode, lockdown: KernelLockdown.current())
        }
    }
}
