internal import CLinux
internal import Glibc

/// A process held by a pidfd, so that it can be told whether a pid still means the same process.
public struct HeldProcess: Sendable {
    private let descriptor: Descriptor

    /// The process that connected a Unix socket: SO_PEERPIDFD from Linux 6.5, else pidfd_open with a check of its
    /// start.
    ///
    /// Before 6.5 the check is against a time that lies behind the connecting, mostly that of accept, so a number
    /// could have passed to another process in between. A process that ends closes its connection: while that is
    /// open, the number is still its own, unless it has left the connection to another process.
    public init?(of socket: Descriptor, pid: Int32, startedBefore boottimeMicroseconds: UInt64) {
        let peer = clinux_peer_pidfd(socket.number)
        self.init(peerDescriptor: peer, error: errno, of: socket, pid: pid, startedBefore: boottimeMicroseconds)
    }

    /// The process that connected a Unix socket, which never waits; `nil` before Linux 6.5, and where it was reaped.
    public init?(connectedTo socket: Descriptor) {
        let peer = clinux_peer_pidfd(socket.number)
        guard peer >= 0 else { return nil }
        descriptor = Descriptor(owning: peer)
    }

    /// The process behind a descriptor that the kernel gave.
    init(owning descriptor: Descriptor) { self.descriptor = descriptor }

    /// The process that has this number now; `nil` where none has, or it has ended.
    public init?(of process: Int32) {
        let opened = clinux_pidfd_open(process)
        guard opened >= 0 else { return nil }
        descriptor = Descriptor(owning: opened)
        guard isAlive else { return nil }
    }

    /// From what SO_PEERPIDFD answered.
    ///
    /// Only a kernel that does not know the option is a reason to go by the number: any other error says that the
    /// peer has gone, and the number may already be somebody else's.
    init?(
        peerDescriptor: Int32, error: Int32, of socket: Descriptor, pid: Int32,
        startedBefore boottimeMicroseconds: UInt64
    ) {
        if peerDescriptor >= 0 {
            descriptor = Descriptor(owning: peerDescriptor)
            return
        }
        guard error == ENOPROTOOPT else { return nil }
        let opened = clinux_pidfd_open(pid)
        guard opened >= 0 else { return nil }
        descriptor = Descriptor(owning: opened)
        guard let started = Self.startTime(of: pid), started <= boottimeMicroseconds, isAlive,
            !socket.isHungUp
        else { return nil }
    }

    /// Whether it still runs: a pidfd turns readable when its process ends.
    public var isAlive: Bool {
        var state = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&state, 1, 0) == 0
    }

    /// When it was started, CLOCK_BOOTTIME in microseconds.
    static func startTime(of pid: Int32) -> UInt64? {
        (try? SmallText.read("/proc/\(pid)/stat")).flatMap { ProcessStat($0) }?.started
    }
}
