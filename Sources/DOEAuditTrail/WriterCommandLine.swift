internal import DOELinux

/// The command line of a daemon that wrote a record, as journald noted it (_CMDLINE). Pure.
///
/// One with another state directory is another one: somebody may try out a second one beside the host's.
struct WriterCommandLine: Hashable, Sendable {
    private let text: [UInt8]

    /// The key `state-directory` where nothing says otherwise.
    static let usualStateDirectory = "/var/lib/doe-audit"
    private static let option = Array("--state-directory".utf8)

    init(_ text: [UInt8]) { self.text = text }

    /// This process'.
    static func own() throws(LinuxError) -> Self { Self(try WholeFile.read("/proc/self/cmdline", limit: 1 << 20)) }

    /// Whether it is the same one, word for word. What separates and quotes the words differs from one journald to the
    /// next.
    func isSame(as other: Self) -> Bool { bare == other.bare }

    private var bare: [UInt8] { text.filter { !Array("\0 '\"\\$".utf8).contains($0) } }

    /// The state directory that it names; `nil` where it leaves that to the configuration.
    var stateDirectory: String? {
        let last = text.indices.last { text[$0...].starts(with: Self.option) }
        guard let last else { return nil }
        let rest = text[(last + Self.option.count)...]
        guard let separator = rest.first, Array("= \0".utf8).contains(separator) else { return nil }
        let value = rest.dropFirst()
        let quotes = value.prefix { Array("$\"'".utf8).contains($0) }
        let ends = quotes.isEmpty ? Array(" \0".utf8) : Array("\"'\0".utf8)
        var word = Array(value.dropFirst(quotes.count).prefix { !ends.contains($0) })
        while word.count > 1, word.last == UInt8(ascii: "/") { word.removeLast() }
        return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
    }
}
