package import DOEObjects
package import DOEPolicy

/// How an exchange ended.
package struct ExchangeResult: Sendable, Hashable {
    /// The response, or why there is none.
    package enum Ending: Sendable, Hashable {
        /// A whole object of the request's own vendor and type.
        case response(DataObject)
        /// The answer to a command beside the objects, which may be empty.
        case outOfBand([UInt8])
        /// The permit did not hold any more right before the first dword or right before GO: why. GO was not written.
        case withdrawn(Withdrawal)
        /// No response.
        case failure(ExchangeFailure)
    }

    /// What an abort came to.
    package enum Abort: String, Sendable, Hashable {
        /// None was needed.
        case none
        /// The mailbox is free again.
        case worked
        /// Busy or error did not clear within the specification's second.
        case failed
        /// The function went away meanwhile: nobody knows what it holds should it come back.
        case gone
    }

    /// The response, or why there is none.
    package let ending: Ending
    /// Whether an abort was needed, and worked: after a failure, before the start to clear an error or what nobody
    /// came for, or before the request was sent anew, so that a response can come with `worked`.
    package let abort: Abort
    /// How many dwords of the request were written, however often it was: 0 says that the mailbox was not touched.
    package let dwordsWritten: Int

    /// A result from its parts.
    package init(_ ending: Ending, abort: Abort = .none, dwordsWritten: Int) {
        self.ending = ending
        self.abort = abort
        self.dwordsWritten = dwordsWritten
    }

    /// The same, after an abort that made the exchange possible.
    func aborted(_ before: Abort) -> Self {
        Self(ending, abort: abort == .none ? before : abort, dwordsWritten: dwordsWritten)
    }
}
