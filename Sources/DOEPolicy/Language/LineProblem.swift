/// What is wrong in a line, before the line's place is known: byte offsets in the file.
struct LineProblem: Error {
    let range: Range<Int>
    let message: String
    let remedy: String?

    init(_ range: Range<Int>, _ message: String, remedy: String? = nil) {
        self.range = range
        self.message = message
        self.remedy = remedy
    }
}
