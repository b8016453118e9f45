internal import DOELinux
internal import DOEMonitor
internal import DOEObjects
internal import SPDMSocket

/// The way of one reply to its client, for whichever thread has it: the frame goes to the client's socket at once,
/// and the reply to the server's thread, with what the socket did not take.
///
/// Nobody else writes to the socket meanwhile. A connection has one request under way, and sends nothing before its
/// answer.
struct AnswerLine: Sendable {
    let token: UInt64
    /// `nil` where something of an earlier answer is still to be sent first.
    let socket: StreamSocket?
    let answers: AnswerBox
    /// Gives back what the exchange took of its user's share: before the client can know that it has ended.
    var endExchange: @Sendable () -> Void = {}

    func answer(_ request: Request, with reply: Reply) {
        let frame = SPDMFrame(answering: request, with: reply).bytes[...]
        // Where sending fails the client has gone, and the server's thread finds that out.
        endExchange()
        let sent = (try? socket?.send(frame)) ?? 0
        // An empty slice would still hold on to the whole frame.
        let unsent = sent == frame.count ? [] : frame.dropFirst(sent)
        answers.put(AnswerBox.Answered(token: token, reply: reply, time: Clocks.monotonicMicroseconds, unsent: unsent))
    }
}

extension SPDMFrame {
    /// What a client gets: the response, an answer of the same command, or a refusal. An empty frame of a command
    /// beside the objects would tell the client that it was carried out.
    init(answering request: Request, with reply: Reply) {
        switch request {
        case .exchange, .malformed: self.init(.normal, payload: reply.response?.bytes ?? [])
        case .outOfBand(let request):
            guard let answer = reply.outOfBandAnswer else {
                self.init(.unknown)
                return
            }
            self.init(SPDMCommand(rawValue: request.kind.rawValue), payload: answer)
        }
    }
}
