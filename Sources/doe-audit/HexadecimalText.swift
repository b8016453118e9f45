internal import DOEWords

/// `0x0200`: how registers, offsets and addresses stand in JSON, where a number has no room for 64 bits.
func hexadecimal(_ value: some FixedWidthInteger, digits: Int) -> String { "0x\(value.hex(digits: digits))" }
