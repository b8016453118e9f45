/// A text that equals another one only byte for byte.
///
/// Swift's strings are equal when they look the same: an accented letter in one piece and the same letter with its accent
/// behind it. To Linux these are the names of two files.
struct ExactText: Hashable, Sendable {
    private let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    // Equal bytes have equal hashes; that some others have too does no harm.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    var string: String { text }
}
