extension FixedWidthInteger {
    /// Lower-case hexadecimal without a prefix, padded with zeros to at least `digits`; of a negative number the two's
    /// complement.
    public func hex(digits: Int) -> String {
        let used = (Self.bitWidth - leadingZeroBitCount + 3) / 4
        let count = Swift.max(digits, used, 1)
        return unsafe String(unsafeUninitializedCapacity: count) { text in
            var rest = self
            for place in (0..<count).reversed() {
                unsafe text[place] = hexadecimalDigit(UInt8(truncatingIfNeeded: rest & 0xf))
                rest >>= 4
            }
            return count
        }
    }

    /// Reads lower-case hexadecimal of an allowed length, no sign, no prefix; anything else is `nil`.
    public init?(lowercaseHex text: some StringProtocol, digits: ClosedRange<Int>) {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy(\.isLowercaseHexDigit) else { return nil }
        self.init(text, radix: 16)
    }
}

extension UInt8 {
    /// Whether this byte is one of the ASCII characters 0-9 and a-f.
    public var isLowercaseHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}

extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal, two digits each.
    public var hexadecimal: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(underestimatedCount * 2)
        for byte in self {
            digits.append(hexadecimalDigit(byte >> 4))
            digits.append(hexadecimalDigit(byte & 0xf))
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension Array<UInt8> {
    /// Reads pairs of hexadecimal digits in either case; `nil` for an odd count or any other character.
    public init?(hexadecimal text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = hexadecimalValue(digits[index]), let low = hexadecimalValue(digits[index + 1]) else {
                return nil
            }
            append(high << 4 | low)
        }
    }
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

private func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
