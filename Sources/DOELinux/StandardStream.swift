internal import Glibc

/// Where a program's words go.
public enum StandardStream: Int32, Sendable {
    /// For what was asked for.
    case output = 1
    /// For what went wrong.
    case error = 2

    /// Writes a text and a newline, unless it ends with one. A reader that has gone is not worth an error.
    public func say(_ text: String) {
        var bytes = Array(text.utf8)
        if bytes.last != 0x0a { bytes.append(0x0a) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(rawValue, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Whether a person looks at it and has not asked for no colour (no-color.org).
    public var wantsColour: Bool { isatty(rawValue) == 1 && !Environment.has("NO_COLOR") }
}
