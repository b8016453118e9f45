// Who can do what next: each answer is a world that is one step of one thread away.
extension ControlWorld {
    /// The steps of the daemon's threads.
    var threadSteps: [ControlWorld] { [loopStep, controlStep, changeStep, trailsStep].compactMap(\.self) }

    /// What comes from outside.
    var outerSteps: [ControlWorld] {
        guard loop != .over else { return [] }
        var all: [ControlWorld] = []
        for client in clients.indices where clients[client].isOpen && !clients[client].hasLeft {
            if !clients[client].hasSent { all.append(with { $0.clients[client].hasSent = true }) }
            if also.contains(.leaving) { all.append(with { $0.clients[client].hasLeft = true }) }
        }
        if also.contains(.stop), !isStopAsked { all.append(with { $0.isStopAsked = true }) }
        return all
    }

    private func with(_ change: (inout Self) -> Void) -> Self {
        var world = self
        change(&world)
        return world
    }

    /// What the poll would tell of: a call that was not read, or the end of a connection.
    private func isReady(_ client: Int) -> Bool {
        let one = clients[client]
        return one.isOpen && (one.hasLeft || (one.hasSent && !one.isServed && !isUnderWay(client)))
    }

    private func isUnderWay(_ client: Int) -> Bool {
        pending == client || control.queue.contains(client) || control.work == client || change.queue.contains(client)
            || change.work == client || box.contains(client)
    }

    private var loopStep: ControlWorld? {
        let (first, second): (LoopPlace, LoopPlace) =
            fault == .takenBeforeCleared ? (.taking, .clearing) : (.clearing, .taking)
        switch loop {
        case .waiting:
            if isStopping, clients.allSatisfy({ !$0.isOpen }) { return with { $0.loop = .over } }
            let ready = clients.indices.filter(isReady)
            guard isSignalled || !ready.isEmpty || isStopAsked != isStopping else { return nil }
            return with { ($0.events, $0.heardSignal, $0.loop) = (ready, isSignalled, first) }
        case first:
            return with { world in
                world.clearOrTake(first)
                world.loop = second
            }
        case second:
            return with { world in
                world.clearOrTake(second)
                world.loop = .dispatching
            }
        case .dispatching: return with { $0.dispatch() }
        case .waking: return with { $0.push() }
        default: return nil
        }
    }

    private mutating func clearOrTake(_ place: LoopPlace) {
        guard heardSignal else { return }
        guard place == .taking else {
            isSignalled = false
            return
        }
        for client in box where clients[client].isOpen {
            clients[client].isServed = true
            if isStopping { clients[client].isOpen = false }
        }
        box = []
    }

    /// One event after the other, then a stop that was asked for; then the loop waits again.
    private mutating func dispatch() {
        guard !events.isEmpty else {
            (heardSignal, loop) = (false, .waiting)
            guard isStopAsked, !isStopping else { return }
            isStopping = true
            // Who is owed an answer stays until he has it.
            for client in clients.indices where !isUnderWay(client) { clients[client].isOpen = false }
            return
        }
        let client = events.removeFirst()
        guard isReady(client) else { return }
        guard !clients[client].hasLeft else {
            clients[client].isOpen = false
            return
        }
        (pending, loop) = (client, .waking)
        if fault == .signalledBeforePushed { control.isAsleep = false } else { control.queue.append(client) }
    }

    /// The second half of a push.
    private mutating func push() {
        if fault != .signalledBeforePushed {
            control.isAsleep = false
        } else if let pending {
            control.queue.append(pending)
        }
        (pending, loop) = (nil, .dispatching)
    }
}

// The workers, and the trail's thread.
extension ControlWorld {
    /// `doe-control`: takes a call; answers it, in two steps (into the box, the signal), or hands it on, in two
    /// steps.
    private var controlStep: ControlWorld? {
        guard !control.isAsleep else { return nil }
        guard let client = control.work else { return with { $0.control.take() } }
        return with { world in
            guard control.step > 0 else {
                world.control.step = 1
                if clients[client].call == .read { world.box.append(client) } else { world.change.queue.append(client) }
                return
            }
            (world.control.work, world.control.step) = (nil, 0)
            if clients[client].call == .read { world.isSignalled = true } else { world.change.isAsleep = false }
        }
    }

    /// `doe-change`: writes a record, with the numbering's lock and inside it the state's; then the answer.
    private var changeStep: ControlWorld? {
        guard !change.isAsleep else { return nil }
        guard let client = change.work else { return with { $0.change.take() } }
        if change.step == 0, locks.contains(.numbering) { return nil }
        if change.step == 1, locks.contains(.state) { return nil }
        return with { world in
            world.change.step += 1
            switch change.step {
            case 0: world.locks.insert(.numbering)
            case 1: world.locks.insert(.state)
            case 2: world.locks.remove(.state)
            case 3: world.locks.remove(.numbering)
            case 4: world.box.append(client)
            default:
                world.isSignalled = true
                (world.change.work, world.change.step) = (nil, 0)
            }
        }
    }

    /// `doe-trail` once records something of its own: the same locks.
    private var trailsStep: ControlWorld? {
        guard also.contains(.trail), trailStep < 4 else { return nil }
        let order: [Lock] = fault == .locksInReverse ? [.state, .numbering] : [.numbering, .state]
        if trailStep < 2, locks.contains(order[trailStep]) { return nil }
        return with { world in
            world.trailStep += 1
            if trailStep < 2 {
                world.locks.insert(order[trailStep])
            } else {
                world.locks.remove(order[3 - trailStep])
            }
        }
    }
}

extension ControlWorld.Worker {
    /// Under the queue's lock: the first there is, or to sleep.
    fileprivate mutating func take() {
        guard !queue.isEmpty else {
            isAsleep = true
            return
        }
        (work, step) = (queue.removeFirst(), 0)
    }
}
