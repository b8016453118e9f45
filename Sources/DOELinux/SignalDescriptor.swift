internal import CLinux
internal import Glibc

/// Signals as a descriptor (signalfd). Make it before any thread starts: threads inherit the blocked set.
public final class SignalDescriptor: Sendable {
    /// What to wait for.
    public let descriptor: Descriptor

    /// Blocks these signals in the calling thread and takes them as events.
    public init(_ signals: [Int32]) throws(LinuxError) {
        let number = unsafe clinux_signalfd(signals, signals.count)
        guard number >= 0 else { throw .last("signalfd", "signals") }
        descriptor = Descriptor(owning: number)
    }

    /// The next signal that waits; `nil` when none does.
    public func next() -> Int32? {
        let signal = clinux_signalfd_read(descriptor.number)
        return signal > 0 ? signal : nil
    }
}
