internal import DOEWords

extension TracedAccess {
    /// Whether something can begin with it that has to end some time.
    var canBegin: Bool {
        switch self {
        case .write, .kernelWrite, .kernelRequest: true
        case .fileWrite, .procWrite, .read, .readEnded, .kernelResponse, .canary: false
        }
    }
}

// What each kind of event does.
extension Assembler {
    mutating func handle(_ event: TracedEvent) -> [AssembledObservation] {
        switch event.access {
        case .fileWrite(let function, let offset, let count):
            files.begin(.sysfs, function, offset: offset, count: count, thread: event.thread, time: event.time)
            return []
        case .procWrite(let offset, let count):
            files.begin(.proc, nil, offset: offset, count: count, thread: event.thread, time: event.time)
            return []
        case .write(let function, let offset, let width, let value):
            return write(value, width, offset, function, event)
        case .read(let function, let offset):
            read(function, offset, event)
            return []
        case .readEnded(let offset, let value, _):
            readEnded(offset, value, event)
            return []
        case .kernelRequest(let function, let capability, let object, let firstDword):
            files.end(of: event.thread)
            let exchange = KernelExchanges.Open(
                function: function, capability: capability, object: object, firstDword: firstDword,
                thread: event.thread, began: event.time)
            return kernelExchanges.begin(exchange).map { [abandoned($0)] } ?? []
        case .kernelResponse(let object, let firstDword, let result):
            return kernelResponse(object, firstDword, result, event)
        case .kernelWrite(let function, let offset, let value):
            return kernelWrite(value, offset, function, event)
        case .canary:
            files.end(of: event.thread)
            return []
        }
    }

    private mutating func write(
        _ value: UInt32, _ width: Int, _ offset: UInt16, _ function: FunctionAddress, _ event: TracedEvent
    ) -> [AssembledObservation] {
        let file = files.way(of: function, offset: offset, width: width, thread: event.thread, time: event.time)
        guard mailboxes[function] != nil else { return [] }
        let way = file ?? (isLent(function) ? .vfio : .unknown)
        let access = ObservedAccess(time: event.time, thread: event.thread, way: way)
        guard let place = place(of: offset, at: function) else {
            return note(OtherWrites(offset: offset, width: width, value: value, access), of: function)
        }
        let outcome = mailboxes[function]?[place.index].processes.write(value, width: width, at: offset, access)
        return outcome.map { settle($0, of: function) } ?? []
    }

    private mutating func read(_ function: FunctionAddress, _ offset: UInt16, _ event: TracedEvent) {
        files.end(of: event.thread)
        guard let place = place(of: offset, at: function) else { return }
        reads.set((function, offset), of: event.thread, at: event.time)
        mailboxes[function]?[place.index].processes.look(at: offset, thread: event.thread, time: event.time)
    }

    private mutating func readEnded(_ offset: UInt16, _ value: UInt32?, _ event: TracedEvent) {
        guard let read = reads.remove(event.thread), read.offset == offset, let value,
            let place = place(of: offset, at: read.function)
        else { return }
        mailboxes[read.function]?[place.index].processes.noteValue(value, at: offset, thread: event.thread)
    }

    /// The kernel's own exchanges are made of such writes; what is left is somebody's module.
    private mutating func kernelWrite(
        _ value: UInt32, _ offset: UInt16, _ function: FunctionAddress, _ event: TracedEvent
    ) -> [AssembledObservation] {
        guard let place = place(of: offset, at: function), !kernelExchanges.isUsing(function, place.capability) else {
            return []
        }
        let access = ObservedAccess(time: event.time, thread: event.thread, way: .kernel)
        let outcome = mailboxes[function]?[place.index].kernel.write(value, width: 4, at: offset, access)
        return outcome.map { settle($0, of: function) } ?? []
    }

    private mutating func kernelResponse(
        _ object: ObjectID, _ firstDword: UInt32?, _ result: Int32, _ event: TracedEvent
    ) -> [AssembledObservation] {
        files.end(of: event.thread)
        guard let open = kernelExchanges.end(object, thread: event.thread) else {
            responsesWithoutRequest += 1
            return []
        }
        let exchange = ObservedExchange(
            object: object, request: open.firstDword.map { [$0] } ?? [], isRequestWhole: false,
            response: firstDword.map { [$0] }, ending: result < 0 ? .failed : .done,
            error: result < 0 ? Int32(clamping: -Int64(result)) : 0)
        return [kernelObservation(exchange, open, ended: event.time)]
    }
}

// From what was put together to observations.
extension Assembler {
    mutating func settle(
        _ outcome: MailboxAssembly.Outcome, of function: FunctionAddress
    ) -> [AssembledObservation] {
        var observations = outcome.exchanges
        for writes in outcome.others { observations += note(writes, of: function) }
        return observations
    }

    mutating func note(_ writes: OtherWrites, of function: FunctionAddress) -> [AssembledObservation] {
        runs.append(writes, of: function).map(observation)
    }

    func observation(_ run: OtherWriteRuns.Run) -> AssembledObservation {
        let writes = run.writes
        return AssembledObservation(
            .configWrites(
                count: writes.count, function: run.function, offset: writes.offset, width: writes.width,
                value: writes.value),
            road: writes.way.road, way: writes.way, threads: [writes.thread], named: writes.ended, began: writes.began,
            ended: writes.ended)
    }

    /// The kernel's answer was not seen in time.
    func abandoned(_ open: KernelExchanges.Open) -> AssembledObservation {
        let exchange = ObservedExchange(
            object: open.object, request: open.firstDword.map { [$0] } ?? [], isRequestWhole: false, response: nil,
            ending: .abandoned)
        return kernelObservation(exchange, open, ended: open.began)
    }

    private func kernelObservation(
        _ exchange: ObservedExchange, _ open: KernelExchanges.Open, ended: UInt64
    ) -> AssembledObservation {
        AssembledObservation(
            .exchange(exchange, at: .real(open.function, offset: open.capability)), road: .kernel, way: .kernel,
            threads: [open.thread], named: open.began, began: open.began, ended: ended)
    }
}
