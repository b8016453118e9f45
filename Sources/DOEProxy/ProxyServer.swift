public import DOELinux
public import DOEMonitor
internal import DOEControl
internal import DOEWords
internal import SPDMSocket

/// Every listening socket, on one epoll thread: the thread that calls `run`.
public final class ProxyServer {
    /// How long an end waits for clients to take their last answers, microseconds.
    private static let lastAnswerTime: UInt64 = 5_000_000

    private let poll: EventPoll
    private let wakeUp: WakeEvent
    private let answers: AnswerBox
    private let controlAnswers: ReplyBox<ControlReply>
    private let tasks: ReplyBox<MailboxWorker>
    private let monitor: Monitor
    private let accounts: ClientAccounts
    private let controlAccounts: ClientAccounts
    private let refusals: FoldedRefusals
    private var endpoints: [UInt64: any Endpoint] = [:]
    /// What the poll waits for at each of them.
    private var interests: [UInt64: EventPoll.Interest] = [:]
    /// Only those endpoints that have one, so that an idle client costs nothing.
    private var deadlines: [UInt64: UInt64] = [:]
    private var nextToken: UInt64 = 1
    /// Whose connection it is, until it is closed and its exchange has ended.
    private var seats: [UInt64: Seat] = [:]
    /// Connections with an exchange under way, closed ones too.
    private var underWay: Set<UInt64> = []
    private var looks = MailboxLooks()
    private var lingeringPlaces = LingeringPlaces()
    private var isStopping = false
    private var end: UInt64?

    /// A server without endpoints; the monitor is told which clients have left. The clients of mailboxes and those of the
    /// control socket are counted apart, so that no exchange keeps anybody from asking how the daemon fares.
    public init(
        monitor: Monitor, accounts: ClientAccounts, controlAccounts: ClientAccounts, refusals: FoldedRefusals
    ) throws(LinuxError) {
        self.monitor = monitor
        self.accounts = accounts
        self.controlAccounts = controlAccounts
        self.refusals = refusals
        poll = try EventPoll()
        wakeUp = try WakeEvent()
        answers = AnswerBox(wakeUp: wakeUp)
        controlAnswers = ReplyBox(wakeUp: wakeUp)
        tasks = ReplyBox(wakeUp: wakeUp)
        try poll.add(wakeUp.descriptor, .readable, token: 0)
        refusals.whenOpened { [wakeUp] in wakeUp.signal() }
    }

    /// Serves a mailbox's sockets; a client that leaves half a frame for so many seconds is refused.
    public func serve(_ mailbox: ServedMailbox, instance: String, frameSeconds: Int) throws(LinuxError) {
        for listener in mailbox.listeners {
            try serve(mailbox, at: listener, instance: instance, frameSeconds: frameSeconds)
        }
    }

    private func serve(
        _ mailbox: ServedMailbox, at listener: ListeningSocket, instance: String, frameSeconds: Int
    ) throws(LinuxError) {
        let isTCP = listener.isTCP
        try listen(on: listener, mailbox, accounts) { [unowned self] connection, credentials, token in
            let client =
                isTCP
                ? PeerIdentity.tcpClient
                : PeerIdentity.client(
                    behind: connection.descriptor, credentials, acceptedAt: Clocks.boottimeMicroseconds)
            let requester = Requester(client, connection: token)
            return ClientConnection(
                connection, of: credentials?.uid ?? .max, accounts: accounts, instance: instance,
                frameSeconds: frameSeconds, hasRoom: { [monitor] in monitor.hasRoom(for: client) }
            ) { [unowned self] request, hadToken, socket in
                submit(request, to: mailbox, for: requester, over: socket, hadToken: hadToken)
            }
        } refusal: { _, _ in
            SPDMFrame.refusal.bytes
        }
    }

    /// Serves the control socket.
    public func serve(_ socket: ListeningSocket, _ service: ControlService) throws(LinuxError) {
        try listen(on: socket, nil, controlAccounts) {
            [controlAnswers, controlAccounts] connection, credentials, token in
            let client = PeerIdentity.client(
                behind: connection.descriptor, credentials, acceptedAt: Clocks.boottimeMicroseconds)
            return ControlConnection(connection, of: credentials?.uid ?? .max, accounts: controlAccounts) { message in
                service.answer(message, for: client) { controlAnswers.put(token, $0) }
            }
        } refusal: { limit, sentence in
            // So that a client is told, and does not take it for a daemon that died.
            ControlAnswer.lastBytes(of: .refused(limit, sentence))
        }
    }

    /// What tells the server, from any thread, that something else than a request was given to a mailbox's thread: the
    /// server has to look whether it moves.
    public var noteTask: @Sendable (MailboxWorker) -> Void { { [tasks] in tasks.put(0, $0) } }

    /// Calls `body` when the descriptor is readable; for signals.
    public func watch(_ descriptor: Descriptor, _ body: @escaping () -> Void) throws(LinuxError) {
        try add(Watch(descriptor: descriptor, body: body), takeToken())
    }

    /// Serves until `stop` was called, every exchange under way has its answer, and the clients have taken theirs. A
    /// mailbox that is blocked does not hold it up: its clients are told so.
    public func run(_ duty: any LoopDuty) throws(LinuxError) {
        while !isOver {
            let wake = [duty.perform(), looks.next, refusals.next, end, deadlines.values.min()].compactMap(\.self).min()
            let events = try poll.wait(milliseconds: wake.map(Self.milliseconds(until:)))
            // Before anything is taken for which it stands: what is put there later must wake this thread again.
            if events.contains(where: { $0.token == 0 }) { wakeUp.clear() }
            // First of all: a client's bytes may be the first that is heard of its last answer.
            for answered in answers.takeAll() { take(answered) }
            for event in events { dispatch(event) }
            expire()
        }
    }

    /// Takes nothing more, and ends `run` once nothing is under way.
    public func stop() {
        isStopping = true
        for (token, endpoint) in endpoints { keep(endpoint, token, true) }
    }

    private var isOver: Bool {
        guard isStopping, underWay.isEmpty else { return false }
        let now = Clocks.monotonicMicroseconds
        end = end ?? now + Self.lastAnswerTime
        return endpoints.isEmpty || end.map { $0 <= now } ?? false
    }

    /// Rounded up, so that the loop does not spin just before a deadline.
    private static func milliseconds(until deadline: UInt64) -> Int32 {
        let now = Clocks.monotonicMicroseconds
        return deadline > now ? Int32(clamping: (deadline - now) / 1000 + 1) : 0
    }

    private func dispatch(_ event: EventPoll.Event) {
        guard event.token != 0 else {
            for (_, worker) in tasks.takeAll() { looks.submitted(to: worker, at: Clocks.monotonicMicroseconds) }
            for (token, answer) in controlAnswers.takeAll() {
                guard let connection = endpoints[token] as? ControlConnection else { continue }
                keep(connection, token, connection.answered(answer))
            }
            return
        }
        // One that was closed earlier in the same batch is no longer there: tokens are never used again.
        guard let endpoint = endpoints[event.token] else { return }
        keep(endpoint, event.token, endpoint.handle(event.what))
    }

    private func expire() {
        let now = Clocks.monotonicMicroseconds
        looks.perform(at: now)
        refusals.perform(at: now)
        for (token, deadline) in deadlines where deadline <= now {
            guard let endpoint = endpoints[token] else { continue }
            keep(endpoint, token, endpoint.expired())
        }
    }
}

// Connections and their exchanges.
extension ProxyServer {
    private typealias Welcome = (StreamSocket, PeerCredentials?, _ token: UInt64) -> any Endpoint

    private func listen(
        on socket: ListeningSocket, _ mailbox: ServedMailbox?, _ accounts: ClientAccounts, welcome: @escaping Welcome,
        refusal: @escaping (ClientLimit, _ because: String) -> [UInt8]
    ) throws(LinuxError) {
        let listener = Listener(socket) { [unowned self] connection in
            // Of a TCP peer the kernel says nothing that would be true.
            let credentials = socket.isTCP ? nil : PeerCredentials(of: connection.descriptor)
            // Whom the kernel cannot name, a TCP client too, shares the places of nobody's number.
            let uid = credentials?.uid ?? .max
            if let limit = accounts.admitConnection(of: uid, at: Clocks.monotonicMicroseconds) {
                let sentence = accounts.sentence(limit, of: uid)
                note(limit, at: mailbox, credentials, isTCP: socket.isTCP, because: sentence)
                let stream = ConnectionStream(connection)
                stream.queue(refusal(limit, sentence))
                return linger(stream, of: uid)
            }
            let token = takeToken()
            seats[token] = Seat(of: uid, in: accounts)
            do throws(LinuxError) {
                try add(welcome(connection, credentials, token), token)
            } catch {
                release(token)
            }
        }
        try add(listener, takeToken())
    }

    /// A connection that was not taken: its process is not looked at.
    private func note(
        _ limit: ClientLimit, at mailbox: ServedMailbox?, _ credentials: PeerCredentials?, isTCP: Bool,
        because sentence: String
    ) {
        var client = isTCP ? PeerIdentity.tcpClient : Client(via: .known(.unix))
        if let credentials {
            client.uid = .known(credentials.uid)
            client.pid = credentials.pid > 0 ? .known(credentials.pid) : .unknown
        }
        refusals.note(limit, at: mailbox?.name, by: client, because: sentence)
    }

    private func submit(
        _ request: Request, to mailbox: ServedMailbox, for requester: Requester, over socket: StreamSocket?,
        hadToken: Bool
    ) {
        let token = requester.connection
        let uid = seats[token]?.uid ?? .max
        let count = request.bytes.count
        let line = AnswerLine(token: token, socket: socket, answers: answers) { [accounts] in
            accounts.endExchange(of: uid)
        }
        underWay.insert(token)
        if let limit = accounts.beginExchange(of: uid, bytes: count, hadToken: hadToken) {
            let reason = accounts.sentence(limit, of: uid, bytes: count)
            return refusals.refuse(request, to: mailbox.worker.mailbox, for: requester, by: limit, because: reason) {
                line.answer(request, with: $0)
            }
        }
        mailbox.worker.submit(request, for: requester) { line.answer(request, with: $0) }
        looks.submitted(to: mailbox.worker, at: Clocks.monotonicMicroseconds)
    }

    private func take(_ answered: AnswerBox.Answered) {
        let token = answered.token
        underWay.remove(token)
        // The client may have left; its exchange is on record all the same.
        guard let connection = endpoints[token] as? ClientConnection else { return release(token) }
        keep(connection, token, connection.answered(answered.reply, unsent: answered.unsent))
    }

    private func takeToken() -> UInt64 {
        defer { nextToken += 1 }
        return nextToken
    }

    private func add(_ endpoint: any Endpoint, _ token: UInt64) throws(LinuxError) {
        try poll.add(endpoint.descriptor, endpoint.interest, token: token)
        endpoints[token] = endpoint
        interests[token] = endpoint.interest
        deadlines[token] = endpoint.deadline
    }

    /// So that a client hears that it is refused, and is not killed by SIGPIPE. Without a place it is closed at once.
    private func linger(_ stream: ConnectionStream, of uid: UInt32) {
        let now = Clocks.monotonicMicroseconds
        guard lingeringPlaces.take(for: uid, at: now) else {
            _ = stream.flush()
            return
        }
        try? add(LingeringConnection(stream, at: now), takeToken())
    }

    private func keep(_ endpoint: any Endpoint, _ token: UInt64, _ wantsOn: Bool) {
        let goesOn = wantsOn && (!isStopping || endpoint.windUp())
        if underWay.contains(token), !goesOn || isStopping || endpoint.awaitsAnswer { answers.hurry(token) }
        deadlines[token] = goesOn ? endpoint.deadline : nil
        if goesOn, listen(to: endpoint, token) { return }
        deadlines[token] = nil
        poll.remove(endpoint.descriptor)
        endpoints[token] = nil
        interests[token] = nil
        let uid = seats[token]?.uid ?? .max
        // At once, and not when its exchange has ended: who has its answer and leaves must not stand in another's way.
        if seats[token] != nil { monitor.left(token) }
        release(token)
        // Last: the client reads the end now, and its place must be free.
        if !isStopping, let stream = endpoint.lingering { linger(stream, of: uid) }
    }

    /// `false` where the poll does not take it.
    private func listen(to endpoint: any Endpoint, _ token: UInt64) -> Bool {
        let interest = endpoint.interest
        guard interests[token] != interest else { return true }
        interests[token] = interest
        return (try? poll.modify(endpoint.descriptor, interest, token: token)) != nil
    }

    /// Gives the place back, unless an exchange is still under way.
    private func release(_ token: UInt64) {
        guard endpoints[token] == nil, !underWay.contains(token), let seat = seats.removeValue(forKey: token) else {
            return
        }
        seat.release()
        // Once more: a request that was still in its mailbox's queue may have taken SPDM up after its client had left.
        monitor.left(token)
    }
}
