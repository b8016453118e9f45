internal import DOELinux
internal import DOEWords

/// What the journal is asked about a ring that was found at the start. A ring says what it gave up and when it ended;
/// only the journal shows whether it still holds that, and whether a later ring has written since. Pure.
struct JournalQuestion: Sendable, Hashable {
    /// What the ring gave up last, since the journal was seen to hold it.
    var given: RecordNumber?
    /// The last record that the ring knows of.
    var last: RecordAnchor?
    /// Instances that may stand at the journal's end without anything being wrong: this daemon's, the one before, and
    /// those of which records wait.
    var known: Set<String>
    /// The instance that the ring was in use by, and the last record before it, which its first one names.
    var present: String?
    var before: RecordAnchor?
    /// What instances name as the last record before them whose first records wait in the ring.
    var waiting: [String: RecordAnchor] = [:]
    let continuity: TrailRecovery.Continuity

    /// How many numbers are looked up one by one to find where the journal ends.
    private static let walkLimit: UInt64 = 1000

    /// What the journal's answers show; `nil` where all is as it should be.
    func finding(in index: some JournalIndex) throws(LinuxError) -> JournalFinding? {
        switch continuity {
        case .newRing:
            if try index.holdsTrail(besides: known) { return .anotherRing }
            return try index.holdsAbandonedTrail(besides: known) ? .anotherRing : nil
        case .otherMachine, .ringAbsent: return nil
        case .succeeded, .powerCut:
            if let last = try overtaken(in: index) { return .ahead(last) }
            return try lacking(index)
        case .continued, .damaged, .rolledBack, .unproven: return try lacking(index)
        }
    }

    /// The last record that the ring knows of, where somebody wrote after it. The number after it alone proves nothing
    /// where the machine went down: the journal may have been on its disk before the ring was.
    func overtaken(in index: some JournalIndex) throws(LinuxError) -> RecordAnchor? {
        guard let last else { return nil }
        if continuity != .powerCut, try hasGoneOn(after: last, index) { return last }
        for other in try index.successors(of: last) where try isLater(other, in: index) { return last }
        guard let given else { return nil }
        let isOvertaken = try index.holdsTrail(after: given) { other throws(LinuxError) in
            try isLater(other, in: index)
        }
        return isOvertaken ? last : nil
    }

    /// Whether the ring's own instance went on. The number after its last one may be one that the journal never got, or
    /// that was taken out of it. Numbers of an instance before it say nothing: where that one's machine went down, the
    /// journal may have more of them than the ring.
    private func hasGoneOn(after last: RecordAnchor, _ index: some JournalIndex) throws(LinuxError) -> Bool {
        guard let present else { return false }
        let highest = last.instance == present ? last.sequence : 0
        if try index.holds(RecordNumber(instance: present, sequence: highest + 1)) { return true }
        return try index.latestNumber(of: present) ?? 0 > highest
    }

    /// Only what went last counts: a vacuum takes what is older.
    private func lacking(_ index: some JournalIndex) throws(LinuxError) -> JournalFinding? {
        guard let given, try !index.holds(given) else { return nil }
        // After a vacuum that took all of it, nothing is looked for one by one.
        var first = try index.holdsAny(of: given.instance) ? given.sequence : 1
        while first > 1, given.sequence - first < Self.walkLimit {
            if try index.holds(RecordNumber(instance: given.instance, sequence: first - 1)) {
                return .lacking(given, count: given.sequence - first + 1)
            }
            first -= 1
        }
        // Nothing of it is there. A vacuum that took it left nothing older either.
        guard try index.holdsTrail(besides: known) else { return .bare(given) }
        return .lacking(given, count: first == 1 ? given.sequence : nil)
    }
}

/// What a journal shows of a ring.
enum JournalFinding: Hashable, Sendable {
    /// It lacks records up to this one, which it was seen to hold; so many, where that can be told.
    case lacking(RecordNumber, count: UInt64?)
    /// It lacks this one, and holds nothing from before: it was vacuumed, is volatile, or was removed.
    case bare(RecordNumber)
    /// It holds records that came after the last one that the ring knows of.
    case ahead(RecordAnchor)
    /// The ring is new, and the journal holds what another one of this machine wrote.
    case anotherRing
}

/// What can be asked of a journal about the trail.
protocol JournalIndex: Sendable {
    /// Whether it holds this record.
    func holds(_ number: RecordNumber) throws(LinuxError) -> Bool
    /// Whether it holds any record of this instance.
    func holdsAny(of instance: String) throws(LinuxError) -> Bool
    /// The highest number of this instance among the records that came last; `nil` where there is none.
    func latestNumber(of instance: String) throws(LinuxError) -> UInt64?
    /// The instances that name this record as the last one before them.
    func successors(of anchor: RecordAnchor) throws(LinuxError) -> Set<String>
    /// The record that this instance names as the last one before it; `nil` where it names none, or its first record is
    /// not there.
    func before(of instance: String) throws(LinuxError) -> RecordAnchor?
    /// When the first of this instance's records that are there came; `nil` where none is.
    func beginning(of instance: String) throws(LinuxError) -> UInt64?
    /// Whether it holds any record of this machine's of an instance other than these, of a daemon with the same state
    /// directory or of the same service.
    func holdsTrail(besides instances: Set<String>) throws(LinuxError) -> Bool
    /// Whether it holds records of an instance other than these of the host's own daemon, where this is another one, which
    /// has not ended in order, does not live, and has no ring any more.
    func holdsAbandonedTrail(besides instances: Set<String>) throws(LinuxError) -> Bool
    /// Whether a record of this machine's and this daemon's, of such an instance, came to it after this one; not where it
    /// does not hold this one.
    func holdsTrail(
        after number: RecordNumber, ofAny isMeant: (String) throws(LinuxError) -> Bool
    ) throws(LinuxError) -> Bool
}
