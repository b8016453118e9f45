internal import DOEObjects

/// What a mailbox machine is about to do unless the witness says that somebody else has written to the mailbox.
enum WitnessQuestion {
    /// To write GO.
    case go
    /// To hand the response on.
    case response(DataObject)
    /// To end as failed, with an abort where the mailbox is not empty.
    case failure(ExchangeFailure, isEmpty: Bool)

    /// The failure that somebody else's write explains.
    var failure: ExchangeFailure? {
        if case .failure(let failure, _) = self { failure } else { nil }
    }
}
