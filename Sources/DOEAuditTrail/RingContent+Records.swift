internal import DOERecord
internal import DOEWords

/// The records in what a ring held when it was opened.
extension RingContent {
    /// The last number given, as far as the ring knows, and the digest of the record that has it.
    struct Last: Hashable, Sendable {
        var number: RecordNumber
        var chain: SHA256Digest

        /// `nil` where no record was ever given a number.
        var anchor: RecordAnchor? {
            guard number.sequence > 0 else { return nil }
            return RecordAnchor(instance: number.instance, sequence: number.sequence, digest: chain)
        }
    }

    /// What was opened and not closed, and can be read.
    var openRecords: [(slot: Int, record: Record, open: OpenSlot)] {
        slots.enumerated().compactMap { slot, content in
            guard case .open(let bytes, let ticket) = content, let record = try? Record(encoded: bytes) else {
                return nil
            }
            return (
                slot, record,
                OpenSlot(
                    slot: slot, ticket: ticket, stamp: EventStamp(of: record), owner: RecordOwner(of: record),
                    content: SealedContent(bytes))
            )
        }
    }

    /// In the order of their numbers within an instance, which is the order in which they are delivered.
    var closedRecords: [PendingRecord] {
        slots.enumerated().compactMap { index, slot in
            if case .closed(let bytes, let ticket) = slot {
                PendingRecord(bytes: bytes, slot: index, ticket: ticket)
            } else {
                nil
            }
        }.sorted { ($0.number.instance, $0.number.sequence) < ($1.number.instance, $1.number.sequence) }
    }

    /// Of the progress and of these closed records, which are in their order; `nil` where there is no progress.
    func last(of found: [PendingRecord]) -> Last? {
        guard let progress else { return nil }
        var last = Last(
            number: RecordNumber(instance: progress.instance, sequence: progress.sequence), chain: progress.chain)
        for record in found
        where record.number.instance == progress.instance && record.number.sequence > last.number.sequence {
            last = Last(number: record.number, chain: SHA256Digest(of: record.bytes))
        }
        return last
    }

    /// The last record that is known of what was before: of the instance in the progress, or, where that has given no
    /// number, of the one before it.
    func lastAnchor(_ last: Last?) -> RecordAnchor? { last?.anchor ?? progress?.before }

    /// What is lost, for a person. So many of the closed records could be read.
    func losses(found: Int, _ finding: ShadowFinding, _ continuity: TrailRecovery.Continuity) -> [String] {
        var sentences = lost
        let unreadable = slots.count { if case .open = $0 { true } else { false } } - openRecords.count
        if unreadable > 0 { sentences.append("\(unreadable) open records cannot be read") }
        let unnumbered = slots.count { if case .closed = $0 { true } else { false } } - found
        if unnumbered > 0 { sentences.append("\(unnumbered) closed records carry no number that a daemon gives") }
        sentences += finding.comparison?.sentences ?? []
        if case .gone(let reason) = finding, continuity == .unproven { sentences.append(reason) }
        return sentences
    }
}
