internal import DOELinux
internal import DOETrace
internal import DOEWords
internal import Synchronization

/// Who was behind a thread's number at a time. Whatever is late or gone is `unknown`, never guessed: nobody is blamed
/// for what the one before him did under the same number.
///
/// It learns of processes as they open what is watched, and holds each until it ends; so those that are gone when
/// their writes are read from the trace are known all the same. Who comes by another way is looked up when the event
/// is read: he is believed only if he was there before the event. A process that replaces its program (execve) is
/// known by the new one once it has opened something again.
///
/// A mailbox's thread tells it things and asks it, and must not wait for whoever knows more: so nobody is asked for
/// anything while its lock is held, and what takes asking is learned later, by the witness' own thread.
package final class ProcessBook: Sendable {
    /// For so long after it was last seen a number is still its owner's, microseconds. The kernel gives numbers in
    /// turn: it comes back to one only after all others, which are 32768 at least.
    static let grace: UInt64 = 250_000
    /// So much earlier than the kernel says who writes his write may have been traced, microseconds.
    static let slack: UInt64 = 10_000
    /// So long somebody is remembered who was not seen, microseconds: events are read later than they happen.
    static let memory: UInt64 = 30_000_000
    /// How many are remembered; for each a descriptor may be open.
    static let limit = 256

    private let table: any ProcessTable
    private let own: Int32
    private let ownClient: Client
    private let state: Mutex<State>

    private struct State {
        var lines: [ProcessLine] = []
        /// What CLOCK_BOOTTIME was ahead of CLOCK_MONOTONIC when it was last looked at, microseconds.
        var asleep: UInt64
        var tidied: UInt64

        /// From when on somebody with this number, of whom the line at this place is to be, can be none of the lines
        /// before. Who was looked up while he ended, and lacks his program, is the same one: the kernel's word is the
        /// better one.
        func earliest(_ thread: Int32, _ status: ThreadStatus, at place: Int) -> UInt64 {
            guard let last = lines[..<place].last(where: { $0.thread == thread }) else { return 0 }
            return last.isSame(status) && last.lacksProgram ? 0 : last.until + 1
        }

        /// What the kernel said of him outdoes what was found where he was about to end.
        mutating func add(_ line: ProcessLine) {
            let isSame = { (other: ProcessLine) in other.thread == line.thread && other.isSame(line.status) }
            if line.lacksProgram, lines.contains(where: { isSame($0) && !$0.lacksProgram }) { return }
            lines.removeAll(where: isSame)
            lines.append(line)
        }
    }

    /// An empty book of this host's processes. `own` is this process's number.
    package convenience init(own: Int32, by source: ProcessSource = .own) {
        self.init(of: HostProcesses(by: source), own: own)
    }

    /// The same of the processes in a table.
    init(of table: any ProcessTable, own: Int32) {
        self.table = table
        self.own = own
        var client = table.facts(of: own)
        client.add(table.status(of: own), process: own)
        ownClient = client
        let now = table.now
        state = Mutex(State(asleep: now.boottime &- now.monotonic, tidied: now.monotonic))
    }

    /// How many are remembered.
    var count: Int { state.withLock { $0.lines.count } }

    // MARK: Learning

    /// Somebody has opened what is watched. `life` holds him where the kernel could do that; by the number alone
    /// nobody is believed.
    func opened(by process: Int32, life: (any ProcessLife)?) {
        guard process != own, let life else { return }
        // He may be gone in a hundred microseconds: what is lost first is looked at first, and each is believed by
        // itself.
        let program = table.program(of: process)
        guard let status = table.status(of: process), status.process == process, life.isAlive else { return }
        var client = self.client(of: process, status, life)
        if case .unknown = client.exe { client.exe = program }
        client.add(status, process: process)
        let owner = ThreadOwner.process(client)
        state.withLock { state in
            tidy(&state)
            let now = table.now.monotonic
            var since = began(status, &state)
            // Somebody who was held and is still there: the number is his, and so is the descriptor that holds him.
            if let index = state.lines.lastIndex(where: { $0.thread == process }), state.lines[index].isHeldAlive {
                guard state.lines[index].owner != owner else {
                    state.lines[index].seen(at: now)
                    state.lines[index].used = now
                    return
                }
                // He has another program by now, or another user id.
                since = state.lines[index].until
            }
            state.lines.append(
                ProcessLine(thread: process, owner: owner, status: status, since: since, until: now, life: life))
        }
    }

    /// The kernel has said who writes: that is right, however late it is heard. `wrote` is when the write that it
    /// said that at was traced, nanoseconds: he can have been interrupted in between for long. Where he stands is
    /// learned later.
    func told(_ writer: Writer, wrote: UInt64? = nil) {
        guard writer.process != own else { return }
        let (time, tick) = (writer.time / 1000, ThreadStatus.tick)
        let status = ThreadStatus(
            process: writer.process, started: writer.started / 1000 / tick * tick, uid: writer.uid, groups: [writer.gid]
        )
        state.withLock { state in
            // In a crowd of writers each is told of ten times a second.
            if let last = state.lines.lastIndex(where: { $0.thread == writer.thread }),
                state.lines[last].writer?.isSame(as: writer) == true
            {
                state.lines[last].seen(at: time)
                state.lines[last].used = table.now.monotonic
                if let wrote {
                    state.lines[last].wasThere(at: max(wrote / 1000, state.earliest(writer.thread, status, at: last)))
                }
                return
            }
            tidy(&state)
            let last = state.lines.lastIndex { $0.thread == writer.thread }
            if let last, state.lines[last].says(writer), state.lines[last].isSame(status) {
                state.lines[last].seen(at: time)
                state.lines[last].used = table.now.monotonic
                return
            }
            // Only his ids may be others than before.
            var place: ProcessSource.Place?
            if let last { place = state.lines[last].knownPlace(of: writer) }
            // The probe at the same place may have run before the program that tells.
            let before = state.earliest(writer.thread, status, at: state.lines.count)
            let nearly = time > Self.slack ? time - Self.slack : 0
            let since = min(time, max(before, min(nearly, wrote.map { $0 / 1000 } ?? nearly)))
            state.lines.append(ProcessLine(writer, status, at: place, since: since, until: time))
        }
    }

    /// Asks where those stand whom the kernel told of, which may take a moment. Whose place nobody answers for is asked
    /// for the next time, behind the others: it may be he who keeps whoever answers waiting. And nobody is asked for more
    /// until then.
    func learnPlaces() {
        let waiting = state.withLock { state in
            state.lines.filter(\.awaitsPlace).sorted { $0.unanswered < $1.unanswered }.compactMap(\.writer)
        }
        for writer in waiting {
            let place = table.place(of: writer)
            state.withLock { state in
                guard let index = state.lines.lastIndex(where: { $0.writer == writer }) else { return }
                if let place { state.lines[index].learned(place) } else { state.lines[index].unanswered += 1 }
            }
            guard place != nil else { return }
        }
    }

    // MARK: Answering

    /// Whose a thread was, at a time of the trace, CLOCK_MONOTONIC in microseconds. Of one that nobody can be found
    /// for the number itself is all that is known; it is a process's where that has one thread.
    ///
    /// Who is not remembered is looked up, and that may take a moment.
    func owner(of thread: Int32, at time: UInt64) -> ThreadOwner {
        remembered(thread, at: time) ?? lookUp(thread, at: time)
    }

    /// The same for a record.
    func client(of thread: Int32, at time: UInt64) -> Client { owner(of: thread, at: time).client }

    /// The same as far as it is known by now, on a thread that must not wait.
    package func ownerSoFar(of thread: Int32, at time: UInt64) -> ThreadOwner {
        remembered(thread, at: time) ?? glance(at: thread, time)
    }

    /// Whether where he stands, whose the thread was then, is still to be learned.
    func awaitsPlace(of thread: Int32, at time: UInt64) -> Bool {
        state.withLock { state in
            guard let index = line(of: thread, at: time, &state) else { return false }
            return state.lines[index].awaitsPlace
        }
    }

    private func remembered(_ thread: Int32, at time: UInt64) -> ThreadOwner? {
        state.withLock { state in
            tidy(&state)
            guard let index = line(of: thread, at: time, &state) else { return nil }
            state.lines[index].used = table.now.monotonic
            return state.lines[index].owner
        }
    }

    private func line(of thread: Int32, at time: UInt64, _ state: inout State) -> Int? {
        for index in state.lines.indices.reversed() where state.lines[index].thread == thread {
            guard time >= state.lines[index].since else { continue }
            // Nobody who is remembered from before him was there so late.
            return covers(&state.lines[index], time) ? index : nil
        }
        return nil
    }

    private func covers(_ line: inout ProcessLine, _ time: UInt64) -> Bool {
        if time <= line.until + Self.grace { return true }
        let isThere = line.life.map(\.isAlive) ?? table.status(of: line.thread).map { line.isSame($0) } ?? false
        if isThere { line.seen(at: table.now.monotonic) }
        return time <= line.until + Self.grace
    }

    /// What everybody may see of a thread: of a process its number and its ids, and nothing is remembered of that.
    private func glance(at thread: Int32, _ time: UInt64) -> ThreadOwner {
        guard let status = table.status(of: thread), time >= earliest(status) else { return .nobody(thread) }
        if status.isKernel { return .kernel }
        if status.process == own { return .daemon(ownClient) }
        var client = Client()
        client.add(status, process: status.process)
        return .process(client)
    }

    private func lookUp(_ thread: Int32, at time: UInt64) -> ThreadOwner {
        guard let status = table.status(of: thread) else { return .nobody(thread) }
        let since = earliest(status)
        let before = state.withLock { state in state.lines.last { $0.thread == thread }?.writer }
        var life: (any ProcessLife)?
        let owner: ThreadOwner
        if status.isKernel {
            owner = .kernel
        } else if status.process == own {
            owner = .daemon(ownClient)
        } else {
            let held = table.hold(status.process)
            owner = .process(client(of: thread, status, held))
            // Of another thread than the first one its process's life says nothing.
            if status.process == thread { life = held }
        }
        guard table.status(of: thread) == status else { return .nobody(thread) }
        let line = ProcessLine(
            thread: thread, owner: owner, status: status, since: since, until: table.now.monotonic, life: life)
        state.withLock { state in
            // Of whom the kernel told meanwhile this may have been the program before.
            if state.lines.last(where: { $0.thread == thread })?.writer == before { state.add(line) }
        }
        return time >= since && time <= line.until ? owner : .nobody(thread)
    }

    /// From when on it can have been him: who was started in the very tick of an event may have come after it.
    private func earliest(_ status: ThreadStatus) -> UInt64 {
        state.withLock { state in began(status, &state) } + ThreadStatus.tick
    }

    /// What is read is believed only where the process is still there, and the thread still the same, afterwards.
    private func client(of thread: Int32, _ status: ThreadStatus, _ life: (any ProcessLife)?) -> Client {
        let facts = table.facts(of: status.process)
        let isSame = table.status(of: thread) == status
        var client = isSame && life?.isAlive == true ? facts : Client()
        client.add(isSame ? status : nil, process: status.process)
        return client
    }

    /// When a thread began, by the clock of the trace. Where the host has slept since it was last asked, the later of
    /// two answers counts: nobody is blamed who may have come after the event.
    private func began(_ status: ThreadStatus, _ state: inout State) -> UInt64 {
        let now = table.now
        let asleep = now.boottime &- now.monotonic
        defer { state.asleep = asleep }
        let ahead = min(asleep, state.asleep)
        return status.started > ahead ? status.started - ahead : 0
    }

    /// Once a second at most: who has not been seen for a while is forgotten, and of too many those who were not
    /// asked for longest.
    private func tidy(_ state: inout State) {
        let now = table.now.monotonic
        guard now >= state.tidied + 1_000_000 || state.lines.count >= Self.limit else { return }
        state.tidied = now
        for index in state.lines.indices where state.lines[index].isHeldAlive { state.lines[index].seen(at: now) }
        state.lines.removeAll { $0.until + Self.memory < now }
        guard state.lines.count >= Self.limit else { return }
        let oldest = state.lines.map(\.used).sorted()[state.lines.count / 4]
        state.lines.removeAll { $0.used <= oldest }
    }
}
