/// What the shadow shows of the ring that a daemon found at its start.
enum ShadowFinding: Hashable, Sendable {
    /// Nothing: no shadow is kept, or none was kept by the daemon before.
    case nothing
    /// There has to be one and there is none that can be used: why, for a person.
    case gone(String)
    /// The two were compared.
    case compared(ShadowComparison)

    /// Where the two were compared, what came of it.
    var comparison: ShadowComparison? {
        if case .compared(let comparison) = self { comparison } else { nil }
    }
}

/// A ring beside its shadow.
///
/// A daemon that is killed at any moment leaves the ring as far as the shadow says or one step further: opening and
/// closing are written to the ring first, freeing to the shadow first. So whatever is less far has gone back.
struct ShadowComparison: Hashable, Sendable {
    /// How many records the ring does not hold any more, whole as it is.
    var missing = 0
    /// How many that were closed it holds only as they were opened.
    var cutBack = 0
    /// How many stood where the ring itself is seen to be damaged.
    var damaged = 0
    /// Slots in which a record stands as it was opened, although the journal was seen to hold it complete.
    var finished: Set<Int> = []
    /// Whether the ring's numbers end before the last one given, or are another instance's.
    var isBehind = false
    /// Whether the daemon before ended in order, with a ring on its disk that went further than this one: no error of a
    /// file system explains that, and an older ring was put there.
    var isOlder = false
    /// The last number that is known to have been given.
    let last: RecordNumber

    /// How many records are lost, or cannot be shown to be whole.
    var lost: Int { missing + cutBack + damaged }
    /// Whether the ring, whole as it may be, is not what was written into it: then it is not known which number is next.
    var isRolledBack: Bool { lost > 0 || isBehind }

    /// For a person.
    var sentences: [String] {
        [
            isOlder ? "the ring is an older one than the one that the daemon before left in order" : nil,
            missing > 0 ? "records that were written into the ring and are not there any more: \(missing)" : nil,
            cutBack > 0 ? "records that were complete and are there only as they were opened: \(cutBack)" : nil,
            damaged > 0 ? "records that stood where the ring is damaged: \(damaged)" : nil,
        ].compactMap(\.self)
    }
}

extension ShadowContent {
    /// Compares with what the ring holds, and with the last number that it knows of; `nil` where it knows none.
    func compare(with slots: [RingContent.Slot], last: RecordNumber?) -> ShadowComparison {
        var result = ShadowComparison(last: RecordNumber(instance: instance, sequence: lastSequence))
        result.isBehind = last.map { $0.instance != instance || $0.sequence < lastSequence } ?? (lastSequence > 0)
        for (slot, entry) in entries.enumerated() {
            let content = slot < slots.count ? slots[slot] : .cutOff
            switch (entry.state, content) {
            case (.free, .open(_, entry.ticket)): result.finished.insert(slot)
            case (.free, _): break
            case (.open, .open(_, entry.ticket)), (.open, .closed(_, entry.ticket)): break
            case (.closed, .closed(_, entry.ticket)): break
            case (.closed, .open(_, entry.ticket)): result.cutBack += 1
            case (_, .lost), (_, .cutOff): result.damaged += 1
            case (.open, _), (.closed, _): result.missing += 1
            }
        }
        return result
    }
}
