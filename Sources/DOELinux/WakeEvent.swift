internal import CLinux
internal import Glibc
internal import SystemPackage

/// Wakes a thread that waits, from any other thread (an eventfd). A signal that comes before the wait is not lost.
public final class WakeEvent: Sendable {
    /// For a thread that waits for other descriptors too; readable when signalled.
    public let descriptor: Descriptor

    /// Makes an event that is not signalled.
    public init() throws(LinuxError) {
        let number = clinux_eventfd()
        guard number >= 0 else { throw LinuxError.last("eventfd", "a wake event") }
        descriptor = Descriptor(owning: number)
    }

    /// Wakes the waiting thread, or lets its next wait return at once.
    public func signal() {
        var one: UInt64 = 1
        // It can only fail when the counter is full, and then the event is signalled already.
        _ = unsafe write(descriptor.number, &one, 8)
    }

    /// Takes a signal, if there is one; does not wait.
    public func clear() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, 8)
    }

    /// Waits for a signal and takes it; returns after `microseconds` without one, never where that is `nil`.
    public func wait(microseconds: UInt64?) {
        var request = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        // Rounded up: a wait that ends a little early would make its caller spin.
        let timeout = microseconds.map { Int32(clamping: $0 / 1000 + ($0 % 1000 == 0 ? 0 : 1)) } ?? -1
        if unsafe poll(&request, 1, timeout) > 0 { clear() }
    }
}
