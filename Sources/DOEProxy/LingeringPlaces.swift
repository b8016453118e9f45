/// How many connections linger. A place is taken for a second, however soon its connection ends, so that a flood of
/// refusals costs so many bytes a second and no more; and no user takes them all.
struct LingeringPlaces {
    /// Of all.
    static let count = 64
    /// Of one user.
    static let countOfUser = 16

    private var taken: [(uid: UInt32, end: UInt64)] = []

    /// Whether there was a place for this user at this time, monotonic in microseconds; it is taken then.
    mutating func take(for uid: UInt32, at now: UInt64) -> Bool {
        taken.removeAll { $0.end <= now }
        guard taken.count < Self.count, taken.count(where: { $0.uid == uid }) < Self.countOfUser else { return false }
        taken.append((uid, now + LingeringConnection.time))
        return true
    }
}
