import DOEWords
import Testing

@Suite("Where bytes are in a text first")
struct FirstPlaceTests {
    @Test(
        "what stands before it",
        arguments: [
            ("vfio-pci", "vfio", ""), ("xen-pciback", "pciback", "xen-"), ("abab", "b", "a"), ("aab", "ab", "a"),
            ("error: error: x", "error: ", ""), ("\u{e4}\u{f6}", "\u{f6}", "\u{e4}"), ("x", "x", ""),
        ])
    func found(_ text: String, _ part: String, _ before: String) throws {
        let place = try #require(text.firstPlace(of: part))
        #expect(text[..<place.lowerBound] == before)
        #expect(text[place] == part)
        // In a piece of a longer text as well.
        let piece = "..\(text)".dropFirst(2)
        #expect(piece.firstPlace(of: part).map { String(piece[$0.upperBound...]) } == String(text[place.upperBound...]))
    }

    @Test("nowhere", arguments: [("", "a"), ("", ""), ("abc", ""), ("ab", "abc"), ("vfi", "vfio"), ("ABC", "b")])
    func missing(_ text: String, _ part: String) {
        #expect(text.firstPlace(of: part) == nil)
    }
}
