internal import DOEObjects
internal import DOEWords

/// Reads a response out of the read mailbox, dword by dword, and empties the mailbox of what nobody wants. Between
/// two looks at the status it asks for several dwords in a step.
///
/// Pure, as the machine around it. A device may lie about vendor, type and length: nothing is believed but the ready
/// bit, which is looked at every 64 dwords, before the last dword is acknowledged (as Linux does) and after it.
struct ResponseReader: Sendable {
    /// How it ended.
    enum End: Sendable, Hashable {
        /// A whole object of the expected vendor and type, and the mailbox is empty.
        case object(DataObject)
        /// Not such an object. Where the mailbox is not empty, only an abort makes it so.
        case malformed(String, isEmpty: Bool)
        /// The error bit was set.
        case error(MailboxStatus)
        /// The function has gone.
        case gone
        /// The dwords came too slowly.
        case slow
        /// An answer came that was not asked for.
        case outOfTurn
    }

    typealias Action = MailboxAction<End>

    private enum State {
        case new
        case reading
        /// So many dwords.
        case taking(Int)
        case checking
        case acknowledging
        case finishing
        case drainLooking
        case draining
        case confirming(MailboxStatus)
    }

    /// Between two looks at the ready bit, so that a short response that claims to be long is found out early.
    private static let dwordsBetweenLooks = 64
    /// How often ready may still show after the last dword, for a device that clears it a moment late.
    private static let lateLooks = 3

    private let request: ObjectHeader
    private var state = State.new
    /// What was read so far; whole dwords.
    private var bytes: [UInt8] = []
    private var firstDword: UInt32 = 0
    private var announcedLength = ObjectHeader.maximumLengthInDwords
    private var acknowledged = 0
    private var looksAfterLast = 0
    private var problem: String?
    private var drainEnd: UInt64 = 0
    private var start: UInt64 = 0

    /// A reader for the response to this request, once the ready bit was seen.
    init(for request: DataObject) {
        self.request = request.header
    }

    /// The next action, after the last one's answer at a monotonic time in microseconds.
    mutating func next(_ event: MailboxEvent, at now: UInt64) -> Action {
        switch (state, event) {
        case (.new, .began):
            start = now
            return read()
        case (.reading, .value(let dword)): return took(dword, at: now)
        case (.taking(let count), .dwords(let dwords)) where dwords.count == count: return took(dwords, at: now)
        case (.checking, .value(let status)): return checked(MailboxStatus(rawValue: status))
        case (.acknowledging, .done): return acknowledgedDword(at: now)
        case (.finishing, .value(let status)): return looked(afterLast: MailboxStatus(rawValue: status), at: now)
        case (.drainLooking, .value(let status)): return looked(whileDraining: MailboxStatus(rawValue: status), at: now)
        case (.draining, .done):
            acknowledged += 1
            return look(.drainLooking)
        case (.confirming(let status), .value(let ids)):
            if ids == .max { return .finish(.gone) }
            return .finish(problem.map { .malformed($0, isEmpty: false) } ?? .error(status))
        default: return .finish(.outOfTurn)
        }
    }

    private var dwordsRead: Int { bytes.count / 4 }

    private mutating func read() -> Action {
        state = .reading
        return .read(.readMailbox)
    }

    /// What need not be looked at dword by dword is taken in few steps: all but the header, the last dword, and the
    /// one before which the status is looked at.
    private mutating func readOn() -> Action {
        let next = min(announcedLength, (dwordsRead / Self.dwordsBetweenLooks + 1) * Self.dwordsBetweenLooks)
        let count = min(next - 1 - dwordsRead, MailboxTiming.dwordsInStep)
        guard dwordsRead >= 2, count > 0 else { return read() }
        state = .taking(count)
        return .take(count)
    }

    private mutating func look(_ next: State) -> Action {
        state = next
        return .read(.status)
    }

    private mutating func acknowledge() -> Action {
        state = .acknowledging
        return .write(.readMailbox, 0)
    }

    private mutating func confirm(_ status: MailboxStatus) -> Action {
        state = .confirming(status)
        return .readIDs
    }

    private mutating func took(_ dword: UInt32, at now: UInt64) -> Action {
        bytes += [dword].littleEndianBytes
        if dwordsRead == 1 { firstDword = dword }
        if dwordsRead == 2, let problem = readHeader(dword) { return drain(because: problem, at: now) }
        if dwordsRead == announcedLength || dwordsRead.isMultiple(of: Self.dwordsBetweenLooks) {
            return look(.checking)
        }
        return acknowledge()
    }

    private mutating func took(_ dwords: [UInt32], at now: UInt64) -> Action {
        bytes += dwords.littleEndianBytes
        acknowledged += dwords.count
        return goOn(at: now)
    }

    /// What is wrong with the header, once its second dword is here.
    private mutating func readHeader(_ dword1: UInt32) -> String? {
        guard let header = ObjectHeader(dword0: firstDword, dword1: dword1) else {
            return "a response with a length of 1 dword, which cannot hold its header"
        }
        if let problem = header.misfit(to: request) { return problem }
        announcedLength = header.lengthInDwords
        bytes.reserveCapacity(header.lengthInBytes)
        return nil
    }

    /// The status before a dword is acknowledged.
    private mutating func checked(_ status: MailboxStatus) -> Action {
        if status.isAllOnes { return confirm(status) }
        if status.contains(.error) { return .finish(.error(status)) }
        guard status.contains(.dataObjectReady) else {
            return .finish(
                .malformed(
                    "a response that announced \(announcedLength) dwords and ended before dword \(dwordsRead)",
                    isEmpty: true))
        }
        return acknowledge()
    }

    private mutating func acknowledgedDword(at now: UInt64) -> Action {
        acknowledged += 1
        return dwordsRead == announcedLength ? look(.finishing) : goOn(at: now)
    }

    private mutating func goOn(at now: UInt64) -> Action {
        now &- start < MailboxTiming.transferLimit(dwords: announcedLength) ? readOn() : .finish(.slow)
    }

    private mutating func looked(afterLast status: MailboxStatus, at now: UInt64) -> Action {
        if status.isAllOnes { return confirm(status) }
        if status.contains(.error) { return .finish(.error(status)) }
        if status.contains(.dataObjectReady) {
            looksAfterLast += 1
            if looksAfterLast <= Self.lateLooks { return look(.finishing) }
            return drain(because: "a response longer than the \(announcedLength) dwords that it announced", at: now)
        }
        do {
            return .finish(.object(try DataObject(bytes: bytes)))
        } catch {
            return .finish(.malformed("a response that is no object: \(error.problem)", isEmpty: true))
        }
    }

    private mutating func drain(because problem: String, at now: UInt64) -> Action {
        self.problem = problem
        drainEnd = now &+ MailboxTiming.drainLimit
        return look(.drainLooking)
    }

    private mutating func looked(whileDraining status: MailboxStatus, at now: UInt64) -> Action {
        if status.isAllOnes { return confirm(status) }
        let problem = problem ?? "a malformed response"
        if status.contains(.error) { return .finish(.malformed(problem, isEmpty: false)) }
        guard status.contains(.dataObjectReady) else { return .finish(.malformed(problem, isEmpty: true)) }
        guard acknowledged < ObjectHeader.maximumLengthInDwords, now < drainEnd else {
            return .finish(.malformed("\(problem), and it did not end", isEmpty: false))
        }
        state = .draining
        return .write(.readMailbox, 0)
    }
}
