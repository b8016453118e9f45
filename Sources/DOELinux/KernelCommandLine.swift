/// The kernel's command line, taken apart by the kernel's own rules (`next_arg` in lib/cmdline.c, `parse_args` in
/// kernel/params.c).
public struct KernelCommandLine: Hashable, Sendable {
    /// One parameter: `doe_audit.enforce=off`.
    public struct Parameter: Hashable, Sendable {
        /// Its name, with `_` for each `-`: the kernel takes the two for the same.
        public let name: String
        /// What stands behind the first `=`; `nil` where there is none.
        public let value: String?
    }

    /// In the order in which they stand, without those of init.
    public private(set) var parameters: [Parameter] = []

    /// Takes a command line apart.
    ///
    /// Blanks separate parameters, but not between double quotes. Quotes around a whole parameter or a whole value are
    /// taken off. A parameter `--` ends the kernel's part: what follows is init's.
    public init(_ bytes: some Sequence<UInt8>) {
        for word in Self.words(bytes) {
            let (name, value) = Self.parts(word)
            if value == nil, name.elementsEqual("--".utf8) { return }
            let spelled = name.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
            parameters.append(
                Parameter(
                    name: String(decoding: spelled, as: UTF8.self),
                    value: value.map { String(decoding: $0, as: UTF8.self) }))
        }
    }

    /// What the kernel takes for a blank (lib/ctype.c): Latin-1's no-break space too.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) || byte == 0xa0 }

    private static func words(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        var isQuoted = false
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isBlank(byte), !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = []
            } else {
                word.append(byte)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static func parts(_ word: [UInt8]) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>?) {
        let quote = UInt8(ascii: "\"")
        var word = word[...]
        let isQuoted = word.first == quote
        if isQuoted { word.removeFirst() }
        // A sign in the first place separates nothing.
        guard let sign = word.dropFirst().firstIndex(of: UInt8(ascii: "=")) else {
            return (isQuoted && word.last == quote ? word.dropLast() : word, nil)
        }
        var value = word[(sign + 1)...]
        let beginsQuoted = value.first == quote
        if beginsQuoted { value.removeFirst() }
        // The last quote goes where one stood before the name or before the value.
        if isQuoted || beginsQuoted, value.last == quote { value.removeLast() }
        return (word[..<sign], value)
    }
}
