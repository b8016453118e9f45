internal import DOEControl

/// The talk with one client of the control socket: a pure state machine that is told what came and says what to do.
/// Its calls are answered in their order, one under way at a time; what the client sends meanwhile waits.
struct ControlTalk {
    enum Action: Equatable {
        /// A call, to be carried out elsewhere: `answered` must be called once. `isConnectors`: all of it was sent by
        /// who connected.
        case carryOut([UInt8], isConnectors: Bool)
        /// Bytes for the client.
        case send([UInt8])
    }

    private enum Next {
        case nothing
        case call([UInt8])
        /// Where the message after this one begins cannot be told.
        case tooLong(ControlError)
    }

    private var reader = VarlinkReader(limit: CallBounds.byteLimit)
    private var senders = FrameSenders()
    /// What came and was not read yet.
    private var waiting: ArraySlice<UInt8> = []
    private var next = Next.nothing
    /// A call is carried out elsewhere.
    private(set) var isUnderWay = false
    /// Nothing more is begun: what is under way has the last answer.
    private(set) var isEnding = false

    /// Whether more bytes are wanted now.
    var wantsBytes: Bool {
        guard case .nothing = next else { return false }
        return !isUnderWay && !isEnding
    }

    /// Whether `proceed` would begin something now.
    var canProceed: Bool {
        if case .nothing = next { return false }
        return !isUnderWay && !isEnding
    }

    /// Bytes came, all from one sender. They come only where `wantsBytes`, so no call waits that others have sent.
    mutating func received(_ bytes: [UInt8], fromConnector: Bool) {
        senders.came(fromConnector: fromConnector, insideFrame: reader.isInsideMessage)
        waiting += bytes
        lookAhead()
    }

    /// Begins the next call, if it is here whole.
    mutating func proceed() -> Action? {
        guard canProceed else { return nil }
        switch next {
        case .nothing: return nil
        case .call(let message):
            let isConnectors = senders.isConnectorsAlone
            senders.frameEnded()
            next = .nothing
            lookAhead()
            isUnderWay = true
            return .carryOut(message, isConnectors: isConnectors)
        case .tooLong(let error):
            isEnding = true
            return .send(ControlAnswer.lastBytes(of: error))
        }
    }

    /// The call under way has been answered.
    mutating func answered(_ reply: ControlReply) -> Action {
        isUnderWay = false
        switch reply {
        case .goesOn(let bytes): return .send(bytes)
        case .ends(let bytes):
            isEnding = true
            return .send(bytes)
        }
    }

    /// Begins nothing more.
    mutating func end() { isEnding = true }

    private mutating func lookAhead() {
        guard case .nothing = next else { return }
        do throws(ControlError) {
            if let message = try reader.next(from: &waiting) { next = .call(message) }
        } catch {
            next = .tooLong(error)
        }
    }
}
