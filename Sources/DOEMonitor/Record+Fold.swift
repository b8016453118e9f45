internal import DOERecord

extension Record {
    /// Sets how many events it is about, and when the first and the last of them were.
    mutating func count<Kind>(_ folded: EventFold<Kind>.Folded) {
        self[.count] = String(folded.count)
        self[.first] = String(folded.first)
        self[.last] = String(folded.last)
    }
}
