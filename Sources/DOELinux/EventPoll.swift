internal import CLinux
internal import Glibc

/// Waiting for many descriptors at once (epoll, level-triggered).
public final class EventPoll: Sendable {
    /// What to wait for, and what happened: epoll's own bits.
    public struct Interest: OptionSet, Sendable {
        /// EPOLLIN and friends.
        public let rawValue: UInt32
        /// Bits as they are.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Bytes or a connection wait.
        public static let readable = Self(rawValue: 0x001)
        /// There is room to write.
        public static let writable = Self(rawValue: 0x004)
        /// An error; always reported.
        public static let error = Self(rawValue: 0x008)
        /// The other end has gone; always reported.
        public static let hangup = Self(rawValue: 0x010)
    }

    /// One descriptor's news.
    public struct Event: Sendable {
        /// The token given with `add`.
        public let token: UInt64
        /// What happened.
        public let what: Interest
    }

    private let descriptor: Descriptor

    /// A poll that waits for nothing yet.
    public init() throws(LinuxError) {
        let number = clinux_epoll_create()
        guard number >= 0 else { throw .last("epoll_create1", "an event poll") }
        descriptor = Descriptor(owning: number)
    }

    /// Waits for a descriptor from now on; its events come back with the token.
    public func add(_ other: Descriptor, _ interest: Interest, token: UInt64) throws(LinuxError) {
        guard clinux_epoll_add(descriptor.number, other.number, interest.rawValue, token) == 0 else {
            throw .last("epoll_ctl", "descriptor \(other.number)")
        }
    }

    /// Changes what is waited for; the empty interest still reports errors and hang-ups.
    public func modify(_ other: Descriptor, _ interest: Interest, token: UInt64) throws(LinuxError) {
        guard clinux_epoll_modify(descriptor.number, other.number, interest.rawValue, token) == 0 else {
            throw .last("epoll_ctl", "descriptor \(other.number)")
        }
    }

    /// Stops waiting for a descriptor.
    public func remove(_ other: Descriptor) {
        _ = clinux_epoll_remove(descriptor.number, other.number)
    }

    /// Waits until something happens; `nil` waits for ever. An interrupted wait returns no events.
    public func wait(milliseconds: Int32?) throws(LinuxError) -> [Event] {
        var tokens = [UInt64](repeating: 0, count: 64)
        var bits = [UInt32](repeating: 0, count: 64)
        let count = unsafe clinux_epoll_wait(descriptor.number, &tokens, &bits, 64, milliseconds ?? -1)
        guard count >= 0 else {
            if errno == EINTR { return [] }
            throw .last("epoll_wait", "an event poll")
        }
        return (0..<Int(count)).map { Event(token: tokens[$0], what: Interest(rawValue: bits[$0])) }
    }
}
