public import DOEMailbox

/// How an exchange ended, the word of DOE_STATUS.
public enum ExchangeStatus: Hashable, Sendable, CustomStringConvertible {
    /// The response was handed to the client.
    case done
    /// The client was answered from a copy; the mailbox was not asked.
    case copied
    /// Nothing was sent.
    case refused
    /// It was sent, and the client gets no outcome: its record could not be closed, or it is not who asked any more. In
    /// replies only; the record keeps what came of it.
    case withheld
    /// The mailbox's thread stood still at the device: the client waits no longer. In replies only; the record stays open
    /// and keeps what came of it once the kernel lets the thread go.
    case blocked
    /// It was sent, or was about to be, and there is no response.
    case failed(ExchangeFailure.Status)

    /// `done`, `copied`, `refused`, `withheld`, `blocked`, or the failure's word.
    public var description: String {
        switch self {
        case .done: "done"
        case .copied: "copied"
        case .refused: "refused"
        case .withheld: "withheld"
        case .blocked: "blocked"
        case .failed(let status): status.rawValue
        }
    }
}
