import DOELinux
import DOEWords
import TestSupport

/// A ring as an earlier version wrote it, from `Tests/rings/`.
enum OldRing: String, CaseIterable {
    case orderly = "version-1-clean"
    case killed = "version-1-dirty"

    /// The boot in which both were written.
    static let boot = "11111111222243338444555555555555"

    /// The file's bytes.
    func bytes() throws -> [UInt8] {
        let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let file = try WholeFile.read("\(folder)/rings/\(rawValue).hex", limit: 1 << 20)
        let text = String(decoding: file, as: UTF8.self)
        var bytes: [UInt8] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            if words[0] == "size" {
                bytes = Array(repeating: 0, count: Int(words[1]) ?? 0)
            } else if let place = Int(words[0]), let row = [UInt8](hexadecimal: words[1]) {
                bytes.replaceSubrange(place..<place + row.count, with: row)
            }
        }
        return bytes
    }
}
