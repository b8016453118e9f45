internal import DOEObjects

/// What was written to a mailbox's write register and not yet sent by GO, by whomever.
///
/// It has to tell apart a request that is written by one process for each access (`setpci`, `dd`) from two processes
/// that each write their own at the same time:
///
/// 1. If what was written since the last GO is a whole object, as its header says, then that is what the device got,
///    and the request, whoever wrote it; unless the thread that writes GO has a whole object too, and no part in that
///    one.
/// 2. Else, if what the thread that writes GO has written is a whole object, that is its request. What others have
///    written waits for their GO.
/// 3. Else nothing fits. If others wrote between this thread's first dword and its GO, its own dwords are taken, else
///    all since the last GO.
///
/// What cannot be told apart: two writers of which each starts a process for each access and whose dwords mix. They
/// are one request, as they are for the device.
struct PendingRequests {
    /// Dwords that one thread wrote, with none of others between them.
    private struct Piece {
        let thread: Int32
        var request: ObservedRequest
        /// Somebody else's GO came after it: the device has taken it, and whoever wrote it does not know.
        var isPassedOver = false
    }

    private var pieces: [Piece] = []
    private var kept = 0
    /// Where each thread's piece is, once too many turns were taken to keep their order; `nil` while it is kept.
    private var gathered: [Int32: Int]?

    var isEmpty: Bool { pieces.isEmpty }
    /// Pieces and dwords that are kept.
    var size: Int { pieces.count + kept }

    /// Takes a dword. What has to make room for it is given back.
    mutating func append(_ value: UInt32, _ access: ObservedAccess) -> [ObservedRequest] {
        let place: Int
        if let last = pieces.indices.last, pieces[last].thread == access.thread, !pieces[last].isPassedOver {
            place = last
            pieces[last].request.note(access)
        } else if let own = gathered?[access.thread], !pieces[own].isPassedOver {
            place = own
            pieces[own].request.note(access)
        } else {
            pieces.append(Piece(thread: access.thread, request: ObservedRequest(access)))
            place = pieces.count - 1
            gathered?[access.thread] = place
        }
        let hasRoom = kept < AssemblyLimits.keptDwords
        pieces[place].request.dwords.append(hasRoom ? value : nil)
        if hasRoom { kept += 1 }
        return pieces.count > AssemblyLimits.pieces ? makeRoom() : []
    }

    /// The request that this GO sends; what others have begun stays.
    mutating func send(_ access: ObservedAccess) -> ObservedRequest {
        let chosen = chosenPieces(for: access.thread)
        var request = ObservedRequest(access)
        var rest: [Piece] = []
        for (index, piece) in pieces.enumerated() {
            if chosen(index, piece) {
                request.append(piece.request)
            } else {
                rest.append(piece)
                rest[rest.count - 1].isPassedOver = true
            }
        }
        set(rest)
        request.lead(access)
        return request
    }

    /// All of it, put together as well as can be told without a GO.
    mutating func takeAll() -> [ObservedRequest] {
        defer { set([]) }
        return requests(of: pieces)
    }

    /// What has waited for too long.
    mutating func takeOverdue(at time: UInt64) -> [ObservedRequest] {
        guard let deadline, deadline <= time else { return [] }
        let overdue = overdueThreads(at: time)
        let isFreshOverdue = freshDeadline.map { $0 <= time } ?? false
        let taken = pieces.filter { $0.isPassedOver ? overdue.contains($0.thread) : isFreshOverdue }
        set(pieces.filter { !($0.isPassedOver ? overdue.contains($0.thread) : isFreshOverdue) })
        return requests(of: taken)
    }

    /// When something will have waited for too long.
    var deadline: UInt64? {
        let passedOver = lastTimes(ofPassedOver: true).values.min()
        return [freshDeadline, passedOver.map { $0.later(by: AssemblyLimits.untilGo) }].compactMap { $0 }.min()
    }

    /// Something may have been missed.
    mutating func doubt() {
        for index in pieces.indices { pieces[index].request.dwords.doubt() }
    }

    // MARK: Choosing

    private func chosenPieces(for thread: Int32) -> (Int, Piece) -> Bool {
        let fresh: (Int, Piece) -> Bool = { _, piece in !piece.isPassedOver }
        let own: (Int, Piece) -> Bool = { _, piece in piece.thread == thread }
        let isOwnWhole = isWhole(own)
        // What is whole without this thread's part is somebody else's, who will write a GO of his own.
        let isOthersOnly = isOwnWhole && !pieces.contains { $0.thread == thread && !$0.isPassedOver }
        if gathered == nil, !isOthersOnly, isWhole(fresh) { return fresh }
        if isOwnWhole { return own }
        guard let first = pieces.firstIndex(where: { $0.thread == thread }) else { return fresh }
        let hasOthersBehind = pieces[first...].contains { $0.thread != thread }
        return hasOthersBehind || pieces[first].isPassedOver ? own : fresh
    }

    private func isWhole(_ isChosen: (Int, Piece) -> Bool) -> Bool {
        var (count, head) = (0, DwordList())
        for (index, piece) in pieces.enumerated() where isChosen(index, piece) {
            count += piece.request.dwords.count
            for dword in piece.request.dwords.kept.prefix(2 - min(2, head.count)) { head.append(dword) }
        }
        return head.header?.lengthInDwords == count
    }

    /// Those that nobody's GO has passed over are one request, unless two threads took turns; of the others each
    /// thread's.
    private func requests(of pieces: [Piece]) -> [ObservedRequest] {
        let fresh = pieces.filter { !$0.isPassedOver }
        let isOne = gathered == nil && !Self.takesTurns(fresh.map(\.thread))
        var requests: [ObservedRequest] = []
        var places: [Int32: Int] = [:]
        for piece in pieces {
            // No thread has the number -1.
            let key = isOne && !piece.isPassedOver ? -1 : piece.thread
            if let place = places[key] {
                requests[place].append(piece.request)
            } else {
                places[key] = requests.count
                requests.append(piece.request)
            }
        }
        return requests
    }

    /// Whether two of them wrote between each other's dwords.
    private static func takesTurns(_ threads: [Int32]) -> Bool {
        var turns: [Int32: Int] = [:]
        for thread in threads { turns[thread, default: 0] += 1 }
        // Those that have begun, each within the one before it.
        var begun: [Int32] = []
        var hasBegun: Set<Int32> = []
        for thread in threads {
            turns[thread, default: 0] -= 1
            if hasBegun.insert(thread).inserted { begun.append(thread) }
            while let other = begun.last, other != thread {
                if turns[other, default: 0] > 0 { return true }
                begun.removeLast()
                hasBegun.remove(other)
            }
        }
        return false
    }

    // MARK: Time and room

    private var freshDeadline: UInt64? {
        lastTimes(ofPassedOver: false).values.max().map { $0.later(by: AssemblyLimits.untilGo) }
    }

    private func overdueThreads(at time: UInt64) -> Set<Int32> {
        Set(lastTimes(ofPassedOver: true).filter { $0.value.later(by: AssemblyLimits.untilGo) <= time }.keys)
    }

    /// When each thread with such pieces wrote its last dword.
    private func lastTimes(ofPassedOver isPassedOver: Bool) -> [Int32: UInt64] {
        var times: [Int32: UInt64] = [:]
        for piece in pieces where piece.isPassedOver == isPassedOver {
            times[piece.thread] = max(times[piece.thread] ?? 0, piece.request.ended)
        }
        return times
    }

    /// Gathers what each thread wrote, and gives back the oldest where that is still too much.
    private mutating func makeRoom() -> [ObservedRequest] {
        var (rest, places) = ([Piece](), [Int32: Int]())
        for piece in pieces {
            if let place = places[piece.thread] {
                rest[place].request.append(piece.request)
                rest[place].isPassedOver = rest[place].isPassedOver && piece.isPassedOver
            } else {
                places[piece.thread] = rest.count
                rest.append(piece)
            }
        }
        gathered = places
        let surplus = max(0, rest.count - AssemblyLimits.pieces / 2)
        let requests = rest[..<surplus].map(\.request)
        set(Array(rest[surplus...]))
        return requests
    }

    private mutating func set(_ pieces: [Piece]) {
        self.pieces = pieces
        kept = pieces.reduce(0) { $0 + $1.request.dwords.kept.count }
        if pieces.isEmpty { gathered = nil }
        guard gathered != nil else { return }
        let places = pieces.enumerated().map { ($0.element.thread, $0.offset) }
        gathered = Dictionary(places) { _, last in last }
    }
}
