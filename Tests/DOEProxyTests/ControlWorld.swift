/// The way of calls on the control socket as a small world: clients, the server's loop, the two workers with their
/// queues, the box and the event by which answers come back, and the locks of the trail that a change needs. Each
/// step is one that no other thread can come between.
struct ControlWorld: Hashable {
    /// What a client asks for.
    enum Call: Hashable { case read, change }

    enum Lock: Hashable { case numbering, state }

    /// What is not as it should be, to show that it would be found.
    enum Fault: Hashable { case takenBeforeCleared, signalledBeforePushed, locksInReverse }

    /// What may happen beside the calls, each once and whenever it likes.
    struct Also: OptionSet, Hashable {
        let rawValue: UInt8
        /// Clients leave.
        static let leaving = Self(rawValue: 1)
        /// The daemon is told to stop.
        static let stop = Self(rawValue: 2)
        /// The trail's thread records something of its own.
        static let trail = Self(rawValue: 4)
    }

    struct Client: Hashable {
        let call: Call
        var hasSent = false
        var hasLeft = false
        /// The loop knows the connection.
        var isOpen = true
        var isServed = false
    }

    /// A `SerialWorker` and its `BlockingQueue`.
    struct Worker: Hashable {
        var queue: [Int] = []
        var isAsleep = false
        /// What it is at, and how far.
        var work: Int?
        var step = 0

        var isIdle: Bool { queue.isEmpty && work == nil }
    }

    /// Where the loop is, in the words of `ProxyServer.run`.
    enum LoopPlace: Hashable { case waiting, clearing, taking, dispatching, waking, over }

    var clients: [Client]
    var control = Worker()
    var change = Worker()
    var box: [Int] = []
    var isSignalled = false
    var locks: Set<Lock> = []
    var trailStep = 0
    var loop = LoopPlace.waiting
    /// What the poll has told of.
    var events: [Int] = []
    var heardSignal = false
    /// The loop is in the middle of handing this call on: it is in the queue, and whoever waits there is still to be
    /// woken.
    var pending: Int?
    var isStopAsked = false
    var isStopping = false

    let fault: Fault?
    let also: Also

    init(_ calls: [Call], also: Also = [], fault: Fault? = nil) {
        clients = calls.map { Client(call: $0) }
        self.also = also
        self.fault = fault
    }

    /// Whether nothing is lost, now that all threads wait: who stays and has asked has his answer, and nothing lies
    /// about.
    private var isWhole: Bool {
        clients.allSatisfy { $0.isServed || $0.hasLeft || !$0.hasSent || !$0.isOpen }
            && (loop == .over || box.isEmpty) && control.isIdle && change.isIdle && locks.isEmpty
    }

    /// What was found in all orders.
    struct Findings {
        var worlds = 0
        /// How clients have ended.
        var ends: Set<Client> = []
        /// A world in which all threads wait, and which is not whole.
        var lost: ControlWorld?
    }

    func explore() -> Findings {
        var findings = Findings()
        var seen: Set<ControlWorld> = [self]
        var open = [self]
        while let world = open.popLast() {
            let steps = world.threadSteps
            if steps.isEmpty {
                findings.ends.formUnion(world.clients)
                if !world.isWhole { findings.lost = world }
            }
            for other in steps + world.outerSteps where seen.insert(other).inserted { open.append(other) }
        }
        findings.worlds = seen.count
        return findings
    }
}
