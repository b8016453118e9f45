import DOEMailbox
import DOEObjects
import DOEPolicy
import DOESimulator
import DOEWords
import MailboxTestSupport
import PCIConfig
import Testing

@testable import DOEPolicy

/// A mailbox of a simulated function on a mock clock, with what a test wants to know of it.
struct Bench {
    let function: SimulatedFunction
    let clock: MockClock
    let mailbox: RegisterMailbox

    /// Where `held` is given, the mailbox sees the function through it.
    init(_ function: SimulatedFunction, through held: (any HeldFunction)? = nil, clock: MockClock = MockClock()) {
        self.function = function
        self.clock = clock
        function.holdsThread = { clock.pass(microseconds: $0) }
        mailbox = RegisterMailbox(
            name: .simulated("bench"), function: held ?? function, capability: SimulatedFunction.mailboxOffset,
            obeying: .bench, clock: clock)
    }

    /// The vendor function: its echo sends any payload back.
    init(_ behaviour: Behaviour = Behaviour()) { self.init(SimulatedFunction.vendorFunction(behaviour: behaviour)) }

    /// The vendor function with one knob turned.
    init(_ turn: (inout Behaviour) -> Void) {
        var behaviour = Behaviour()
        turn(&behaviour)
        self.init(behaviour)
    }

    func exchange(
        _ object: ObjectID = SimulatedFunction.vendorEcho, payload: [UInt8] = [1, 2, 3, 4]
    ) throws -> ExchangeResult {
        mailbox.exchange(Permit(mailbox: mailbox.name, request: .object(try DataObject(object, payload: payload))))
    }

    /// Expects that the mailbox is free and works.
    func expectWorking(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let result = try exchange(payload: [9, 9, 9, 9])
        #expect(result.response?.payload.elementsEqual([9, 9, 9, 9]) == true, sourceLocation: sourceLocation)
        #expect(result.abort == .none, sourceLocation: sourceLocation)
    }
}

extension JudgeInForce {
    /// The one that the mailboxes of these tests obey.
    static let bench = JudgeInForce(Judge(.denyAll(generation: 1)))
}

extension Permit {
    /// One for the mailboxes of these tests, that holds whatever happens unless somebody says otherwise.
    init(
        mailbox: MailboxName, request: PermittedRequest, confirm: @escaping @Sendable () -> Withdrawal? = { nil }
    ) {
        self.init(mailbox: mailbox, request: request, inForce: .bench, confirm: confirm)
    }
}

extension ExchangeResult {
    var response: DataObject? {
        if case .response(let object) = ending { object } else { nil }
    }

    var failure: ExchangeFailure? {
        if case .failure(let failure) = ending { failure } else { nil }
    }
}
