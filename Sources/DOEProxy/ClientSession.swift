internal import DOEControl
internal import DOEMonitor
internal import SPDMSocket

/// The talk with one client in the SPDM socket framing: a pure state machine that takes what came and returns what to
/// do. One request is under way at a time; what the client sends meanwhile waits.
struct ClientSession {
    enum Action: Equatable {
        /// Bytes for the client.
        case send([UInt8])
        /// A request for the mailbox; `answered` must be called with its reply.
        case submit([UInt8])
        /// What came is no frame or no DOE traffic: to be refused and recorded; `answered` must be called.
        case refuse([UInt8], problem: String)
        /// The end, once all that was to be sent is sent.
        case close
    }

    /// What QEMU and DMTF's emulator say of the transport: PCI DOE.
    private var reader: SPDMFrameReader
    private var underWay = false
    /// After the next answer the talk is over: what follows a broken frame cannot be found.
    private var isLast = false
    private var ended = false
    private var notice: [UInt8] = Array("{}".utf8)

    init() { reader = SPDMFrameReader() }

    /// Bytes that belong to no whole frame wait, and nothing is under way that would explain the silence.
    var isInsideFrame: Bool { !underWay && !ended && reader.hasPartialFrame }
    /// Whether more bytes are wanted now.
    var wantsBytes: Bool { !underWay && !ended }

    mutating func received(_ bytes: [UInt8]) -> [Action] {
        guard !ended else { return [] }
        reader.feed(bytes)
        return proceed()
    }

    /// The reply to what was submitted or refused.
    mutating func answered(_ reply: Reply, notice: [UInt8]) -> [Action] {
        underWay = false
        self.notice = notice
        let frame = SPDMFrame(command: .normal, transport: .pciDOE, payload: reply.response?.bytes ?? [])
        guard !isLast else {
            ended = true
            return [.send(frame.encoded), .close]
        }
        return [.send(frame.encoded)] + proceed()
    }

    /// Half a frame came and then nothing.
    mutating func fellSilent(seconds: Int) -> [Action] {
        isLast = true
        underWay = true
        return [.refuse(reader.partialFrame, problem: "half a frame came, and then nothing for \(seconds) s")]
    }

    private mutating func proceed() -> [Action] {
        var actions: [Action] = []
        while !underWay && !ended {
            do {
                guard let frame = try reader.next() else { break }
                actions += handle(frame)
            } catch {
                isLast = true
                underWay = true
                actions.append(.refuse(reader.partialFrame, problem: error.problem))
            }
        }
        return actions
    }

    private mutating func handle(_ frame: SPDMFrame) -> [Action] {
        switch frame.command {
        case .normal where frame.transport != .pciDOE:
            isLast = true
            underWay = true
            return [.refuse(frame.payload, problem: "transport \(frame.transport.rawValue) is not PCI DOE (2)")]
        case .normal:
            underWay = true
            return [.submit(frame.payload)]
        case .explain:
            return [.send(SPDMFrame(command: .explain, transport: frame.transport, payload: notice).encoded)]
        case .test:
            let hello = Array("Server Hello!\0".utf8)
            return [.send(SPDMFrame(command: .test, transport: frame.transport, payload: hello).encoded)]
        case .continue:
            return [.send(SPDMFrame(command: .continue, transport: frame.transport, payload: []).encoded)]
        case .shutdown:
            // Answered here: a responder behind a mailbox serves others too.
            ended = true
            return [.send(SPDMFrame(command: .shutdown, transport: frame.transport, payload: []).encoded), .close]
        default:
            return [.send(SPDMFrame(command: .unknown, transport: frame.transport, payload: []).encoded)]
        }
    }
}
