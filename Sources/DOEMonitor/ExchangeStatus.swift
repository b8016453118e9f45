public import DOEMailbox

/// How an exchange ended, the word of DOE_STATUS.
public enum ExchangeStatus: Hashable, Sendable, CustomStringConvertible {
    /// The response was handed to the client.
    case done
    /// Nothing was sent.
    case refused
    /// It was sent, or was about to be, and there is no response.
    case failed(ExchangeFailure.Status)

    /// `done`, `refused`, or the failure's word.
    public var description: String {
        switch self {
        case .done: "done"
        case .refused: "refused"
        case .failed(let status): status.rawValue
        }
    }
}
