/// Puts frames together from bytes that come in any pieces, glued or split.
///
/// It holds one frame at most, and only the bytes of it that have come: a header that promises a large payload costs
/// nothing. The work grows with the bytes alone, however they are cut.
public struct SPDMFrameReader: Sendable {
    /// What is kept of a payload that is not wanted: enough to tell what it was to be.
    private static let keptBytes = 8

    private let limit: Int
    private let wanted: Int
    private var skipped = 0
    /// The size of the payload in the last frame, as its header says.
    public private(set) var payloadSize = 0
    private var header: [UInt8] = []
    private var payload: [UInt8] = []
    private var failure: SPDMFrameError?

    /// A reader between two frames; the limits are for payloads, in bytes. What is longer than `limit` is an error.
    /// What is longer than `wanted` is passed over, and no memory spent on it: of such a payload the frame has the
    /// first 8 bytes.
    public init(limit: Int = SPDMFrame.maximumPayload, wanted: Int = .max) {
        self.limit = limit
        self.wanted = wanted
    }

    /// Whether the last frame's payload was longer than wanted.
    public var isCut: Bool { payloadSize > wanted }

    /// Whether a frame has begun that is not yet whole: where the bytes end now, half a frame was sent.
    public var isInsideFrame: Bool { !header.isEmpty }

    /// How many bytes of payload are kept for the frame that has begun; 0 before its header is whole.
    public var payloadBytesKept: Int {
        guard header.count == SPDMFrame.headerByteCount, failure == nil else { return 0 }
        return kept(of: Int(word(at: 8)))
    }

    private func kept(of size: Int) -> Int { size > wanted ? min(size, Self.keptBytes) : size }

    /// Takes bytes from the input's front, up to the end of one frame; `nil` where the input ends first.
    ///
    /// Call it until it gives `nil`; then the input is empty. A payload over the limit is an error as soon as its
    /// header is there, and stays one.
    public mutating func next(from input: inout ArraySlice<UInt8>) throws(SPDMFrameError) -> SPDMFrame? {
        if let failure { throw failure }
        Self.move(from: &input, to: &header, upTo: SPDMFrame.headerByteCount)
        guard header.count == SPDMFrame.headerByteCount else { return nil }
        let command = SPDMCommand(rawValue: word(at: 0))
        let transport = SPDMTransport(rawValue: word(at: 4))
        let size = Int(word(at: 8))
        guard size <= limit else {
            let error = SPDMFrameError(command: command, transport: transport, declared: size, limit: limit)
            failure = error
            throw error
        }
        let kept = kept(of: size)
        Self.move(from: &input, to: &payload, upTo: kept)
        let passedOver = min(input.count, size - kept - skipped)
        input = input.dropFirst(passedOver)
        skipped += passedOver
        guard payload.count == kept, skipped == size - kept else { return nil }
        (payloadSize, skipped) = (size, 0)
        let frame = SPDMFrame(command, transport: transport, payload: payload)
        header.removeAll(keepingCapacity: true)
        payload = []
        return frame
    }

    private static func move(from input: inout ArraySlice<UInt8>, to output: inout [UInt8], upTo count: Int) {
        let wanted = input.prefix(count - output.count)
        output += wanted
        input = input.dropFirst(wanted.count)
    }

    private func word(at offset: Int) -> UInt32 {
        header[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
