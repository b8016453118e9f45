public import DOELinux
internal import DOEMonitor
internal import DOEWords

/// Every listening socket, on one epoll thread: the thread that calls `run`.
public final class ProxyServer {
    private let poll: EventPoll
    private let wakeUp: WakeEvent
    private let replies: ReplyBox
    private var endpoints: [UInt64: any Endpoint] = [:]
    /// Only those endpoints that have one, so that an idle client costs nothing.
    private var deadlines: [UInt64: UInt64] = [:]
    private var nextToken: UInt64 = 1
    private var isStopping = false
    private var inFlight = 0

    /// A server without endpoints.
    public init() throws(LinuxError) {
        poll = try EventPoll()
        wakeUp = try WakeEvent()
        replies = ReplyBox(wakeUp: wakeUp)
        try poll.add(wakeUp.descriptor, .readable, token: 0)
    }

    /// Serves a mailbox's socket; a client that leaves half a frame for so many seconds is refused.
    public func serve(_ mailbox: ServedMailbox, instance: String, frameSeconds: Int) throws(LinuxError) {
        try add(
            Listener(mailbox.listener) { [unowned self] connection in
                let client = PeerIdentity.client(behind: connection.descriptor, acceptedAt: Clocks.boottimeMicroseconds)
                let token = nextToken
                let endpoint = ClientConnection(
                    connection, of: client, to: mailbox, instance: instance, frameSeconds: frameSeconds
                ) { [unowned self] request, mailbox, client in
                    submit(request, to: mailbox, for: client, token: token)
                }
                try? add(endpoint)
            })
    }

    /// Serves the control socket.
    public func serve(_ socket: ListeningSocket, _ service: ControlService) throws(LinuxError) {
        try add(
            Listener(socket) { [unowned self] connection in
                try? add(ControlConnection(connection, service: service))
            })
    }

    /// Calls `body` when the descriptor is readable; for signals.
    public func watch(_ descriptor: Descriptor, _ body: @escaping () -> Void) throws(LinuxError) {
        try add(Watch(descriptor: descriptor, body: body))
    }

    /// Serves until `stop` was called and every exchange under way has its answer.
    public func run(_ duty: any LoopDuty) throws(LinuxError) {
        while !(isStopping && inFlight == 0) {
            let wake = (deadlines.values + [duty.perform()].compactMap(\.self)).min()
            for event in try poll.wait(milliseconds: wake.map(Self.milliseconds(until:))) {
                dispatch(event)
            }
            expire()
        }
    }

    /// Rounded up, so that the loop does not spin just before a deadline.
    private static func milliseconds(until deadline: UInt64) -> Int32 {
        let now = Clocks.monotonicMicroseconds
        return deadline > now ? Int32(clamping: (deadline - now) / 1000 + 1) : 0
    }

    /// Ends `run` once nothing is under way.
    public func stop() { isStopping = true }

    private func dispatch(_ event: EventPoll.Event) {
        guard event.token != 0 else {
            wakeUp.wait(microseconds: 0)
            for (token, reply) in replies.takeAll() {
                inFlight -= 1
                // The client may have left; its exchange is on record all the same.
                guard let connection = endpoints[token] as? ClientConnection else { continue }
                keep(connection, token, connection.answered(reply))
            }
            return
        }
        guard let endpoint = endpoints[event.token] else { return }
        keep(endpoint, event.token, endpoint.handle(event.what))
    }

    private func expire() {
        let now = Clocks.monotonicMicroseconds
        for (token, deadline) in deadlines where deadline <= now {
            guard let endpoint = endpoints[token] else { continue }
            keep(endpoint, token, endpoint.expired())
        }
    }

    private func submit(
        _ request: Request, to mailbox: ServedMailbox, for client: Client, token: UInt64
    ) {
        inFlight += 1
        let replies = replies
        mailbox.worker.submit(request, for: client) { reply in replies.put(token, reply) }
    }

    private func add(_ endpoint: any Endpoint) throws(LinuxError) {
        let token = nextToken
        nextToken += 1
        try poll.add(endpoint.descriptor, endpoint.interest, token: token)
        endpoints[token] = endpoint
    }

    private func keep(_ endpoint: any Endpoint, _ token: UInt64, _ goesOn: Bool) {
        deadlines[token] = goesOn ? endpoint.deadline : nil
        if goesOn, (try? poll.modify(endpoint.descriptor, endpoint.interest, token: token)) != nil { return }
        poll.remove(endpoint.descriptor)
        endpoints[token] = nil
    }
}
