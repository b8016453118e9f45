internal import CLinux
internal import Glibc

/// A counter that one thread raises and another waits for with `EventPoll` (eventfd).
public final class EventCounter: Sendable {
    /// What to wait for: readable while the counter is above 0.
    public let descriptor: Descriptor

    /// A counter at 0.
    public init() throws(LinuxError) {
        let number = clinux_eventfd()
        guard number >= 0 else { throw .last("eventfd", "an event counter") }
        descriptor = Descriptor(owning: number)
    }

    /// Wakes whoever waits.
    public func raise() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor.number, &one, 8)
    }

    /// Sets the counter back to 0.
    public func clear() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, 8)
    }
}
