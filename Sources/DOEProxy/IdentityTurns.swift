/// Whose identity is learned next, and by how many threads: users take turns, and none of them takes all threads. Pure.
///
/// A thread that takes too long is given up, and another one starts in its place, as long as few are. So who makes threads
/// hang, which nobody should be able to, soon stays unknown, and only he; where many hang, all do but root.
struct IdentityTurns {
    /// Threads that do not hang.
    static let threads = 4
    /// Of one user at a time, hanging ones too.
    static let perUser = 2
    /// Hanging threads that are replaced.
    static let hanging = 8

    private var waiting: [UInt32: ArraySlice<UInt64>] = [:]
    /// The users with something waiting, whose turn is next first.
    private var turns: [UInt32] = []
    private var underWay: [UInt64: UInt32] = [:]
    private var givenUp: Set<UInt64> = []
    /// How many threads there are.
    private(set) var threadCount = Self.threads

    /// How many threads hang.
    var hangingCount: Int { givenUp.count }

    /// Puts one at the end of its user's queue; `false` where it would not be learned: the user's threads hang, or too many.
    mutating func add(_ number: UInt64, of uid: UInt32) -> Bool {
        let hanging = givenUp.count { underWay[$0] == uid }
        guard hanging < Self.perUser, uid == 0 || givenUp.count < Self.hanging else { return false }
        if waiting[uid] == nil { turns.append(uid) }
        waiting[uid, default: []].append(number)
        return true
    }

    /// The next one, which is under way then; `nil` where none waits, or none whose user may have another one now.
    mutating func next() -> UInt64? {
        guard let place = turns.firstIndex(where: { uid in underWay.values.count { $0 == uid } < Self.perUser }) else {
            return nil
        }
        let uid = turns.remove(at: place)
        guard let number = waiting[uid]?.popFirst() else { return nil }
        if waiting[uid]?.isEmpty == false { turns.append(uid) } else { waiting[uid] = nil }
        underWay[number] = uid
        return number
    }

    /// It has been learned; `false` where the thread is to end, since another one has its place.
    mutating func ended(_ number: UInt64) -> Bool {
        underWay[number] = nil
        guard givenUp.remove(number) != nil, threadCount - givenUp.count > Self.threads else { return true }
        threadCount -= 1
        return false
    }

    /// Nobody wants it any more; `true` where a thread is to be started in place of the one that hangs.
    mutating func giveUp(_ number: UInt64) -> Bool {
        if underWay[number] == nil { forget(number) }
        return isLate(number)
    }

    /// Nobody wants it, though it does not take too long yet; `true` where a thread is at it, which may.
    mutating func isUnwanted(_ number: UInt64) -> Bool {
        guard underWay[number] == nil else { return true }
        forget(number)
        return false
    }

    /// It takes too long: its thread, if it has one, counts as one that hangs; `true` where another is to be started
    /// in its place.
    mutating func isLate(_ number: UInt64) -> Bool {
        guard underWay[number] != nil else { return false }
        guard givenUp.insert(number).inserted, givenUp.count <= Self.hanging else { return false }
        threadCount += 1
        return true
    }

    /// There is no thread in the place of the one that hangs.
    mutating func threadDidNotStart() { threadCount -= 1 }

    private mutating func forget(_ number: UInt64) {
        for (uid, queue) in waiting {
            guard let place = queue.firstIndex(of: number) else { continue }
            waiting[uid]?.remove(at: place)
            guard waiting[uid]?.isEmpty == true else { return }
            waiting[uid] = nil
            turns.removeAll { $0 == uid }
            return
        }
    }
}
