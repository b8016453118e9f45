import DOELinux
import DOEMailbox
import DOEMonitor
import DOEObjects
import DOEWords
import SPDMSocket
import Synchronization
import TestSupport

/// Who makes attempts in a campaign, and over which road.
enum Door: CaseIterable, Sendable {
    /// Straight into the monitor, as several users at once.
    case direct
    case unix
    case tcp
}

/// Clients that make attempts at a house until there were enough, each with numbers of its own from one seed.
struct Traffic: Sendable {
    let house: GateHouse
    let seed: UInt64
    let tally: Tally

    /// Makes so many attempts in all, by one client a door and two more inside.
    func run(_ attempts: Int) throws {
        let left = Countdown(attempts)
        let doors = [Door.direct, .direct, .direct, .unix, .tcp]
        let threads = try doors.enumerated().map { index, door in
            try WorkerThread(name: "gate-\(index)") {
                var random = SeededGenerator(seed: seed &+ UInt64(index) &* 0x1_0000)
                switch door {
                case .direct: direct(&random, left, connection: UInt64(index))
                case .unix: socket(.unix(house.socketPath), &random, left)
                case .tcp: socket(.tcp("127.0.0.1", port: house.port), &random, left)
                }
            }
        }
        for thread in threads { thread.join() }
    }

    private func direct(_ random: inout SeededGenerator, _ left: Countdown, connection: UInt64) {
        while left.take() {
            let shape = random.pick(Shape.allCases)
            let uid = random.pick([GateHouse.holder, GateHouse.holder, 1000, 65534])
            let client = Client(
                via: .known(.unix), pid: .known(1), uid: .known(uid),
                groups: .known([]), loginUID: .none, session: .none, exe: .known("/usr/bin/attempt"), unit: .none,
                container: .none, parent: .none)
            // A ring that is full would refuse everything, before the gate had a chance to be wrong.
            while !house.monitor.hasRoom(for: AccountHolder(of: client)) { KernelClock().sleep(microseconds: 1000) }
            let frame = shape.frame(&random)
            let request: Request =
                frame.command == .normal
                ? .exchange(frame.payload) : .outOfBand(OutOfBandRequest(.endpointInfo, payload: frame.payload))
            let reply = house.monitor.exchange(
                request, with: house.mailbox, for: Requester(client, connection: connection))
            tally.count(shape, isRefused: reply.response == nil)
            if shape.isCompliance, uid != GateHouse.holder, reply.verdict != .deny { tally.countWrongHolder() }
        }
    }

    private func socket(_ address: SPDMSocketAddress, _ random: inout SeededGenerator, _ left: Countdown) {
        while true {
            guard var client = try? SPDMSocketClient(connectingTo: address, timeoutMilliseconds: 60_000) else { return }
            while left.take() {
                let shape = random.pick(Shape.allCases)
                do {
                    try client.send(shape.frame(&random))
                    let answer = try client.receive()
                    tally.count(shape, isRefused: answer.payload.isEmpty || answer.command == .unknown)
                } catch {
                    // The daemon closes a connection that talks nonsense: come again.
                    tally.count(shape, isRefused: true)
                    break
                }
            }
            if left.isOver { return }
        }
    }
}

/// So many attempts, for several threads.
final class Countdown: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { left = Atomic(count) }

    func take() -> Bool { left.subtract(1, ordering: .relaxed).oldValue > 0 }

    var isOver: Bool { left.load(ordering: .relaxed) <= 0 }
}

/// What became of the attempts of each shape.
final class Tally: Sendable {
    private let counts = Mutex<[Shape: (made: Int, refused: Int)]>([:])
    private let wrong = Atomic<Int>(0)

    func count(_ shape: Shape, isRefused: Bool) {
        counts.withLock { counts in
            counts[shape, default: (0, 0)].made += 1
            if isRefused { counts[shape, default: (0, 0)].refused += 1 }
        }
    }

    /// Takes another tally's counts in.
    func add(_ other: Tally) {
        let more = other.counts.withLock { $0 }
        counts.withLock { $0.merge(more) { ($0.made + $1.made, $0.refused + $1.refused) } }
    }

    /// Somebody to whom nothing was leased was let through.
    func countWrongHolder() { wrong.add(1, ordering: .relaxed) }
    var wrongHolders: Int { wrong.load(ordering: .relaxed) }

    func made(_ shape: Shape) -> Int { counts.withLock { $0[shape]?.made ?? 0 } }
    func refused(_ shape: Shape) -> Int { counts.withLock { $0[shape]?.refused ?? 0 } }
    /// All but the traffic that is allowed.
    var attempts: Int { Shape.allCases.filter { $0 != .harmless }.reduce(0) { $0 + made($1) } }
}
