internal import DOELinux
internal import DOERecord
internal import DOEWords

/// Asking the journal, once, about the ring as it was found.
extension TrailCore {
    /// For the delivering thread, in each of its turns.
    func inquire(of index: JournalLookUp) {
        let question = state.withLock { state -> JournalQuestion? in
            guard state.mayAsk else { return nil }
            state.mayAsk = false
            return state.question
        }
        if let question { inquire(question, in: index) }
    }

    /// Where it cannot be asked the question stays; reading back says by then what does not work.
    func inquire(_ question: JournalQuestion, in index: some JournalIndex) {
        let finding: JournalFinding?
        do throws(LinuxError) {
            finding = try question.finding(in: index)
        } catch {
            return
        }
        state.withLock { state in
            state.question = nil
            state.findings = [finding?.sentence].compactMap(\.self)
        }
        if let loss = finding.flatMap({ Self.lossRecord($0, question) }) { noteLoss(loss) }
    }

    /// Has a loss that was found while the daemon lives recorded, once its owner has seen to it.
    func noteLoss(_ loss: Record) {
        owe(loss)
        announceLoss()
    }

    /// From here on the ring knows that it is owed. Where it cannot be written, the next progress says it.
    func owe(_ loss: Record) {
        state.withLock { $0.foundLosses.append(loss) }
        try? writeProgress(isClean: false)
    }

    /// Has the owner see to it.
    func announceLoss() {
        let tell = state.withLock { state in
            if state.whenLossFound == nil { state.isLossUntold = true }
            return state.whenLossFound
        }
        tell?()
    }

    /// The journal was seen to hold these. The next start asks it for the one that it got last: of those that this
    /// daemon has handed over the last one of its own, since those of the daemon before go first.
    func noteReleased(_ records: [PendingRecord]) {
        state.withLock { state in
            let sent = records.filter { state.sentSlots.remove($0.slot) != nil }
            let own = sent.filter { $0.number.instance == state.numbering.instance }
            let last = own.max { $0.number.sequence < $1.number.sequence } ?? sent.last
            if let last = last ?? (state.released == nil ? records.last : nil) { state.released = last.number }
        }
    }

    /// Sets who is told; who comes late is told at once.
    func tellLosses(_ body: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.whenLossFound = body
            defer { state.isLossUntold = false }
            return state.isLossUntold
        }
        if isLate { body() }
    }

    private static func lossRecord(_ finding: JournalFinding, _ question: JournalQuestion) -> Record? {
        guard var record = lossRecord(finding) else { return nil }
        // Where that is of the instance that goes on, what is missing is no end: nothing accounts for it.
        record.before = question.last
        return record
    }

    private static func lossRecord(_ finding: JournalFinding) -> Record? {
        let sentence = finding.sentence
        let message = sentence.prefix(1).uppercased() + sentence.dropFirst()
        return switch finding {
        case .lacking(_, let count?): record(.journalBehind, message, count: Int(clamping: count))
        case .lacking(_, nil): record(.journalBehind, message, priority: .warning)
        case .bare: nil
        case .ahead: record(.ringRolledBack, message)
        case .anotherRing: record(.ringAbsent, message, priority: .warning)
        }
    }
}

extension JournalFinding {
    /// For a person.
    var sentence: String {
        let advice = "see 'doe-audit report --verify', and compare with a copy of the journal kept elsewhere"
        return switch self {
        case .lacking(let number, let count):
            "the journal lacks \(count.map { "\($0) records" } ?? "records"), the last of them \(number), which it was seen to"
                + " hold: the machine went down before they were on its disk, or they were removed; \(advice)"
        case .bare(let number):
            "the journal does not hold \(number), which it was seen to hold, nor anything from before: it was vacuumed, is"
                + " volatile, or was removed; \(advice)"
        case .ahead(let anchor):
            "the journal holds records that came after \(anchor.instance)/\(anchor.sequence), the last one that the ring knows"
                + " of: an older state directory was put there, and what waited in the newer one may be lost; \(advice)"
        case .anotherRing:
            "there was no ring in the state directory, and the journal holds records of an earlier one on this machine:"
                + " what waited in that one may be lost; \(advice)"
        }
    }
}
