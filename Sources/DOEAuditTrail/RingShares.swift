/// Who holds how many of the ring's slots, and who may have one more. Pure; each question costs the same however full
/// the ring is.
///
/// Three limits: some slots are kept for the daemon's own events. A person or a service may hold a share. And those
/// who are not root leave one share untouched, root's, and each of them at least as much as he holds himself to all
/// the others: so a few who work together halve what is left and never get all of it.
struct RingShares: Sendable {
    /// Why there is no slot for an exchange.
    enum Refusal: Hashable, Sendable {
        /// This one has his share.
        case share
        /// Nobody but root or the daemon gets one.
        case full
    }

    /// How many slots the ring has.
    let capacity: Int
    /// How many of them only the daemon's own events may take.
    let reserve: Int
    /// How many a person or a service may hold.
    let share: Int

    private var held: [RecordOwner: Int] = [:]
    private(set) var used = 0
    /// Held by clients other than root.
    private var heldByOthers = 0

    /// Shares in a ring; without a number each one's is a quarter of it.
    init(capacity: Int, reserve: Int, share: Int?) {
        self.capacity = capacity
        self.reserve = reserve
        self.share = min(max(share ?? capacity / 4, 1), capacity)
    }

    /// How many slots an owner holds.
    func slots(of owner: RecordOwner) -> Int { held[owner] ?? 0 }

    /// Why an exchange of this owner may not take a slot; `nil` where it may.
    func refusal(of owner: RecordOwner) -> Refusal? {
        guard used < capacity - reserve else { return .full }
        switch owner {
        case .host: return nil
        case .root: return slots(of: owner) < share ? nil : .share
        case .holder:
            let own = slots(of: owner)
            let left = capacity - reserve - share - heldByOthers
            if own >= share { return .share }
            if left <= 0 { return .full }
            return own < left ? nil : .share
        }
    }

    /// Whether an owner who asks on, with a few requests at a time, is still far from a refusal.
    func hasRoom(for owner: RecordOwner) -> Bool {
        let margin = max(1, min(16, share / 4))
        return refusal(of: owner) == nil && slots(of: owner) + margin < share && used + margin < capacity - reserve
    }

    /// A slot is this owner's now. What was found at the start is never refused, and may be more than a share.
    mutating func take(_ owner: RecordOwner) {
        held[owner, default: 0] += 1
        used += 1
        if owner.isLimitedForOthers { heldByOthers += 1 }
    }

    /// A slot of this owner is free.
    mutating func giveBack(_ owner: RecordOwner) {
        guard let count = held[owner] else { return }
        // Nobody stays who holds nothing: there are more of them than this may remember.
        held[owner] = count > 1 ? count - 1 : nil
        used -= 1
        if owner.isLimitedForOthers { heldByOthers -= 1 }
    }
}

extension RecordOwner {
    /// Whether it may not touch root's share.
    fileprivate var isLimitedForOthers: Bool { self != .host && self != .root }
}
