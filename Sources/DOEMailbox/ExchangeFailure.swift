public import DOEWords

/// Why there is no response, with the word that goes into DOE_STATUS.
public struct ExchangeFailure: ExplainedError, Hashable {
    /// The word in DOE_STATUS.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Somebody else uses the mailbox: before the start it was busy, held an unasked response or an error that
        /// stays; or it was not free when the request had been written, and then it was aborted without GO. Or the
        /// peer behind an SPDM socket has not answered an earlier request yet.
        case occupied
        /// The witness saw somebody else write to the mailbox while the exchange was under way: it was aborted
        /// without GO, or its response is not to be trusted.
        case collided
        /// The request could not be written in one go, three times: each time it was aborted without GO.
        case unsent
        /// No response within the specification's second, or in the time that a peer has, or its dwords took far
        /// longer than config space needs.
        case timeout
        /// The device set its error bit.
        case deviceError = "device-error"
        /// The function reads as all ones, or another one stands in its place; the peer behind an SPDM socket hung
        /// up.
        case gone
        /// The function sleeps (not in D0) or is lent to a guest (vfio-pci), nobody listens at the SPDM socket, or
        /// the permit was for another mailbox or of another judge: it was not touched, or from that moment on no
        /// more.
        case unavailable
        /// The response is of another vendor or type, or its length cannot be.
        case malformedResponse = "malformed-response"
        /// The peer behind the mailbox's SPDM socket said no.
        case refusedByPeer = "refused-by-peer"
        /// The mailbox has registers alone, which carry objects and nothing else: it was not touched.
        case unsupported
        /// The kernel refused the access.
        case refusedByKernel = "refused-by-kernel"
        /// The machine that drives the mailbox was told what it had not asked for: an error in doe-audit.
        case forgotten
    }

    /// The word in DOE_STATUS.
    public let status: Status
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    /// A failure with its explanation.
    public init(_ status: Status, problem: String, remedy: String? = nil) {
        self.status = status
        self.problem = problem
        self.remedy = remedy
    }
}
