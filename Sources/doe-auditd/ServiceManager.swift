internal import CSystemd
internal import DOELinux

/// What systemd is told (sd_notify(3)); without systemd nobody listens.
enum ServiceManager {
    static func tellReady(status: String) { send("READY=1\nSTATUS=\(status)") }
    static func tellReloading() {
        // systemd wants to know when it began (sd_notify(3)).
        send("RELOADING=1\nMONOTONIC_USEC=\(Clocks.monotonicMicroseconds)")
    }
    static func tellStopping() { send("STOPPING=1") }
    static func feedWatchdog() { send("WATCHDOG=1") }

    /// How often systemd wants to hear of us, microseconds; `nil` when it does not.
    static var watchdogMicroseconds: UInt64? {
        var interval: UInt64 = 0
        return unsafe sd_watchdog_enabled(0, &interval) > 0 ? interval : nil
    }

    private static func send(_ state: String) { _ = unsafe sd_notify(0, state) }
}
