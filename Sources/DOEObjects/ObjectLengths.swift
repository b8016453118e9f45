public import DOEWords

/// How many dwords a request of an object may have, header included, by its id alone: what can be told of a request of
/// which only the length is left.
public enum ObjectLengths {
    /// The lengths that are published; of an object of which none are, every length that an object can have.
    public static func ofRequest(_ object: ObjectID) -> ClosedRange<Int> {
        switch object {
        case .discovery, .tableAccess: 3...3
        // An SPDM header has four bytes (DSP0274).
        case .spdm, .spdmWithConnection: 3...ObjectHeader.maximumLengthInDwords
        // Session id and length have six (DSP0277, as PCIe transports it).
        case .securedSPDM, .securedSPDMWithConnection: 4...ObjectHeader.maximumLengthInDwords
        // The request code is in the third dword.
        case .compliance: 3...ObjectHeader.maximumLengthInDwords
        default: 2...ObjectHeader.maximumLengthInDwords
        }
    }

    /// What is wrong with a length; nothing for one that is possible.
    public static func check(_ dwordCount: Int, of object: ObjectID) throws(ObjectError) {
        let allowed = ofRequest(object)
        guard !allowed.contains(dwordCount) else { return }
        throw ObjectError(
            offset: 4, expected: "a length of \(words(allowed)) dwords", found: "\(dwordCount)")
    }

    /// `3`, `3 to 4`, `4 or more`
    public static func words(_ lengths: ClosedRange<Int>) -> String {
        if lengths.lowerBound == lengths.upperBound { return "\(lengths.lowerBound)" }
        if lengths.upperBound == ObjectHeader.maximumLengthInDwords { return "\(lengths.lowerBound) or more" }
        return "\(lengths.lowerBound) to \(lengths.upperBound)"
    }
}
