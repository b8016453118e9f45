internal import DOEWords

/// One request of an expectation.
struct ExpectedRequest: Sendable {
    let inquiry: Inquiry
    /// What it must be classed as; `nil` where the line says nothing of it.
    let objectClass: ObjectClass?
    /// Its conditions as they would be written alone.
    let words: String
}
