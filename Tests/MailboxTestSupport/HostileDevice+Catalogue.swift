internal import DOEMailbox
internal import DOEObjects
internal import DOESimulator
internal import DOEWords

extension HostileDevice {
    /// All of them.
    package static let catalogue =
        goneOnes + busyOnes + failingOnes + unaskedOnes + disturbedOnes + emptiedOnes + silentOnes + liars + endlessOnes

    /// A row with nothing but knobs.
    private static func turning(
        _ turn: @escaping @Sendable (inout Behaviour) -> Void
    ) -> @Sendable (SimulatedFunction) throws -> Void {
        { function in
            var behaviour = Behaviour()
            turn(&behaviour)
            function.behaviour = behaviour
        }
    }

    private static let goneOnes = [
        HostileDevice(
            "all ones from the start", .gone, isAsked: false, spoil: turning { $0.accessesBeforeGone = 0 }),
        HostileDevice(
            "all ones midway through the request", .gone, isAsked: false, returns: .afterAbort,
            spoil: turning { $0.accessesBeforeGone = 20 }),
        HostileDevice(
            "all ones midway through the response", .gone, keeps: 42, returns: .afterAbort,
            spoil: turning { $0.accessesBeforeGone = 80 }),
        HostileDevice(
            "all ones in the status alone, after GO", .timeout, abort: .worked, seconds: 1,
            spoil: turning { $0.allOnesLooks = .max }),
        HostileDevice(
            "another device in its place before the start", .gone, isAsked: false,
            spoil: turning { $0.isSwapped = true }),
        HostileDevice(
            "another device in its place after GO, with a response", .gone, keeps: 42, returns: .afterAbort,
            spoil: turning { $0.isSwappedAfterGo = true }),
    ]

    private static let busyOnes = [
        HostileDevice(
            "stuck busy before the start", .occupied, seconds: 1, isAsked: false,
            spoil: turning { $0.isBusyForEver = true }),
        HostileDevice(
            "busy without GO, while the request is written", .occupied, abort: .worked, isAsked: false,
            spoil: turning { $0.isBusyWhileWritten = true }),
        HostileDevice(
            "stuck busy after GO", .timeout, abort: .worked, seconds: 1,
            spoil: turning {
                $0.looksBeforeReady = .max
                $0.isBusyWhileWorking = true
            }),
    ]

    private static let failingOnes = [
        HostileDevice(
            "an error before the start that no abort clears", .occupied, abort: .failed, seconds: 1, isAsked: false,
            spoil: turning { $0.isErrorForEver = true }),
        HostileDevice(
            "an error while the request is written", .deviceError, abort: .worked, isAsked: false,
            spoil: turning { $0.failsWhileWritten = true }),
        HostileDevice(
            "an error at GO", .deviceError, abort: .worked, spoil: turning { $0.failsAtGo = true }),
        HostileDevice(
            "an error a while after GO", .deviceError, abort: .worked, seconds: 1,
            spoil: turning {
                $0.looksBeforeReady = .max
                $0.looksBeforeError = 20
            }),
        HostileDevice(
            "an error at the first dword of the response", .deviceError, abort: .worked, keeps: 42,
            spoil: turning { $0.dwordsBeforeError = 1 }),
        HostileDevice(
            "an error at the last dword of the response", .deviceError, abort: .worked, keeps: 42,
            spoil: turning { $0.dwordsBeforeError = 42 }),
        HostileDevice(
            "an error while a wrong response is read away", .malformedResponse, abort: .worked, keeps: 2, takes: 42,
            spoil: turning {
                $0.responseObject = .tableAccess
                $0.dwordsBeforeError = 20
            }),
        HostileDevice(
            "an error at GO, and an abort that never clears", .deviceError, abort: .failed, seconds: 1,
            returns: .afterAbort,
            spoil: turning {
                $0.failsAtGo = true
                $0.abortFails = true
            }),
    ]

    private static let unaskedOnes = [
        HostileDevice(
            "somebody else's answer before the start", .occupied, isAsked: false, keeps: 1,
            returns: .afterAbandonment,
            spoil: { $0.leaveResponse(try DataObject(.tableAccess, payload: [1, 2, 3, 4])) }),
        HostileDevice(
            "ready for ever", .occupied, isAsked: false, keeps: 1, spoil: turning { $0.isReadyForEver = true }),
        HostileDevice(
            "ready without GO, while the request is written", .occupied, abort: .worked, isAsked: false,
            spoil: turning { $0.isReadyWhileWritten = true }),
    ]

    private static let disturbedOnes = [
        HostileDevice(
            "somebody else's write seen before GO", .collided, abort: .worked, isAsked: false,
            spoil: turning { $0.foreignWrites = 0..<1 }),
        HostileDevice(
            "somebody else's write seen after the response", .collided, abort: .worked, keeps: 42,
            spoil: turning { $0.foreignWrites = 1..<2 }),
        HostileDevice(
            "somebody else's write seen after a response of another type", .collided, abort: .worked, keeps: 2,
            takes: 42,
            spoil: turning {
                $0.responseObject = .tableAccess
                $0.foreignWrites = 1..<2
            }),
        HostileDevice(
            "somebody else's write seen when no response came", .collided, abort: .worked, seconds: 1,
            spoil: turning {
                $0.neverReady = true
                $0.foreignWrites = 1..<2
            }),
        HostileDevice(
            "somebody else's writes at every moment, and an abort that never clears", .collided, abort: .failed,
            seconds: 1, isAsked: false, returns: .afterAbort,
            spoil: turning {
                $0.abortFails = true
                $0.foreignWrites = 0..<Int.max
            }),
    ]

    private static let emptiedOnes = [
        HostileDevice(
            "reset midway through the request, each time", .unsent, abort: .worked, isAsked: false,
            spoil: turning {
                $0.dwordsBeforeEmptied = 20
                $0.emptyingHolds = 100_000
            }),
        HostileDevice(
            "reset midway through the request, each time, and an abort that never clears", .unsent, abort: .failed,
            seconds: 1, isAsked: false, returns: .afterAbort,
            spoil: turning {
                $0.dwordsBeforeEmptied = 20
                $0.emptyingHolds = 100_000
                $0.abortFails = true
            }),
        HostileDevice(
            "emptied midway, which its control register shows", .unsent, abort: .worked, isAsked: false,
            spoil: turning {
                $0.dwordsBeforeEmptied = 20
                $0.supportsInterrupts = true
                $0.raisesInterrupts = false
            }),
        HostileDevice(
            "emptied midway, and nothing shows it", .timeout, abort: .worked, seconds: 1,
            spoil: turning { $0.dwordsBeforeEmptied = 20 }),
        HostileDevice(
            "emptied midway, nothing shows it, and what is left is executed", .malformedResponse, keeps: 2, takes: 22,
            spoil: turning {
                $0.dwordsBeforeEmptied = 20
                $0.executesWhatIsLeft = true
            }),
    ]

    private static let silentOnes = [
        HostileDevice(
            "never ready", .timeout, abort: .worked, seconds: 1, spoil: turning { $0.neverReady = true }),
        HostileDevice(
            "never ready, and an abort that never clears", .timeout, abort: .failed, seconds: 2, returns: .afterAbort,
            spoil: turning {
                $0.neverReady = true
                $0.abortFails = true
            }),
    ]

    private static let liars = [
        HostileDevice(
            "a response of another vendor", .malformedResponse, keeps: 2, takes: 42,
            spoil: turning { $0.responseObject = ObjectID(vendor: 0x8086, type: 0x01) }),
        HostileDevice(
            "a response of another type", .malformedResponse, keeps: 2, takes: 42,
            spoil: turning { $0.responseObject = SimulatedFunction.vendorCounter }),
        HostileDevice(
            "somebody else's answer after GO", .malformedResponse, keeps: 2, takes: 42,
            spoil: turning { $0.responseObject = .tableAccess }),
        HostileDevice(
            "a length of 1 dword", .malformedResponse, keeps: 2, takes: 42,
            spoil: turning { $0.announcedLength = 1 }),
        HostileDevice(
            "fewer dwords than announced", .malformedResponse, keeps: 45, spoil: turning { $0.lengthOffset = 3 }),
        HostileDevice(
            "more dwords than announced", .malformedResponse, keeps: 39, takes: 42,
            spoil: turning { $0.lengthOffset = -3 }),
        HostileDevice(
            "2^18 dwords announced, 42 given", .malformedResponse, keeps: 64,
            spoil: turning { $0.announcedLength = 0 }),
        HostileDevice(
            "ready long after the last dword", .malformedResponse, keeps: 42, takes: 600,
            spoil: turning { $0.looksReadyAfterLast = 500 }),
    ]

    private static let endlessOnes = [
        HostileDevice(
            "2^18 dwords and no end", .malformedResponse, abort: .worked, keeps: 1 << 18,
            spoil: turning {
                $0.announcedLength = 0
                $0.neverEnds = true
            }),
        HostileDevice(
            "another object without end", .malformedResponse, abort: .worked, keeps: 2, takes: 1 << 18,
            spoil: turning {
                $0.responseObject = .tableAccess
                $0.neverEnds = true
            }),
        HostileDevice(
            "more dwords than announced, without end, and an abort that never clears", .malformedResponse,
            abort: .failed, seconds: 1, keeps: 42, takes: 1 << 18, returns: .afterAbort,
            spoil: turning {
                $0.neverEnds = true
                $0.abortFails = true
            }),
    ]
}
