internal import DOEWords

/// What the journal is to be asked about a ring.
extension RingContent {
    /// `found` are its closed records, `last` is the last number that it knows of, `instance` this daemon's.
    func question(
        _ found: [PendingRecord], _ last: Last?, _ continuity: TrailRecovery.Continuity, instance: String
    ) -> JournalQuestion {
        let before = progress?.before.map { RecordNumber(instance: $0.instance, sequence: $0.sequence) }
        var question = JournalQuestion(
            last: lastAnchor(last),
            known: Set(found.map(\.number.instance) + [instance, progress?.instance].compactMap(\.self)),
            continuity: continuity)
        // Where a slot is lost, a number that the journal lacks may have stood there: that loss is told already.
        guard isNumberingCertain, lost.isEmpty else { return question }
        var numbers = [progress?.released]
        // Where the machine went down, a record that is not in the ring may never have come to its disk: the progress
        // alone says what was given up. A ring of version 1 does not say it.
        if continuity != .powerCut || progress?.released == nil {
            numbers += [
                last.flatMap { highestGivenUp(to: $0.number, found) }, before.flatMap { highestGivenUp(to: $0, found) },
            ]
        }
        for number in numbers.compactMap(\.self) where !question.given.contains(number) {
            question.given.append(number)
        }
        return question
    }

    /// What is not in the ring was given up, and the journal was seen to hold it.
    private func highestGivenUp(to last: RecordNumber, _ found: [PendingRecord]) -> RecordNumber? {
        let waiting = Set(found.lazy.filter { $0.number.instance == last.instance }.map(\.number.sequence))
        var sequence = last.sequence
        while waiting.contains(sequence) { sequence -= 1 }
        return sequence > 0 ? RecordNumber(instance: last.instance, sequence: sequence) : nil
    }
}
