internal import DOELinux
internal import DOEWords
internal import SystemPackage

/// Asks the daemon over its control socket, one connection a question.
public struct ControlClient: Sendable {
    private let socket: String

    /// A client for the socket at this path.
    public init(socket: String) { self.socket = socket }

    /// What the daemon is doing.
    public func status() throws(ControlError) -> DaemonStatus {
        try status(withinMicroseconds: Self.patienceMicroseconds)
    }

    /// The same for somebody in a hurry.
    public func status(withinMicroseconds patience: UInt64) throws(ControlError) -> DaemonStatus {
        try ask(ControlInterface.getStatus, DaemonStatus.Answer.self, patience: patience).status
    }

    /// Every mailbox that is served.
    public func mailboxes() throws(ControlError) -> [MailboxEntry] {
        try mailboxes(withinMicroseconds: Self.patienceMicroseconds)
    }

    /// The same for somebody in a hurry.
    public func mailboxes(withinMicroseconds patience: UInt64) throws(ControlError) -> [MailboxEntry] {
        try ask(ControlInterface.listMailboxes, MailboxEntry.Answer.self, patience: patience).mailboxes
    }

    /// Every taint.
    public func taint() throws(ControlError) -> TaintEntry.Answer {
        try ask(ControlInterface.getTaint, TaintEntry.Answer.self)
    }

    /// What the witness sees of each way to a mailbox.
    public func sight() throws(ControlError) -> SightEntry.Answer {
        try ask(ControlInterface.getSight, SightEntry.Answer.self)
    }

    /// What the daemon started with.
    public func configuration() throws(ControlError) -> SettingEntry.Answer {
        try ask(ControlInterface.getConfiguration, SettingEntry.Answer.self)
    }

    /// Has the daemon read the rules anew; throws `PolicyBroken` with `BrokenRules` where it keeps what it had.
    ///
    /// `whileWaiting` is called with the microseconds that this has taken: after two seconds without an answer, then every ten.
    public func reloadPolicy(whileWaiting: @escaping (UInt64) -> Void) throws(ControlError) -> PolicyReload {
        try ask(
            ControlInterface.reloadPolicy, PolicyReload.self, patience: Self.reloadMicroseconds,
            whileWaiting: whileWaiting)
    }

    /// The policy in force with all its lines, from as many pages as it takes.
    public func policy() throws(ControlError) -> PolicyPage {
        var whole: PolicyPage?
        while true {
            let page = try ask(
                ControlInterface.getPolicy, with: PolicyPageRequest(first: whole?.next), PolicyPage.self)
            if let former = whole, former.policy.generation == page.policy.generation {
                whole?.lines += page.lines
                whole?.next = page.next
            } else if whole == nil {
                whole = page
            } else {
                // A reload came between two pages.
                whole = nil
                continue
            }
            if let whole, whole.next == nil { return whole }
        }
    }

    func ask<Answer: Codable & Sendable>(
        _ method: String, with parameters: some ControlParameters = NoParameters(), _: Answer.Type,
        patience: UInt64 = patienceMicroseconds, whileWaiting: ((UInt64) -> Void)? = nil
    ) throws(ControlError) -> Answer {
        let call = try JSONText.encode(VarlinkCall(method: method, parameters: parameters))
        let message = try talk(call + [0], patience, whileWaiting)
        let reply = try JSONText.decode(VarlinkReply<ErrorWords>.self, from: message)
        if let name = reply.error { throw Self.error(name, reply.parameters, method, message) }
        guard let answer = try JSONText.decode(VarlinkReply<Answer>.self, from: message).parameters else {
            throw ControlError(problem: "the daemon's answer to \(method) is empty")
        }
        return answer
    }
}

extension ControlClient {
    /// The daemon's own words, where it has any: Varlink's own errors have none.
    private static func error(
        _ name: String, _ words: ErrorWords?, _ method: String, _ answer: [UInt8]
    ) -> ControlError {
        ControlError(
            name: name, problem: words?.problem ?? "the daemon answered \(method) with \(name)", remedy: words?.remedy,
            answer: answer)
    }

    /// Longer than any answer takes: the daemon answers from memory.
    private static var patienceMicroseconds: UInt64 { 10_000_000 }

    /// Many rules, with names that a slow directory service has to be asked for.
    private static var reloadMicroseconds: UInt64 { 600_000_000 }

    private func talk(
        _ call: [UInt8], _ patience: UInt64, _ whileWaiting: ((UInt64) -> Void)?
    ) throws(ControlError) -> [UInt8] {
        do {
            let now = Clocks.monotonicMicroseconds
            let deadline = now + patience
            // The queue is full only where the daemon takes nobody from it: no reason to wait for as long as for an answer.
            let connection = try StreamSocket.connect(
                path: socket, until: min(deadline, now + Self.patienceMicroseconds))
            var notices = WaitingNotices(from: now)
            guard try connection.sendAll(call, until: deadline) else { throw silence }
            var reader = VarlinkReader()
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let pause = whileWaiting == nil ? deadline : min(deadline, notices.next)
                guard try connection.waitReadable(until: pause) else {
                    let now = Clocks.monotonicMicroseconds
                    guard now < deadline else { throw silence }
                    if let waited = notices.waited(at: now) { whileWaiting?(waited) }
                    continue
                }
                switch try connection.receive(into: &buffer) {
                case .bytes(let count):
                    var piece = buffer[..<count]
                    if let message = try reader.next(from: &piece) { return message }
                case .nothingYet: continue
                case .ended: throw ControlError(problem: "the daemon closed \(socket) without an answer")
                }
            }
        } catch let error as ControlError {
            throw error
        } catch let error as LinuxError {
            throw ControlError(
                problem: error.problem, remedy: Self.remedy(for: error, socket: socket),
                isNobodyThere: [.noSuchFileOrDirectory, .connectionRefused].contains(error.errno))
        } catch {
            throw ControlError(problem: "\(error)")
        }
    }

    private var silence: ControlError {
        ControlError(
            problem: "the daemon does not answer on \(socket)",
            remedy: "look at it with: systemctl status doe-auditd")
    }

    private static func remedy(for error: LinuxError, socket: String) -> String {
        if let remedy = error.remedy { return remedy }
        return switch error.errno {
        case .noSuchFileOrDirectory, .connectionRefused:
            "start the daemon with: systemctl start doe-auditd (or name its --runtime-directory)"
        case .permissionDenied:
            "only root and the group doe-audit may ask: use sudo, or join the group"
        default: "look at it with: systemctl status doe-auditd"
        }
    }
}
