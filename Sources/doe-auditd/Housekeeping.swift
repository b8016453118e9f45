internal import DOELinux
internal import DOEMonitor
internal import DOEProxy

/// What the server's loop does besides serving: it feeds the watchdog, and so shows that it turns, and has leases ended
/// that are over. Nothing here may wait for a disk. Without a watchdog and a lease an idle daemon sleeps for ever.
final class Housekeeping: LoopDuty {
    /// How long a lease may be over before that is on record; the gatekeeper does not wait for it.
    private static let leaseInterval: UInt64 = 2_000_000

    private let monitor: Monitor
    private let standIn: StandIn
    private let serviceManager: ServiceManager
    private let beat = ServiceManager.watchdogMicroseconds.map { $0 / 2 }
    private var nextBeat: UInt64 = 0
    private var nextLook: UInt64 = 0

    init(monitor: Monitor, standIn: StandIn, serviceManager: ServiceManager) {
        self.monitor = monitor
        self.standIn = standIn
        self.serviceManager = serviceManager
    }

    func perform() -> UInt64? {
        let now = Clocks.monotonicMicroseconds
        if let beat, now >= nextBeat {
            serviceManager.feedWatchdog()
            nextBeat = now + beat
        }
        let isLeased = !monitor.leases.isEmpty
        if isLeased, now >= nextLook {
            standIn.perform { [monitor] in monitor.lookAfterLeases() }
            nextLook = now + Self.leaseInterval
        }
        return [beat == nil ? nil : nextBeat, isLeased ? nextLook : nil].compactMap(\.self).min()
    }
}
