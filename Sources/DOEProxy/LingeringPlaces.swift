internal import DOEWords

/// How many connections linger. A place is taken for a second, however soon its connection ends, so that a flood of
/// refusals costs so many bytes a second and no more; and no holder takes them all.
struct LingeringPlaces {
    /// Of all.
    static let count = 64
    /// Of one holder.
    static let countOfHolder = 16

    private var taken: [(holder: AccountHolder, end: UInt64)] = []

    /// Whether there was a place for this holder at this time, monotonic in microseconds; it is taken then.
    mutating func take(for holder: AccountHolder, at now: UInt64) -> Bool {
        taken.removeAll { $0.end <= now }
        guard taken.count < Self.count else { return false }
        guard taken.count(where: { $0.holder == holder }) < Self.countOfHolder else { return false }
        taken.append((holder, now + LingeringConnection.time))
        return true
    }
}
