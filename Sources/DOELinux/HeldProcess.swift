internal import CLinux
internal import Glibc

/// A process held by a pidfd, so that it can be told whether a pid still means the same process.
public struct HeldProcess: Sendable {
    /// To be handed on; turns readable when the process ends.
    public let descriptor: Descriptor

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

    /// The process behind a descriptor that somebody gave, who may not mean well; `nil` where it is no pidfd.
    public init?(given descriptor: Descriptor) {
        self.descriptor = descriptor
        guard numberLine != nil else { return nil }
    }

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

    /// Waits until it has ended.
    public func waitForEnd() {
        var state = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&state, 1, -1) < 0, errno == EINTR {}
    }

    /// Its number here; `nil` where it has none any more, or is in a namespace that this process does not see into.
    public var number: Int32? { numberLine.flatMap { $0 > 0 ? $0 : nil } }

    /// What the kernel says of the descriptor: the number, -1 of a process that was reaped, 0 of one that is not seen
    /// from here (pidfd_open(2)); `nil` of what is no pidfd.
    private var numberLine: Int32? {
        guard let text = try? SmallText.read("/proc/self/fdinfo/\(descriptor.number)") else { return nil }
        return text.split(separator: "\n").first { $0.hasPrefix("Pid:\t") }.flatMap { Int32($0.dropFirst(5)) }
    }

    /// When it was started, CLOCK_BOOTTIME in microseconds.
    static func startTime(of pid: Int32) -> UInt64? {
        (try? SmallText.read("/proc/\(pid)/stat")).flatMap { ProcessStat($0) }?.started
    }
}
