package import DOELinux
internal import DOEWords
internal import Synchronization
internal import SystemPackage

/// The daemon's side: asks the broker, for as many threads as like to at once.
///
/// Each request has a number, under which its answer finds who asked. Nobody waits longer than he says; an answer that
/// comes later is dropped, and with it the descriptors that it carries. A broker that has gone does not come back: a daemon
/// that lacks it ends, and whoever started both starts both.
package final class BrokerClient: Sendable {
    private struct Asker: Sendable {
        let kind: BrokerRequest.Kind
        let slot: AnswerSlot<Result<BrokerAnswer, BrokerSilence>>
    }

    private struct State {
        var next: UInt64 = 1
        var askers: [UInt64: Asker] = [:]
        var isGone = false
        /// It has said that it ends.
        var isLeaving = false
    }

    private let socket: MessageSocket
    private let state = Mutex(State())
    /// Questions in a row that had no answer.
    private let lost = Mutex<UInt64>(0)
    private let goneEvent: WakeEvent

    /// A broker that reads nothing holds nobody longer than this, microseconds.
    private static let longestSending = 200_000

    /// Starts the thread that takes the answers.
    package init(socket: MessageSocket) throws(LinuxError) {
        self.socket = socket
        goneEvent = try WakeEvent()
        try socket.limitSending(microseconds: Self.longestSending)
        try WorkerThread(name: "doe-broker") { [self] in takeAnswers() }.detach()
    }

    /// Readable once the broker has gone, or has said that it ends and waits for this daemon's end.
    package var departs: Descriptor { goneEvent.descriptor }

    /// Why nobody can go on with it; `nil` while it serves.
    package var departure: BrokerSilence? {
        state.withLock { $0.isLeaving ? .leaving : $0.isGone ? .gone : nil }
    }

    /// The same, once it was told of: `departs` is not readable any more.
    package func takeDeparture() -> BrokerSilence? {
        goneEvent.clear()
        return departure
    }

    /// What is wrong; `nil` while nothing is.
    package var trouble: String? {
        if let departure { return departure.description }
        let lost = lost.withLock { $0 }
        guard lost > 0 else { return nil }
        return "the broker does not answer in time, or not as it should; the last answers that were missed: \(lost)"
    }

    /// Asks, and waits so long at most.
    package func ask(
        _ request: BrokerRequest, with descriptors: [Descriptor] = [], withinMicroseconds limit: UInt64
    ) throws(BrokerSilence) -> BrokerAnswer {
        let slot = AnswerSlot<Result<BrokerAnswer, BrokerSilence>>()
        let number: UInt64? = state.withLock { state in
            guard !state.isGone else { return nil }
            let number = state.next
            state.next += 1
            state.askers[number] = Asker(kind: request.kind, slot: slot)
            return number
        }
        guard let number else { throw .gone }
        do throws(LinuxError) {
            try socket.send(request.bytes(number: number), with: descriptors)
        } catch {
            forget(number)
            guard error.errno != .wouldBlock else {
                lost.withLock { $0 += 1 }
                throw .late
            }
            throw error.isShortage ? .unsent(error) : .gone
        }
        guard let result = slot.take(withinMicroseconds: limit) else {
            forget(number)
            lost.withLock { $0 += 1 }
            throw .late
        }
        let answer = try result.get()
        lost.withLock { $0 = 0 }
        return answer
    }

    /// Has something done, and waits neither for that nor for an answer.
    package func tell(_ request: BrokerRequest) {
        let number = state.withLock { state in
            state.next += 1
            return state.next - 1
        }
        try? socket.send(request.bytes(number: number))
    }

    /// Ends the connection; the broker ends then.
    package func close() { socket.shutDown() }

    private func forget(_ number: UInt64) { state.withLock { _ = $0.askers.removeValue(forKey: number) } }

    private func takeAnswers() {
        while let message = try? socket.receive(upTo: BrokerWire.longestAnswer) {
            if message.bytes == BrokerWire.farewell {
                state.withLock { $0.isLeaving = true }
                goneEvent.signal()
                continue
            }
            guard let number = BrokerAnswer.number(of: message.bytes),
                let asker = state.withLock({ $0.askers.removeValue(forKey: number) })
            else { continue }
            if message.lacksDescriptors {
                asker.slot.put(.failure(.noDescriptorLeft))
            } else if !message.hasMoreBytes,
                let answer = BrokerAnswer.read(message.bytes, to: asker.kind, with: message.descriptors)
            {
                asker.slot.put(.success(answer))
            } else {
                lost.withLock { $0 += 1 }
                asker.slot.put(.failure(.unreadable))
            }
        }
        let left: [Asker] = state.withLock { state in
            let left = Array(state.askers.values)
            state = State(next: state.next, isGone: true, isLeaving: state.isLeaving)
            return left
        }
        for asker in left { asker.slot.put(.failure(.gone)) }
        goneEvent.signal()
    }
}

/// Why the broker has not answered.
package enum BrokerSilence: ExplainedError, Equatable {
    /// It has gone.
    case gone
    /// It ends in order.
    case leaving
    /// Not in time.
    case late
    /// The answer is none that this program understands.
    case unreadable
    /// It is of another version than this program.
    case ofOtherVersion(String)
    /// The answer's descriptors had no place here.
    case noDescriptorLeft
    /// The question could not be sent.
    case unsent(LinuxError)

    /// What happened and where.
    package var problem: String {
        switch self {
        case .gone: "the broker, which opens what takes rights, has gone"
        case .leaving: "the broker, which opens what takes rights, was told to end"
        case .late: "the broker did not answer in time"
        case .unreadable: "the broker's answer is none"
        case .ofOtherVersion(let version):
            "the broker is of version \(version), and the daemon of \(ProductVersion.current)"
        case .noDescriptorLeft: "the broker's answer came without its descriptors"
        case .unsent(let error): "the broker could not be asked: \(error.problem)"
        }
    }

    /// What to do next.
    package var remedy: String? {
        switch self {
        case .gone: "restart doe-auditd; what its broker said last stands beside the daemon's own words"
        case .leaving: "start doe-auditd again, unless its service does"
        case .late: "see what the host does at the time"
        case .unreadable, .ofOtherVersion:
            "install doe-auditd and doe-audit-broker of one version, and restart both: systemctl restart doe-audit-broker"
        case .noDescriptorLeft: DescriptorLimit.remedy
        case .unsent(let error): error.remedy
        }
    }
}
