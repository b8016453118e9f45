/// How large a call may be before anybody decodes it.
///
/// A decoder's work grows faster than the text: with the depth of what it reads, and with the length of a key, since
/// Swift hashes and compares texts in a normal form, whose cost grows with the square of the combining characters in a
/// row. So a call is looked through first, byte by byte. What is no JSON at all is left to the decoder, which ends at the
/// first byte that it does not understand.
public enum CallBounds {
    /// The largest call in bytes. The longest that is of use is `StartLease` with a reason of 256 bytes, each spelled as
    /// `\u0020`, and a unit's name of 255: less than 4 KiB.
    public static let byteLimit = 8_192
    /// How many lists and objects may stand in one another. The call is one, its parameters are the second.
    public static let depthLimit = 8
    /// The longest key. Varlink's are ASCII letters, digits and `_` (varlink.org, "Interface Definition").
    public static let keyByteLimit = 64

    /// Why this message is not to be decoded; `nil` where it may be.
    public static func obstacle(in message: [UInt8]) -> ControlError? {
        guard message.count <= byteLimit else { return .tooLong(limit: byteLimit) }
        var depth = 0
        var index = 0
        while index < message.count {
            switch message[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= depthLimit else { return .tooDeep }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
            case UInt8(ascii: "\""):
                let text = textAfter(quote: index, in: message)
                index = text.endIndex
                if isKey(endingAt: index, in: message), !isPlain(text) { return .strangeKey }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The bytes between this quote and the one that ends the text, or the message's end.
    private static func textAfter(quote: Int, in message: [UInt8]) -> ArraySlice<UInt8> {
        var index = quote + 1
        while index < message.count, message[index] != UInt8(ascii: "\"") {
            index += message[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return message[(quote + 1)..<min(index, message.count)]
    }

    /// A key is a text before a colon.
    private static func isKey(endingAt quote: Int, in message: [UInt8]) -> Bool {
        let blanks: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
        return message[min(quote + 1, message.count)...].first { !blanks.contains($0) } == UInt8(ascii: ":")
    }

    /// No escapes either: they would spell any character.
    private static func isPlain(_ key: ArraySlice<UInt8>) -> Bool {
        key.count <= keyByteLimit && key.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
    }
}

extension ControlError {
    static func tooLong(limit: Int) -> Self {
        .limit(
            .callSize, "a message is longer than \(limit) bytes",
            remedy: "ask for less at a time, and end each message with a zero byte")
    }

    fileprivate static let tooDeep = limit(
        .callShape, "more than \(CallBounds.depthLimit) lists and objects stand in one another",
        remedy: "no method takes more than a list in its parameters")

    fileprivate static let strangeKey = limit(
        .callShape, "a key is longer than \(CallBounds.keyByteLimit) characters, or not plain ASCII",
        remedy: "spell keys as the interface describes them")
}
