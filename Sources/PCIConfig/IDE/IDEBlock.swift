/// A block of registers in an IDE capability. Streams and associations count from 0, each kind by itself.
public enum IDEBlock: Hashable, Sendable, CustomStringConvertible {
    /// Capability and control register.
    case registers
    /// One link stream.
    case linkStream(Int)
    /// The fixed part of one selective stream.
    case selectiveStream(Int)
    /// One address association of a selective stream.
    case addressAssociation(Int, ofStream: Int)

    /// Its name in a sentence.
    public var description: String {
        switch self {
        case .registers: "the capability and control registers"
        case .linkStream(let index): "link stream \(index)"
        case .selectiveStream(let index): "selective stream \(index)"
        case .addressAssociation(let index, let stream): "address association \(index) of selective stream \(stream)"
        }
    }
}
