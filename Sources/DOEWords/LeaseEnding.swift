/// Why a lease has ended, or ends now.
public struct LeaseEnding: Hashable, Sendable {
    /// The word of DOE_STATUS.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Somebody ended it.
        case ended
        /// Its time was over.
        case expired
        /// Another device stands there, a driver was bound, memory came online, or nobody could find out.
        case device
        /// The host is in production.
        case mode
        /// The machine was booted anew.
        case reboot
        /// It could not be kept on the disk.
        case unkept
    }

    /// The word.
    public let kind: Kind
    /// Why, a part of a sentence.
    public let reason: String

    /// An ending from its parts.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// Its time was over.
    public static func timeIsOver(_ lease: Lease) -> LeaseEnding {
        LeaseEnding(
            .expired, "its time was over, at \(Timestamp(microseconds: lease.end.wallClock).point) at the latest")
    }
}
