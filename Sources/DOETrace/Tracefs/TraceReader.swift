internal import DOELinux
internal import DOEWords
internal import Glibc
internal import SystemPackage

/// The trace buffers of all processors, read without ever waiting.
final class TraceReader {
    /// One processor's buffer.
    private struct Buffer {
        let processor: Int
        let descriptor: Descriptor
        /// What the kernel counts of it (`stats`).
        let statistics: Descriptor
        /// Whether the poll waits for it; one of a processor that was never there has nothing to wait for.
        var isPolled = false
        var lost = GrowingCount()
        /// How many events we have read since the buffer was emptied; `nil` where a page could not be counted.
        var eventsRead: UInt64?
    }

    private var buffers: [Buffer]
    private var page: [UInt8]
    private let countEvents: (RawSpan) -> Int?

    /// Of these, which are open. `before` is how many events of each were read before this one reads: in their order,
    /// none where nobody read. `pageSize` is what one read takes: a page of the ring buffer, bytes. `countEvents` tells
    /// how many events are in one.
    init(
        of buffers: [(processor: Int, pages: Descriptor, statistics: Descriptor)], readBefore before: [UInt64] = [],
        pageSize: Int, countEvents: @escaping (RawSpan) -> Int?
    ) {
        self.buffers = buffers.enumerated().map { index, buffer in
            Buffer(
                processor: buffer.processor, descriptor: buffer.pages, statistics: buffer.statistics,
                eventsRead: before.indices.contains(index) ? before[index] : 0)
        }
        page = [UInt8](repeating: 0, count: pageSize)
        self.countEvents = countEvents
    }

    /// Has a poll wait for events, all with one token. To be called again now and then: a processor that came later
    /// has a buffer only from then on.
    func wait(in poll: EventPoll, token: UInt64) throws(LinuxError) {
        for index in buffers.indices where !buffers[index].isPolled {
            guard buffers[index].descriptor.hasBuffer else { continue }
            try poll.add(buffers[index].descriptor, .readable, token: token)
            buffers[index].isPolled = true
        }
    }

    /// Stops waiting.
    func stopWaiting(in poll: EventPoll) {
        for index in buffers.indices where buffers[index].isPolled {
            poll.remove(buffers[index].descriptor)
            buffers[index].isPolled = false
        }
    }

    /// Closes them: an instance cannot be removed while its buffers are open.
    func close() { buffers = [] }

    /// Reads whole pages from each processor's buffer, as many as are there but at most `limit` of each, and hands
    /// them over with the processor's number. Returns whether more may be there.
    func pass(limit: Int, _ body: (_ page: RawSpan, _ processor: Int) -> Void) throws(LinuxError) -> Bool {
        var isMore = false
        for index in buffers.indices {
            var count = 0
            while count < limit, let bytes = try read(buffers[index]) {
                let events = unsafe countEvents(page.span.bytes.extracting(0..<bytes))
                let before = buffers[index].eventsRead
                buffers[index].eventsRead = before.flatMap { before in events.map { before &+ UInt64($0) } }
                unsafe body(page.span.bytes.extracting(0..<bytes), buffers[index].processor)
                count += 1
            }
            if count == limit { isMore = true }
        }
        return isMore
    }

    /// How many events each processor's buffer has lost until now.
    func lost() throws(LinuxError) -> [Int: UInt64] {
        var lost: [Int: UInt64] = [:]
        for index in buffers.indices {
            buffers[index].lost.update(try Self.statistics(buffers[index]).lost)
            lost[buffers[index].processor] = buffers[index].lost.total
        }
        return lost
    }

    /// What others have done to the buffers: the kernel counts all events that were read, and we count ours.
    func damage() throws(LinuxError) -> [ProbeDamage] {
        var damage: [ProbeDamage] = []
        for index in buffers.indices {
            let processor = buffers[index].processor
            let read = try Self.statistics(buffers[index]).read
            if let ours = buffers[index].eventsRead {
                if read > ours { damage.append(.readByOthers(processor: processor, events: read - ours)) }
                if read < ours { damage.append(.emptied(processor: processor)) }
            }
            buffers[index].eventsRead = read
        }
        return damage
    }

    private static func statistics(_ buffer: Buffer) throws(LinuxError) -> TraceStatistics {
        let subject = "what the kernel counts of the trace buffer of processor \(buffer.processor)"
        let text = try buffer.statistics.read(statisticsSize, at: 0, subject: subject)
        return TraceStatistics(String(decoding: text, as: UTF8.self))
    }

    /// More than the nine lines that it has.
    private static let statisticsSize = 4096

    /// Whether an error says that there is nothing to read now. A processor that was never there since the boot has
    /// no buffer (ENODEV), and may get one.
    static func meansNothingThere(_ error: Int32) -> Bool { error == EAGAIN || error == ENODEV }

    /// The bytes of the next page, which is in `page` then; `nil` where there is none now.
    private func read(_ buffer: Buffer) throws(LinuxError) -> Int? {
        while true {
            let count = unsafe Glibc.read(buffer.descriptor.number, &page, page.count)
            if count > 0 { return count }
            if count == 0 || Self.meansNothingThere(errno) { return nil }
            guard errno == EINTR else {
                throw .last("read", "the trace buffer of processor \(buffer.processor)")
            }
        }
    }
}

extension Descriptor {
    /// Whether there is something to wait for: the kernel reports an error at once where there is none.
    fileprivate var hasBuffer: Bool {
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&request, 1, 0) < 1 || request.revents & Int16(POLLERR) == 0
    }
}
