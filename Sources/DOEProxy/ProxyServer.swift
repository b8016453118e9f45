public import DOELinux
public import DOEMonitor
internal import DOEControl
internal import DOEWords
internal import SPDMSocket

/// Every listening socket, on one epoll thread: the thread that calls `run`.
public final class ProxyServer {
    /// How long an end waits for clients to take their last answers, microseconds.
    private static let lastAnswerTime: UInt64 = 5_000_000

    let poll: EventPoll
    private let wakeUp: WakeEvent
    private let answers: AnswerBox
    private let controlAnswers: ReplyBox<ControlReply>
    private let tasks: ReplyBox<MailboxWorker>
    private let monitor: Monitor
    let mailboxDoor: Door
    let controlDoor: Door
    let refusals: FoldedRefusals
    let identities: any PeerIdentifying
    let identified: ReplyBox<LearnedClient>
    /// Connections whose client is still to be named.
    var arrivals: [UInt64: Arrival] = [:]
    var endpoints: [UInt64: any Endpoint] = [:]
    /// What the poll waits for at each of them.
    private var interests: [UInt64: EventPoll.Interest] = [:]
    /// Only those endpoints that have one, so that an idle client costs nothing.
    var deadlines: [UInt64: UInt64] = [:]
    private var nextToken: UInt64 = 1
    /// Whose connection it is, until it is closed and its exchange has ended.
    var seats: [UInt64: Seat] = [:]
    /// Connections that are served and whose client is still to be named.
    var lateNames: Set<UInt64> = []
    /// Those that end with the answer that is under way.
    var ending: Set<UInt64> = []
    /// Connections with an exchange under way, closed ones too.
    private var underWay: Set<UInt64> = []
    private var looks = MailboxLooks()
    private var lingeringPlaces = LingeringPlaces()
    /// Connections that are refused, and hear of it in a moment.
    var refused = RefusedConnections()
    var turningAway = TurningAway()
    /// The highest number that a connection's descriptor had: the kernel gives the lowest one that is free.
    var highestNumber: Int32 = 0
    /// Connections that could not be accepted.
    public let acceptTrouble = AcceptTrouble()
    private(set) var isStopping = false
    private var end: UInt64?

    /// A server without endpoints; the monitor is told which clients have left. The clients of mailboxes and those of
    /// the control socket are counted apart, so that no exchange keeps anybody from asking how the daemon fares.
    public init(
        monitor: Monitor, accounts: ClientAccounts, controlAccounts: ClientAccounts, refusals: FoldedRefusals,
        identities: any PeerIdentifying
    ) throws(LinuxError) {
        self.monitor = monitor
        mailboxDoor = Door(accounts)
        controlDoor = Door(controlAccounts)
        self.refusals = refusals
        self.identities = identities
        poll = try EventPoll()
        wakeUp = try WakeEvent()
        answers = AnswerBox(wakeUp: wakeUp)
        controlAnswers = ReplyBox(wakeUp: wakeUp)
        tasks = ReplyBox(wakeUp: wakeUp)
        identified = ReplyBox(wakeUp: wakeUp)
        try poll.add(wakeUp.descriptor, .readable, token: 0)
        refusals.whenOpened { [wakeUp] in wakeUp.signal() }
    }

    /// Serves a mailbox's sockets; a client that leaves half a frame for so many seconds is refused.
    public func serve(_ mailbox: ServedMailbox, instance: String, frameSeconds: Int) throws(LinuxError) {
        // The kernel may have to load what answers; that must not be the loop's to wait for.
        if mailbox.listeners.contains(where: \.isTCP) { TCPPeer.prepare() }
        for listener in mailbox.listeners {
            try serve(mailbox, at: listener, instance: instance, frameSeconds: frameSeconds)
        }
    }

    private func serve(
        _ mailbox: ServedMailbox, at listener: ListeningSocket, instance: String, frameSeconds: Int
    ) throws(LinuxError) {
        let (accounts, memory) = (mailboxDoor.accounts, mailboxDoor.memory)
        let entrance = Entrance(
            mailboxDoor, mailbox.name, isTCP: listener.isTCP, goodbye: SPDMFrame.refusal.bytes,
            refusal: { _, _ in SPDMFrame.refusal.bytes }
        ) { [unowned self] newcomer in
            let (client, token) = (newcomer.client, newcomer.token)
            let nobody = Requester(.unknownUnix, connection: token)
            return ClientConnection(
                newcomer, accounts, memory, instance: instance, frameSeconds: frameSeconds,
                facts: { [monitor] in MailboxFacts(mailbox, monitor, asked: $0) },
                hasRoom: { [monitor] in monitor.hasRoom(for: client.requester.holder) },
                ownsSPDM: { [monitor] in monitor.isSPDMOwner(token) }
            ) { [unowned self] request, size, hadToken, isConnectors, socket in
                submit(
                    request, size: size, to: mailbox, for: isConnectors ? client.requester : nobody, over: socket,
                    hadToken: hadToken)
            }
        }
        try listen(on: listener, entrance)
    }

    /// Serves the control socket.
    public func serve(_ socket: ListeningSocket, _ service: ControlService) throws(LinuxError) {
        let accounts = controlDoor.accounts
        // A refusal is said, so that a client does not take it for a daemon that died.
        let entrance = Entrance(
            controlDoor, nil, isTCP: socket.isTCP, goodbye: ControlAnswer.lastBytes(of: .letGo),
            refusal: { ControlAnswer.lastBytes(of: .refused($0, $1)) }
        ) { [controlAnswers] newcomer in
            let (client, token) = (newcomer.client, newcomer.token)
            return ControlConnection(newcomer, accounts: accounts) { message, isConnectors in
                let learned = client.learned
                // Asked when it is decided who may, and not before.
                let caller: @Sendable () -> Client = { isConnectors ? learned.present() : .unknownUnix }
                service.answer(message, for: caller) { controlAnswers.put(token, $0) }
            }
        }
        try listen(on: socket, entrance)
    }

    /// What tells the server, from any thread, that something else than a request was given to a mailbox's thread:
    /// the server has to look whether it moves.
    public var noteTask: @Sendable (MailboxWorker) -> Void { { [tasks] in tasks.put(0, $0) } }

    /// Calls `body` when the descriptor is readable; for signals.
    public func watch(_ descriptor: Descriptor, _ body: @escaping () -> Void) throws(LinuxError) {
        try add(Watch(descriptor: descriptor, body: body), takeToken())
    }

    /// Serves until `stop` was called, every exchange under way has its answer, and the clients have taken theirs. A
    /// mailbox that is blocked does not hold it up: its clients are told so.
    public func run(_ duty: any LoopDuty) throws(LinuxError) {
        while !isOver {
            let wake = [duty.perform(), next].compactMap(\.self).min()
            let events = try poll.wait(milliseconds: wake.map(Self.milliseconds(until:)))
            // Before anything is taken for which it stands: what is put there later must wake this thread again.
            if events.contains(where: { $0.token == 0 }) { wakeUp.clear() }
            // First of all: a client's bytes may be the first that is heard of its last answer.
            for answered in answers.takeAll() { take(answered) }
            for event in events { dispatch(event) }
            expire()
            readOn()
        }
    }

    /// When something is to be done here that no descriptor tells of.
    private var next: UInt64? {
        [
            looks.next, refusals.next, end, deadlines.values.min(), refused.next, mailboxDoor.restWatch.next,
            controlDoor.restWatch.next,
        ].compactMap(\.self).min()
    }

    /// Takes nothing more, and ends `run` once nothing is under way.
    public func stop() {
        isStopping = true
        refused.removeAll()
        for token in arrivals.keys { turnAway(token) }
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
            for (token, client) in identified.takeAll() { isNamed(token, client) }
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

    /// Goes on with those that waited for memory, once some is free.
    private func readOn() {
        // Again, where one of them ended and gave back its own.
        while case let waiting = mailboxDoor.memory.takeWaiting(), !waiting.isEmpty {
            for token in waiting {
                guard let connection = endpoints[token] as? ClientConnection else { continue }
                keep(connection, token, connection.goOn())
            }
        }
    }

    private func expire() {
        let now = Clocks.monotonicMicroseconds
        looks.perform(at: now)
        refusals.perform(at: now)
        for late in refused.due(at: now) { linger(late.stream, of: late.holder) }
        endRests(at: now)
        for (token, deadline) in deadlines where deadline <= now {
            if let endpoint = endpoints[token] { keep(endpoint, token, endpoint.expired()) } else { isLate(token) }
        }
    }
}

// Connections and their exchanges.
extension ProxyServer {
    private func submit(
        _ request: Request, size: Int, to mailbox: ServedMailbox, for requester: Requester, over socket: StreamSocket?,
        hadToken: Bool
    ) {
        let token = requester.connection
        let holder = seats[token]?.holder ?? .unnamed
        let accounts = mailboxDoor.accounts
        let line = AnswerLine(token: token, socket: socket, answers: answers) { accounts.endExchange(of: holder) }
        underWay.insert(token)
        if let limit = accounts.beginExchange(of: holder, bytes: size, hadToken: hadToken) {
            let reason = accounts.sentence(limit, of: holder, bytes: size)
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
        keep(connection, token, connection.answered(answered))
    }

    func takeToken() -> UInt64 {
        defer { nextToken += 1 }
        return nextToken
    }

    func add(_ endpoint: any Endpoint, _ token: UInt64) throws(LinuxError) {
        try poll.add(endpoint.descriptor, endpoint.interest, token: token)
        endpoints[token] = endpoint
        interests[token] = endpoint.interest
        deadlines[token] = endpoint.deadline
    }

    /// So that a client hears that it is refused, and is not killed by SIGPIPE. Without a place it is closed at once.
    func linger(_ stream: ConnectionStream, of holder: AccountHolder) {
        let now = Clocks.monotonicMicroseconds
        guard lingeringPlaces.take(for: holder, at: now) else {
            _ = stream.flush()
            return
        }
        try? add(LingeringConnection(stream, at: now), takeToken())
    }

    func keep(_ endpoint: any Endpoint, _ token: UInt64, _ wantsOn: Bool) {
        let goesOn = wantsOn && (!(isStopping || ending.contains(token)) || endpoint.windUp())
        if underWay.contains(token), !goesOn || isStopping || endpoint.awaitsAnswer { answers.hurry(token) }
        deadlines[token] = goesOn ? endpoint.deadline : nil
        if goesOn, listen(to: endpoint, token) { return }
        deadlines[token] = nil
        poll.remove(endpoint.descriptor)
        endpoints[token] = nil
        interests[token] = nil
        ending.remove(token)
        forgetName(of: token)
        let holder = seats[token]?.holder ?? .unnamed
        // At once, and not when its exchange has ended: who has its answer and leaves must not stand in another's
        // way.
        if seats[token] != nil { monitor.left(token) }
        release(token)
        // Last: the client reads the end now, and its place must be free.
        if !isStopping, let stream = endpoint.lingering { linger(stream, of: holder) }
    }

    /// `false` where the poll does not take it.
    private func listen(to endpoint: any Endpoint, _ token: UInt64) -> Bool {
        let interest = endpoint.interest
        guard interests[token] != interest else { return true }
        interests[token] = interest
        return (try? poll.modify(endpoint.descriptor, interest, token: token)) != nil
    }

    /// Gives the place back, unless an exchange is still under way.
    func release(_ token: UInt64) {
        guard endpoints[token] == nil, !underWay.contains(token), let seat = seats.removeValue(forKey: token) else {
            return
        }
        seat.release(token)
        // Once more: a request that was still in its mailbox's queue may have taken SPDM up after its client had
        // left.
        monitor.left(token)
    }
}
