import DOEWords
import Testing

@Suite("Text that is safe to print")
struct PrintableTests {
    @Test("letters of all languages stay as they are")
    func letters() {
        for text in ["", "/usr/bin/x", "Zoë 東京 🙂", "a\\b\"c'"] { #expect(text.printable == text) }
    }

    @Test("every control and every sign that turns text around is written as its number")
    func controls() {
        for value in Array(0..<0x20) + Array(0x7f...0x9f) + [0x200b, 0x200e, 0x2028, 0x2029, 0x202e, 0x2066, 0xfeff] {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let text = "a\(Character(scalar))b".printable
            #expect(text == "a\\u{\(UInt32(value).hex(digits: 2))}b")
            #expect(text.printable == text)
        }
    }
}
