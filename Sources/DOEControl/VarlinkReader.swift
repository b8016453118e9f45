/// Cuts a byte stream into Varlink messages: each ends with a zero byte. Memory is bounded by the limit.
public struct VarlinkReader: Sendable {
    private var pending: [UInt8] = []
    private let limit: Int

    /// Some of a message has come, and not its end.
    public var isInsideMessage: Bool { !pending.isEmpty }

    /// A reader that takes messages up to `limit` bytes.
    public init(limit: Int = 1 << 20) { self.limit = limit }

    /// Takes bytes from the input's front, up to the end of one message, and gives it without its zero byte; `nil`
    /// where the input ends first, and then it is empty.
    public mutating func next(from input: inout ArraySlice<UInt8>) throws(ControlError) -> [UInt8]? {
        let end = input.firstIndex(of: 0)
        let piece = input[..<(end ?? input.endIndex)]
        guard pending.count + piece.count <= limit else { throw .tooLong(limit: limit) }
        input = end.map { input[($0 + 1)...] } ?? []
        guard end != nil else {
            pending += piece
            return nil
        }
        defer { pending = [] }
        return pending.isEmpty ? Array(piece) : pending + piece
    }
}
