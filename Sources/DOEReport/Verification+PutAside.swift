internal import DOELinux

/// Files that journald itself has put aside: one that was not closed in order, or that is damaged, gets a name that ends
/// with `.journal~`, and a new one is begun.
///
/// Such a file may be torn so that nobody reads it, and stays where it is until it is vacuumed. Whether it matters cannot be
/// told from outside: it may hold another record with a number that is here, too. So it is never passed over; but where
/// nothing is missing without it, it is said that whoever checks may put it elsewhere.
extension Verification {
    /// What there is to say of them; `nil` where all files were read. `doubts` are those of other kinds.
    func putAside(besides doubts: [String]) -> String? {
        let files = unread.filter { $0.path.hasSuffix(".journal~") }
        guard !files.isEmpty else { return nil }
        let what = files.count == 1 ? "one of them" : "\(files.count) of them"
        let isGapless = unexplainedGaps.isEmpty
        let isElseClear =
            doubts.isEmpty && unreadable == 0 && chainBreaks.isEmpty && conflicts == 0 && differences.isEmpty
            && ring.map(\.lost.isEmpty) ?? true && device.map { $0.lost == 0 } ?? true
        guard isGapless, isElseClear, files.count == unread.count else {
            return isGapless
                ? "\(what) journald has put aside as damaged (.journal~); see to the rest first"
                : "\(what) journald has put aside as damaged (.journal~), and what is missing may stand there: keep it, and"
                    + " try a newer 'journalctl --file'"
        }
        let answer =
            hasLossOnRecord
            ? "the one that the losses on record give"
            : isAnchored ? "that the trail is whole" : "whole up to the last record"
        return
            "\(what) journald has put aside as damaged (.journal~), and without it no number is missing and each record"
            + " fits the one before: keep it elsewhere, out of the journal's directory, and the answer is \(answer)"
    }
}
