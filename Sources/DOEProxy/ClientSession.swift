internal import DOEControl
internal import DOEMonitor
internal import DOEObjects
internal import SPDMSocket

/// The talk with one client in the SPDM socket framing: a pure state machine that takes what came and returns what to
/// do. One request is under way at a time; what the client sends meanwhile waits. Each call handles one frame at
/// most, so that many that came glued have their turns with those of other clients.
struct ClientSession {
    enum Action: Equatable {
        /// Bytes for the client.
        case send([UInt8])
        /// The notice of the last reply, in a frame of this transport; `nil` before the first.
        case explain(Reply?, SPDMTransport)
        /// What is known of the mailbox, and of this object where there is one, in a frame of this transport.
        case describe([UInt8], SPDMTransport)
        /// A request for the mailbox; `answered` must be called with its reply.
        case submit([UInt8])
        /// A command beside the objects, for whoever is behind the mailbox; the same.
        case submitOutOfBand(OutOfBandRequest)
        /// A request of so many bytes, more than are taken from this client: what it begins with. The same.
        case tooLarge([UInt8], size: Int)
        /// What came is no frame or no DOE traffic: to be refused and recorded; `answered` must be called.
        case refuse([UInt8], problem: String)
        /// The end, once all that was to be sent is sent.
        case close
    }

    private var reader: SPDMFrameReader
    /// What came and was not read yet.
    private var waiting: ArraySlice<UInt8> = []
    private var underWay = false
    private var requestBytes = 0
    /// How many whole frames have come, and broken ones.
    private(set) var frameCount = 0
    /// After the next answer the talk is over: what follows a broken frame cannot be found.
    private var isLast = false
    private var ended = false
    private var lastReply: Reply?

    /// The beginning of a talk; of a payload with more bytes than these only the beginning is kept.
    init(largestPayload: Int = SPDMFrame.maximumPayload) { reader = SPDMFrameReader(wanted: largestPayload) }

    /// Bytes that belong to no whole frame wait, and nothing is under way that would explain the silence.
    var isInsideFrame: Bool { !underWay && !ended && reader.isInsideFrame }
    /// How many bytes the frame at hand takes, that of the request under way too.
    var frameBytes: Int { underWay ? requestBytes : isInsideFrame ? reader.payloadBytesKept : 0 }
    /// Whether an answer is still to come from the mailbox.
    var isUnderWay: Bool { underWay }
    /// Whether the session goes on, or ends, as soon as the answer is there, without further bytes.
    var goesOnWithAnswer: Bool { underWay && (isLast || !waiting.isEmpty) }
    /// Whether more bytes are wanted now.
    var wantsBytes: Bool { !underWay && !ended && waiting.isEmpty }
    /// Whether the client has sent on, behind the frame at hand.
    var hasMore: Bool { !waiting.isEmpty }
    /// Whether bytes wait that `proceed` can handle now.
    var canProceed: Bool { !underWay && !ended && !waiting.isEmpty }

    mutating func received(_ bytes: [UInt8]) -> [Action] {
        guard !ended else { return [] }
        waiting += bytes
        return proceed()
    }

    /// The reply to what was submitted or refused is here, and its frame is sent or about to be.
    mutating func answered(_ reply: Reply) -> [Action] {
        underWay = false
        lastReply = reply
        guard isLast else { return [] }
        ended = true
        return [.close]
    }

    /// Half a frame came and then nothing.
    mutating func fellSilent(seconds: Int, lacksMemory: Bool = false) -> [Action] {
        isLast = true
        underWay = true
        requestBytes = 0
        let rest = lacksMemory ? "was not read" : "did not"
        let reason = lacksMemory ? ": other frames had the memory" : ""
        return [.refuse([], problem: "half a frame came, and its rest \(rest) within \(seconds) s\(reason)")]
    }

    /// Takes nothing more; an answer that is under way is the last one.
    mutating func endAfterAnswer() {
        if underWay {
            isLast = true
        } else {
            ended = true
        }
    }

    /// Handles the next frame of what has come, if it is whole.
    mutating func proceed() -> [Action] {
        guard canProceed else { return [] }
        do {
            guard let frame = try reader.next(from: &waiting) else { return [] }
            frameCount += 1
            requestBytes = frame.payload.count
            return handle(frame)
        } catch {
            frameCount += 1
            isLast = true
            underWay = true
            return [.refuse([], problem: error.problem)]
        }
    }

    private mutating func handle(_ frame: SPDMFrame) -> [Action] {
        switch frame.command {
        case .normal where frame.transport != .pciDOE, .updateKeys where frame.transport != .pciDOE,
            .endpointInfo where frame.transport != .pciDOE:
            isLast = true
            underWay = true
            return [
                .refuse(
                    frame.payload,
                    problem:
                        "the frame is for transport \(frame.transport) (\(frame.transport.rawValue)), not PCI DOE (2)")
            ]
        case .normal where reader.isCut, .updateKeys where reader.isCut, .endpointInfo where reader.isCut:
            underWay = true
            return [.tooLarge(frame.payload, size: reader.payloadSize)]
        case .normal:
            underWay = true
            return [.submit(frame.payload)]
        case .updateKeys: return submit(OutOfBandRequest(.updateKeys, payload: frame.payload))
        case .endpointInfo: return submit(OutOfBandRequest(.endpointInfo, payload: frame.payload))
        case .explain:
            return [.explain(lastReply, frame.transport)]
        case .describe:
            return [.describe(reader.isCut ? [] : frame.payload, frame.transport)]
        case .test:
            return [.send(SPDMFrame.serverHello.bytes)]
        case .continue:
            return [.send(SPDMFrame(.continue, transport: frame.transport).bytes)]
        case .shutdown:
            // Answered here: a responder behind a mailbox serves others too.
            ended = true
            return [.send(SPDMFrame(.shutdown, transport: frame.transport).bytes), .close]
        default:
            return [.send(SPDMFrame(.unknown, transport: frame.transport).bytes)]
        }
    }

    private mutating func submit(_ request: OutOfBandRequest) -> [Action] {
        underWay = true
        return [.submitOutOfBand(request)]
    }
}
