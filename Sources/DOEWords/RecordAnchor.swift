/// The last record that an instance had at some moment, to be kept where nobody who writes the journal can write:
/// `INSTANCE:NUMBER:DIGEST`. A trail that is held against it later cannot have lost its end unseen.
public struct RecordAnchor: Hashable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    public let instance: String
    /// The record's number, from 1.
    public let sequence: UInt64
    /// SHA-256 over the record, what the DOE_CHAIN of the next one is.
    public let digest: SHA256Digest

    /// An anchor from its parts.
    public init(instance: String, sequence: UInt64, digest: SHA256Digest) {
        self.instance = instance
        self.sequence = sequence
        self.digest = digest
    }

    /// Reads `INSTANCE:NUMBER:DIGEST`, digits in lower case; anything else is `nil`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 32, parts[0].utf8.allSatisfy(\.isLowercaseHexDigit),
            let sequence = UInt64(parts[1]), sequence > 0, String(sequence) == parts[1],
            let digest = SHA256Digest(parts[2])
        else { return nil }
        self.init(instance: String(parts[0]), sequence: sequence, digest: digest)
    }

    /// `INSTANCE:NUMBER:DIGEST`
    public var description: String { "\(instance):\(sequence):\(digest)" }
}
