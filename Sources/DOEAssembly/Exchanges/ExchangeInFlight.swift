internal import DOEWords

/// An exchange whose GO was written, while its response is being taken.
struct ExchangeInFlight {
    let thread: Int32
    private let sent: UInt64
    private(set) var request: ObservedRequest
    private var response = DwordList()
    private var lastAccess: UInt64
    private var isTakenByItsThread = false

    init(_ request: ObservedRequest, sentBy access: ObservedAccess) {
        self.request = request
        thread = access.thread
        sent = access.time
        lastAccess = access.time
    }

    /// Whether nothing of its response was taken.
    var isUntouched: Bool { response.count == 0 }

    /// Somebody looked at the mailbox.
    mutating func look(at time: UInt64) { lastAccess = max(lastAccess, time) }

    /// A dword of the response was taken; `nil` where nobody knows its value.
    mutating func take(_ value: UInt32?, _ access: ObservedAccess) {
        response.append(value)
        request.note(access)
        isTakenByItsThread = isTakenByItsThread || access.thread == thread
        look(at: access.time)
    }

    /// Whether all was taken that the response's header announces.
    var isDone: Bool { response.announced.map { response.count >= $0 } ?? false }

    /// Whether it counts as done when nothing more comes: its header was taken, and its length is not known.
    var isDoneWhenQuiet: Bool { response.count >= 2 && response.announced == nil }

    /// Whether it is over because this thread asks anew: who does has all of the last answer that it wants. Whoever
    /// takes its own response does so with one thread.
    func isDone(before thread: Int32) -> Bool {
        isDoneWhenQuiet && (thread == self.thread || !isTakenByItsThread)
    }

    var deadline: UInt64 {
        let wait = isDoneWhenQuiet ? AssemblyLimits.quietResponse : AssemblyLimits.untilNextAccess
        return min(lastAccess.later(by: wait), max(lastAccess, sent.later(by: AssemblyLimits.untilResponse)))
    }

    /// How it ends if nothing more comes.
    var ending: ObservedExchange.Ending { isDone || isDoneWhenQuiet ? .done : .abandoned }

    /// The dwords that were taken; `nil` where one of them was not seen, or reads are not shown at all.
    func values(showsReads: Bool) -> [UInt32]? { response.lacksSome || !showsReads ? nil : response.kept }

    /// Dwords that are kept.
    var size: Int { request.dwords.kept.count + response.kept.count }

    mutating func doubt() { response.doubt() }
}
