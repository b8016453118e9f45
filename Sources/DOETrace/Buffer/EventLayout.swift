internal import DOEWords

/// Where in one kind of event the fields of its role are. Resolved once, when the probe is made.
struct EventLayout: Sendable {
    let role: ProbeRole
    /// Where all events have their number, which says which layout is theirs.
    let type: NumberField
    private let thread: NumberField
    private let name: TextField?
    /// Of a read that ended the function, where the probe tells it: then there is no other for its beginning.
    private let readName: TextField?
    /// What a thread that writes calls itself; `nil` where the probe does not tell.
    private let command: TextField?
    /// The role's numbers, in the order of `ProbeRole.fields` without the name.
    private let numbers: [NumberField]
    /// An event must have so many bytes for its fields to be there.
    private let byteCount: Int

    init(_ format: EventFormat, as role: ProbeRole) throws(TraceFormatError) {
        self.role = role
        type = try format.number("common_type")
        thread = try format.number("common_pid")
        var (numbers, name) = ([NumberField](), nil as TextField?)
        for field in role.fields {
            if field == "name" || field == "bus" {
                name = try format.text(field)
            } else {
                numbers.append(try format.number(field))
            }
        }
        self.numbers = numbers
        self.name = name
        readName = role == .readEnded ? try? format.text("name") : nil
        command = role.isUserWrite ? try? format.text("comm") : nil
        byteCount =
            ([type.end, thread.end, name?.end ?? 0, readName?.end ?? 0, command?.end ?? 0] + numbers.map(\.end)).max()
            ?? 0
    }

    /// The event's content.
    func decode(_ event: RawSpan, time: UInt64) throws(UnreadableEvent) -> TracedEvent {
        guard event.byteCount >= byteCount else { throw .short }
        let access =
            if let name { try access(at: try function(name, event), event) } else { try access(event) }
        return TracedEvent(
            time: time, thread: Int32(truncatingIfNeeded: thread.value(in: event)), access: access,
            command: command.flatMap { $0.text(in: event) })
    }

    /// The beginning of a read whose end this is, at the same time; `nil` of all else, and where another probe tells
    /// it.
    func beginning(of ended: TracedEvent, _ event: RawSpan) -> TracedEvent? {
        guard let readName, case .readEnded(let offset, _, _) = ended.access,
            let function = readName.bytes(in: event).flatMap({ FunctionAddress(name: $0, of: event) })
        else { return nil }
        return TracedEvent(
            time: ended.time, thread: ended.thread, access: .read(function: function, offset: offset))
    }

    private func function(_ name: TextField, _ event: RawSpan) throws(UnreadableEvent) -> FunctionAddress {
        guard let bytes = name.bytes(in: event),
            let function = role == .kernelWrite
                ? FunctionAddress(busName: bytes, of: event, deviceAndFunction: number(0, event))
                : FunctionAddress(name: bytes, of: event)
        else { throw .name }
        return function
    }

    /// What happened, for the roles that name a function.
    private func access(
        at function: FunctionAddress, _ event: RawSpan
    ) throws(UnreadableEvent) -> TracedAccess {
        switch role {
        case .fileWrite:
            return .fileWrite(function: function, offset: unsigned(0, event), count: unsigned(1, event))
        case .write32: return try write(function, width: 4, event)
        case .write16: return try write(function, width: 2, event)
        case .write8: return try write(function, width: 1, event)
        case .read32: return .read(function: function, offset: try register(0, event))
        case .canary: return .canary(function: function, offset: unsigned(0, event))
        case .kernelWrite:
            return .kernelWrite(function: function, offset: try register(1, event), value: dword(2, event))
        case .kernelRequest:
            return .kernelRequest(
                function: function, capability: try register(0, event), object: object(1, event),
                firstDword: dword(3, event))
        case .kernelRequestBefore64:
            return .kernelRequest(
                function: function, capability: try register(0, event), object: object(1, event),
                firstDword: unsigned(3, event) >= 4 ? dword(4, event) : nil)
        case .procWrite, .readEnded, .readEndedWithoutValue, .kernelResponse, .taskComplete:
            return try access(event)
        }
    }

    /// What happened, for the roles that name none.
    private func access(_ event: RawSpan) throws(UnreadableEvent) -> TracedAccess {
        switch role {
        case .procWrite:
            return .procWrite(offset: unsigned(0, event), count: unsigned(1, event))
        case .readEnded, .readEndedWithoutValue:
            let result = signed(1, event)
            let hasValue = role == .readEnded && result == 0
            return .readEnded(
                offset: try register(0, event), value: hasValue ? dword(2, event) : nil, result: result)
        case .kernelResponse: return response(firstDword: 2, result: 3, event)
        case .taskComplete: return response(firstDword: 3, result: 2, event)
        case .fileWrite, .write32, .write16, .write8, .read32, .canary, .kernelWrite, .kernelRequest,
            .kernelRequestBefore64:
            throw .name
        }
    }

    private func write(
        _ function: FunctionAddress, width: Int, _ event: RawSpan
    ) throws(UnreadableEvent) -> TracedAccess {
        .write(
            function: function, offset: try register(0, event), width: width,
            value: dword(1, event) & UInt32.max >> UInt32(32 - 8 * width))
    }

    private func response(firstDword: Int, result: Int, _ event: RawSpan) -> TracedAccess {
        let result = signed(result, event)
        // A shorter response leaves there what was there before.
        return .kernelResponse(
            object: object(0, event), firstDword: result >= 4 ? dword(firstDword, event) : nil, result: result)
    }

    private func object(_ index: Int, _ event: RawSpan) -> ObjectID {
        ObjectID(
            vendor: UInt16(truncatingIfNeeded: number(index, event)),
            type: UInt8(truncatingIfNeeded: number(index + 1, event)))
    }

    /// An offset into config space.
    private func register(_ index: Int, _ event: RawSpan) throws(UnreadableEvent) -> UInt16 {
        guard let offset = UInt16(exactly: number(index, event)), offset < 4096 else { throw .offset }
        return offset
    }

    private func number(_ index: Int, _ event: RawSpan) -> Int64 { numbers[index].value(in: event) }
    private func unsigned(_ index: Int, _ event: RawSpan) -> UInt64 { UInt64(bitPattern: number(index, event)) }
    private func dword(_ index: Int, _ event: RawSpan) -> UInt32 { UInt32(truncatingIfNeeded: number(index, event)) }
    private func signed(_ index: Int, _ event: RawSpan) -> Int32 { Int32(truncatingIfNeeded: number(index, event)) }
}
