/// Why somebody wants something, in words of his own that stand in the journal.
public struct StatedReason: Hashable, Sendable {
    /// One line.
    public let text: String

    /// How long it can be, bytes of UTF-8.
    public static let byteLimit = 256

    /// Throws what is wrong with it; `what` is what it is for: `a lease`.
    public init(_ text: String, for what: String) throws(Obstacle) {
        // Its length first: what it costs to compare a text may grow with the square of that.
        guard text.utf8.count <= Self.byteLimit, text == text.printable else {
            throw Obstacle(
                "the reason for \(what) is one line of characters that can be seen, \(Self.byteLimit) bytes at most",
                remedy: "say it shorter, without control characters")
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw Obstacle("\(what) needs a reason", remedy: "say what it is for: a ticket, a test's name")
        }
        self.text = text
    }
}
