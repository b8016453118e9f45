internal import CSystemd
internal import DOELinux
internal import Synchronization

/// What systemd is told (sd_notify(3)); without systemd nobody listens.
///
/// By a thread of its own, one thing after the other: sd_notify waits while the manager does not read, and its socket
/// holds few messages (net.unix.max_dgram_qlen, ten by the kernel's default). Neither a reload nor the server's loop
/// may wait for whoever listens there.
final class ServiceManager: Sendable {
    private let worker: SerialWorker
    private let socket = NotifySocket()
    private let feedWaits = Atomic(false)

    init() throws(LinuxError) { worker = try SerialWorker(name: "doe-notify") }

    func tellReady(status: String) { send("READY=1\nSTATUS=\(status)") }

    func tellReloading() {
        // systemd wants to know when it began (sd_notify(3)).
        send("RELOADING=1\nMONOTONIC_USEC=\(Clocks.monotonicMicroseconds)")
    }

    func tellStopping() { send("STOPPING=1") }

    /// Lines for standard error, which is journald's and may have to wait as well.
    func complain(_ lines: [String]) { worker.perform { lines.forEach { DOEAuditDaemon.complain($0) } } }

    /// One that waits to be told is enough.
    func feedWatchdog() {
        guard !feedWaits.exchange(true, ordering: .relaxed) else { return }
        worker.perform { [self] in
            feedWaits.store(false, ordering: .relaxed)
            say("WATCHDOG=1")
        }
    }

    /// How often systemd wants to hear of us, microseconds; `nil` when it does not.
    static var watchdogMicroseconds: UInt64? {
        var interval: UInt64 = 0
        return unsafe sd_watchdog_enabled(0, &interval) > 0 ? interval : nil
    }

    /// Tells nothing more. What waits is still told, as long as somebody listens.
    func close(withinMicroseconds limit: UInt64) {
        worker.close()
        _ = worker.join(withinMicroseconds: limit)
    }

    private func send(_ state: String) { worker.perform { [self] in say(state) } }

    private func say(_ state: String) {
        if let socket { socket.send(state) } else { _ = unsafe sd_notify(0, state) }
    }
}
