/// What was done about a mailbox in which an exchange was interrupted.
public enum Aftermath: Hashable, Sendable {
    /// It was aborted, and is free.
    case aborted
    /// Nothing of the exchange can be in the mailbox.
    case nothingToAbort
    /// It could not be aborted, or the abort did not work: why, in the words of who tried.
    case notAborted(because: String)

    /// The word of DOE_STATUS.
    public var word: String {
        switch self {
        case .aborted, .nothingToAbort: "interrupted"
        case .notAborted: "interrupted-unaborted"
        }
    }

    /// For a person.
    var sentence: String {
        switch self {
        case .aborted: "its mailbox was aborted and is free"
        case .nothingToAbort: "nothing of it can be in its mailbox"
        case .notAborted(let reason): "its mailbox was not aborted, \(reason)"
        }
    }
}
