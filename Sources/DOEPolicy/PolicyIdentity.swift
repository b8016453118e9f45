public import DOEWords

/// Which policy decided: it stands in every record.
public struct PolicyIdentity: Hashable, Sendable, CustomStringConvertible {
    /// Counted up with each load in the daemon's life; 0 outside the daemon.
    public let generation: UInt64
    /// Over what the rules and object lines say, in their order, whatever way they are written in.
    public let digest: SHA256Digest

    /// An identity from its parts.
    public init(generation: UInt64, digest: SHA256Digest) {
        self.generation = generation
        self.digest = digest
    }

    /// `3:9f86d08188…`, the digest whole.
    public var description: String { "\(generation):\(digest)" }
}
