package import DOEObjects

/// What a permit lets through, as it was judged.
package enum PermittedRequest: Hashable, Sendable {
    /// A data object.
    case object(DataObject)
    /// A command beside the objects, for a mailbox behind an SPDM socket.
    case outOfBand(OutOfBandRequest)
}
