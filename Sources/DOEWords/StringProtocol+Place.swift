extension StringProtocol {
    /// Where these bytes are in it first; none are nowhere.
    ///
    /// The standard library's searches come with all of its regular expressions: a seventh of the broker, which runs as
    /// root.
    package func firstPlace(of part: String) -> Range<Index>? {
        guard !part.isEmpty else { return nil }
        let wanted = part.utf8
        return utf8.indices.lazy.filter { utf8[$0...].starts(with: wanted) }.first.map { start in
            start..<utf8.index(start, offsetBy: wanted.count)
        }
    }
}
