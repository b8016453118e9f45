/// What a file is that was named as an export file and is none, told by its first bytes.
enum ExportFileForm {
    /// What is wrong and what to do; `nil` of what may be in the Journal Export Format, an empty file too.
    static func mistake(_ first: [UInt8]) -> (problem: String, remedy: String)? {
        let export = "write it with 'journalctl -t doe-auditd -o export'"
        if first.starts(with: Array("LPKSHHRH".utf8)) {
            return ("is a journal file, and no export of one", "name its folder with --directory, or \(export)")
        }
        if first.starts(with: [0x1f, 0x8b]) || first.starts(with: [0x28, 0xb5, 0x2f, 0xfd])
            || first.starts(with: [0xfd] + Array("7zXZ".utf8))
        {
            return ("is compressed", "unpack it first")
        }
        if first.first == UInt8(ascii: "{") || first.first == UInt8(ascii: "[") { return ("looks like JSON", export) }
        guard let end = first.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        if end > 0, first[end - 1] == UInt8(ascii: "\r"), isField(first[..<(end - 1)]) {
            return ("has the line ends of a terminal or of another system (CR LF)", export)
        }
        return end == 0 || isField(first[..<end]) ? nil : ("is no file in the Journal Export Format", export)
    }

    /// A field's name, and `=` with a text or nothing for a value that is written in binary.
    private static func isField(_ line: ArraySlice<UInt8>) -> Bool {
        let name = line.prefix { $0 != UInt8(ascii: "=") }
        return !name.isEmpty
            && name.allSatisfy { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }
}
