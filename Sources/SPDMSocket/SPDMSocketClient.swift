package import DOELinux
internal import DOEWords
internal import SystemPackage

/// A client of an SPDM socket that waits for each answer: of doe-auditd's mailbox sockets, and of emulators.
///
/// After an error (other than a bad request) the connection is of no use: an answer that came late would be taken for
/// the next one. Every later call throws the same error; connect anew.
package struct SPDMSocketClient: ~Copyable, Sendable {
    let socket: StreamSocket
    private let timeoutMilliseconds: UInt32?
    var reader = SPDMFrameReader()
    var pending: ArraySlice<UInt8> = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    private var broken: SPDMSocketError?
    /// A part of a request went out, and its rest never will: whatever is sent now would be taken for that rest.
    private(set) var isRequestCut = false
    /// A request went out whole, and its answer has not come.
    var isAnswerDue = false
    var parting = Parting()

    /// Connects, or gives up after the time for it. The timeout is for a whole answer, and for sending a whole frame;
    /// `nil` waits for ever.
    package init(
        connectingTo address: SPDMSocketAddress, withinMilliseconds connectMilliseconds: UInt32 = 5_000,
        timeoutMilliseconds: UInt32? = nil
    ) throws(SPDMSocketError) {
        let deadline = Clocks.monotonicMicroseconds + UInt64(connectMilliseconds) * 1000
        do throws(LinuxError) {
            switch address {
            case .unix(let path): socket = try StreamSocket.connect(path: path, until: deadline)
            case .tcp(let host, let port):
                socket = try StreamSocket.connect(address: host, port: port, until: deadline)
            }
        } catch {
            throw SPDMSocketError(
                .cannotConnect, problem: error.problem, remedy: error.remedy ?? Self.remedy(error.errno, address))
        }
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// Speaks over a socket that is connected already. The timeout is as above.
    package init(over socket: StreamSocket, timeoutMilliseconds: UInt32? = nil) {
        self.socket = socket
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// Whether the connection is as the last answer left it: the other end has not closed it, and nothing came that
    /// nobody asked for.
    package var isIdle: Bool {
        broken == nil && pending.isEmpty && !reader.isInsideFrame && (try? socket.waitReadable(until: 0)) == false
    }

    /// Who listens there, where that is a process of this host; `nil` where the kernel does not say.
    var listener: Int32? { PeerCredentials(of: socket.descriptor).flatMap { $0.pid > 0 ? $0.pid : nil } }

    /// Sends one data object (its header included) and waits for the response, or for the refusal.
    package mutating func exchange(_ object: [UInt8]) throws(SPDMSocketError) -> SPDMAnswer {
        guard !object.isEmpty, object.count <= SPDMFrame.maximumPayload else {
            throw SPDMSocketError(
                .badRequest,
                problem: "expected an object of 1 to \(SPDMFrame.maximumPayload) bytes, found \(object.count)")
        }
        let answer = try ask(SPDMFrame(.normal, payload: object))
        return answer.payload.isEmpty ? .refused : .response(answer.payload)
    }

    /// Asks doe-auditd what was decided of the last exchange on this connection, and why: a JSON text in UTF-8.
    package mutating func explainLast() throws(SPDMSocketError) -> [UInt8] {
        try ask(SPDMFrame(.explain)).payload
    }

    /// Asks doe-auditd what it knows of the mailbox: a JSON text in UTF-8; `nil` where it takes this client for none
    /// and says the empty frame with which it ends a connection.
    package mutating func describe(_ object: [UInt8] = []) throws(SPDMSocketError) -> [UInt8]? {
        let question = SPDMFrame(.describe, payload: object)
        try send(question)
        let answer = try receive()
        if answer == .refusal { return nil }
        return try checked(answer, to: question).payload
    }

    /// Sends a frame and waits for one with the same command and transport.
    package mutating func ask(_ frame: SPDMFrame) throws(SPDMSocketError) -> SPDMFrame {
        try send(frame)
        return try checked(try receive(), to: frame)
    }

    private mutating func checked(_ answer: SPDMFrame, to frame: SPDMFrame) throws(SPDMSocketError) -> SPDMFrame {
        guard answer.command == frame.command, answer.transport == frame.transport else {
            throw breaking(
                .unexpected,
                "\(socket.peer): expected a \(frame.command) frame (transport \(frame.transport)), "
                    + "found \(answer.command) (transport \(answer.transport))",
                remedy: [.explain, .describe].contains(frame.command) || answer.command == .unknown
                    ? "check that doe-auditd listens there; others do not know the command '\(frame.command)'"
                    : "check that the peer is set to PCI DOE")
        }
        return answer
    }

    /// Sends one frame in one write.
    package mutating func send(_ frame: SPDMFrame) throws(SPDMSocketError) {
        if let broken { throw broken }
        guard pending.isEmpty, !reader.isInsideFrame else {
            throw breaking(.unexpected, "\(socket.peer): bytes came that nobody asked for", remedy: "connect again")
        }
        let isSent: Bool
        do throws(LinuxError) {
            isSent = try socket.sendAll(frame.bytes, until: deadline())
        } catch {
            throw breaking(error)
        }
        guard isSent else {
            isRequestCut = true
            throw timedOut("took no request")
        }
        isAnswerDue = true
    }

    /// Waits for one frame.
    package mutating func receive() throws(SPDMSocketError) -> SPDMFrame {
        if let broken { throw broken }
        let deadline = deadline()
        while true {
            if let frame = try nextPending() {
                isAnswerDue = false
                return frame
            }
            switch try read(until: deadline) {
            case .bytes(let count): pending = buffer[..<count]
            case .nothingYet: throw timedOut("gave no answer")
            case .ended: throw closed()
            }
        }
    }

    /// `nothingYet` only when the deadline has passed.
    private mutating func read(until deadline: UInt64?) throws(SPDMSocketError) -> StreamSocket.Received {
        do throws(LinuxError) {
            while try socket.waitReadable(until: deadline) {
                let received = try socket.receive(into: &buffer)
                if received != .nothingYet { return received }
            }
            return .nothingYet
        } catch {
            throw breaking(error)
        }
    }

    private mutating func nextPending() throws(SPDMSocketError) -> SPDMFrame? {
        let frame: SPDMFrame?
        do throws(SPDMFrameError) {
            frame = try reader.next(from: &pending)
        } catch {
            throw breaking(.unexpected, "\(socket.peer): \(error.problem)", remedy: error.remedy)
        }
        // An empty slice would still hold on to the buffer, and the next read would copy it.
        if pending.isEmpty { pending = [] }
        return frame
    }

    private func deadline() -> UInt64? {
        timeoutMilliseconds.map { Clocks.monotonicMicroseconds + UInt64($0) * 1000 }
    }
}

// What went wrong, remembered: the connection is out of step from then on.
extension SPDMSocketClient {
    private mutating func breaking(
        _ reason: SPDMSocketError.Reason, _ problem: String, remedy: String?
    ) -> SPDMSocketError {
        let error = SPDMSocketError(reason, problem: problem, remedy: remedy)
        broken = error
        return error
    }

    private mutating func breaking(_ error: LinuxError) -> SPDMSocketError {
        error.errno == .brokenPipe ? closed() : breaking(.failed, error.problem, remedy: error.remedy)
    }

    private mutating func timedOut(_ what: String) -> SPDMSocketError {
        breaking(
            .timeout, "\(socket.peer) \(what) within \(timeoutMilliseconds ?? 0) ms",
            remedy: "check the peer, then connect again")
    }

    private mutating func closed() -> SPDMSocketError {
        let place = reader.isInsideFrame ? "in the middle of a frame" : "before an answer"
        return breaking(
            .closed, "\(socket.peer) closed the connection \(place)",
            remedy: "see the peer's own log (for doe-auditd: journalctl -u doe-auditd), then connect again")
    }

    private static func remedy(_ errno: Errno, _ address: SPDMSocketAddress) -> String? {
        switch (errno, address) {
        case (.noSuchFileOrDirectory, .unix), (.connectionRefused, .unix):
            "start doe-auditd (systemctl start doe-auditd), and check the mailbox's name with 'doe-audit mailboxes'"
        case (.connectionRefused, .tcp): "start what is to listen there"
        case (.timedOut, _): "check that what listens there is alive, then connect again"
        case (.permissionDenied, _): "ask as root, or as a user whom the socket's permissions let in"
        case (.fileNameTooLong, _): "use a shorter runtime directory: a socket's path has at most 107 bytes"
        default: nil
        }
    }
}
