/// An exchange at a mailbox as the witness could put it back together from single accesses.
public struct ObservedExchange: Hashable, Sendable {
    /// How it ended, as far as it was seen.
    public enum Ending: String, Hashable, Sendable, CaseIterable {
        /// GO was written, and the response was read to its end; where the kernel does not show reads, it was asked
        /// for.
        case done
        /// The mailbox was aborted.
        case aborted
        /// GO was written, and nobody took the whole response within the time limit.
        case abandoned
        /// No GO followed within the time limit: the request, or a part of it, stays in the mailbox.
        case unfinished
        /// The kernel's own exchange ended with an error.
        case failed
    }

    /// The object asked for; `nil` where fewer than two dwords were seen and nothing else tells.
    public let object: ObjectID?
    /// The dwords that were written, in their order; of the kernel's own exchange only what is known of them, which may
    /// be less than the whole request.
    public let request: [UInt32]
    /// Whether `request` is all of it.
    public let isRequestWhole: Bool
    /// The dwords that were read; `nil` where this kernel does not show them.
    public let response: [UInt32]?
    /// How it ended.
    public let ending: Ending
    /// The kernel's error number where `failed`, positive; else 0.
    public let error: Int32

    /// An exchange from its parts.
    public init(
        object: ObjectID?, request: [UInt32], isRequestWhole: Bool, response: [UInt32]?, ending: Ending,
        error: Int32 = 0
    ) {
        self.object = object
        self.request = request
        self.isRequestWhole = isRequestWhole
        self.response = response
        self.ending = ending
        self.error = error
    }
}
