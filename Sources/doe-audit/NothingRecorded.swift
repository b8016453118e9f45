internal import DOELinux
internal import DOEReport
internal import DOEWords

/// What is made of nothing must not look like one that went well.
struct NothingRecorded: ExplainedError {
    let problem: String

    /// `consequence` is what that means for who asked.
    init(in reader: RecordReader, _ consequence: String, unread: [UnreadFile]) {
        let time = reader.asked.words.map { " \($0)" } ?? ""
        problem =
            "no exchange is recorded in \(reader.source)\(time): \(consequence)"
            + unread.map { "; not read: \($0)" }.joined()
    }

    var remedy: String? { "name an earlier --since; and may you read this journal (group systemd-journal)?" }
}
