internal import DOEObjects
internal import DOEWords

/// The dwords of a request, and who wrote them.
struct ObservedRequest: Hashable {
    var dwords = DwordList()
    private(set) var threads: [Int32] = []
    /// When the first of the threads wrote.
    private(set) var named: UInt64
    private(set) var began: UInt64
    private(set) var ended: UInt64
    private(set) var way: AccessWay

    init(_ access: ObservedAccess) {
        named = access.time
        began = access.time
        ended = access.time
        way = access.way
        threads = [access.thread]
    }

    /// Counts an access in.
    mutating func note(_ access: ObservedAccess) {
        ended = max(ended, access.time)
        noteThread(access.thread)
        note(access.way)
    }

    /// Puts another one's dwords behind these.
    mutating func append(_ other: ObservedRequest) {
        dwords.append(other.dwords)
        began = min(began, other.began)
        ended = max(ended, other.ended)
        other.threads.forEach { noteThread($0) }
        note(other.way)
    }

    /// Names first the thread that did this.
    mutating func lead(_ access: ObservedAccess) {
        named = access.time
        threads.removeAll { $0 == access.thread }
        threads.insert(access.thread, at: 0)
        if threads.count > AssembledObservation.mostThreads { threads.removeLast() }
    }

    /// What is asked for; `nil` where fewer than two dwords were seen.
    var object: ObjectID? {
        guard dwords.count >= 2, let first = dwords.kept.first else { return nil }
        // Whatever length follows: it was asked for.
        return ObjectHeader(dword0: first, dword1: 2)?.object
    }

    private mutating func noteThread(_ thread: Int32) {
        guard threads.count < AssembledObservation.mostThreads, !threads.contains(thread) else { return }
        threads.append(thread)
    }

    /// Of a guest and somebody on the host the latter is the louder one.
    private mutating func note(_ other: AccessWay) {
        if way == .vfio || way == .unknown { way = other == .vfio ? way : other }
    }
}
