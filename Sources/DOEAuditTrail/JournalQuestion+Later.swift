internal import DOELinux
internal import DOEWords

/// Telling a ring that was overtaken from one whose journal was on its disk first.
///
/// A ring forgets instances: what it has given up is gone from it, and of the one before its present one it keeps a
/// name. The journal may have records of those that came after the one that the ring has given up last: a dying
/// machine keeps what was synced, and that is the journal's file first, then the ring's progress. All of these began
/// before the ring's present instance, since that one's daemon took the ring over from them.
extension JournalQuestion {
    /// How far it is followed which instance names which.
    private static let generationLimit = 64

    /// Whether an instance began after the ring's present one, whose ring must then be a newer one.
    func isLater(_ instance: String, in index: some JournalIndex) throws(LinuxError) -> Bool {
        guard !known.contains(instance), instance != present, instance != given?.instance else { return false }
        let ancestry = try ancestry(in: index)
        guard !ancestry.contains(where: { $0.instance == instance }) else { return false }
        let named = try before(of: instance, in: index)
        if let named, named.instance == present { return true }
        // The order in which they came decides, where it is there.
        if let present, let own = try index.beginning(of: present), let other = try index.beginning(of: instance) {
            return other > own
        }
        // The present one left nothing in the journal. One that names what it or one before it names was cut off
        // before the ring had a record of it, and its ring was taken over. Of one that names nothing nobody knows.
        guard let named else { return true }
        return !ancestry.contains(named)
    }

    /// What the present instance names as the last record before it, what the instance of that one names, and so on.
    private func ancestry(in index: some JournalIndex) throws(LinuxError) -> Set<RecordAnchor> {
        var ancestry: Set<RecordAnchor> = []
        var next = before
        while let anchor = next, ancestry.count < Self.generationLimit, ancestry.insert(anchor).inserted {
            next = try before(of: anchor.instance, in: index)
        }
        return ancestry
    }

    /// The ring has the records that the journal did not get.
    private func before(of instance: String, in index: some JournalIndex) throws(LinuxError) -> RecordAnchor? {
        if let named = waiting[instance] { return named }
        return try index.before(of: instance)
    }
}
