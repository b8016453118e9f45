internal import DOELinux
internal import DOEWords
internal import PCIConfig

/// Learns who opens what is watched, on a thread that does nothing else: who writes four bytes and ends is gone before
/// a busy thread has looked.
final class OpenListener: Sendable {
    private let notices: OpenNotices
    private let stop: WakeEvent
    private let thread: WorkerThread

    private enum Token: UInt64 {
        case stop
        case notices
    }

    /// Begins; nothing is watched yet.
    init(_ notices: OpenNotices, _ book: ProcessBook) throws(LinuxError) {
        let (stop, poll) = (try WakeEvent(), try EventPoll())
        try poll.add(stop.descriptor, .readable, token: Token.stop.rawValue)
        try poll.add(notices.descriptor, .readable, token: Token.notices.rawValue)
        self.notices = notices
        self.stop = stop
        thread = try WorkerThread(name: "doe-opens") {
            while let events = try? poll.wait(milliseconds: nil),
                !events.contains(where: { $0.token == Token.stop.rawValue })
            {
                while let batch = try? notices.read(), !batch.isEmpty {
                    // Where notices were lost, who they were about is looked up when his writes are read, or stays
                    // unknown.
                    for case .opened(let process, let held) in batch { book.opened(by: process, life: held) }
                }
            }
        }
    }

    /// Learns who opens this function's files from now on. Not all of them may be there.
    func add(_ function: FunctionAddress, on host: PCIHost) {
        let domain = function.domain == 0 ? "" : "\(function.domain.hex(digits: 4)):"
        let name = "\(function.device.hex(digits: 2)).\(function.function)"
        try? notices.add("\(host.function(function).directory)/config")
        try? notices.add("/proc/bus/pci/\(domain)\(function.bus.hex(digits: 2))/\(name)")
    }

    /// Ends the thread; once.
    func end() {
        stop.signal()
        thread.join()
    }
}
