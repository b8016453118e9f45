internal import DOERecord
internal import DOEWords

/// What the journal is to be asked about a ring.
extension RingContent {
    /// `found` are its closed records, `last` is the last number that it knows of, `instance` this daemon's.
    func question(
        _ found: [PendingRecord], _ last: Last?, _ continuity: TrailRecovery.Continuity, instance: String
    ) -> JournalQuestion {
        var question = JournalQuestion(
            last: lastAnchor(last),
            known: Set(found.map(\.number.instance) + [instance, progress?.instance].compactMap(\.self)),
            present: progress?.instance, before: progress?.before, continuity: continuity)
        for record in found where record.number.sequence == 1 {
            question.waiting[record.number.instance] = (try? Record(encoded: record.bytes))?.before
        }
        // Where a slot is lost, a number that the journal lacks may have stood there: that loss is told already.
        guard isNumberingCertain, lost.isEmpty else { return question }
        question.given = progress?.released
        if progress?.isOfVersion1 == true { question.given = last.flatMap { highestGivenUp(to: $0.number, found) } }
        return question
    }

    /// Of a ring that does not say it: what is not in it was given up, and the journal was seen to hold it.
    private func highestGivenUp(to last: RecordNumber, _ found: [PendingRecord]) -> RecordNumber? {
        let waiting = Set(found.lazy.filter { $0.number.instance == last.instance }.map(\.number.sequence))
        var sequence = last.sequence
        while sequence > 0, waiting.contains(sequence) { sequence -= 1 }
        return sequence > 0 ? RecordNumber(instance: last.instance, sequence: sequence) : nil
    }
}
