import DOELinux
import DOEMailbox
import DOEObjects
import DOEPolicy
import DOERecord
import DOESimulator
import DOEWords
import MailboxTestSupport
import TestSupport
import Testing

@testable import DOEMonitor

/// A house whose mailbox is changed at one moment, and a journald that hears of it.
struct Stage {
    /// Where an exchange can be changed under way: before the first look at the status, or after the last dword.
    enum Moment: Int, CaseIterable {
        case firstDword = 1
        case go = 2
    }

    let house: House
    let mailbox: RegisterMailbox
    let journald: FakeJournald

    init(
        _ function: SimulatedFunction, at moment: Moment, mode: HostMode = .production,
        enforcement: Enforcement = .enforcing, rules: String = House.rules,
        leaseClock: @escaping @Sendable () -> LeaseTime = House.stillClock,
        _ change: @escaping @Sendable (House, SharedFunction) -> Void
    ) throws {
        try self.init(
            function, lookingBefore: moment.rawValue, mode: mode, enforcement: enforcement, rules: rules,
            leaseClock: leaseClock, change)
    }

    /// Changed after so many looks at the status.
    init(
        _ function: SimulatedFunction, lookingBefore looks: Int, mode: HostMode = .production,
        enforcement: Enforcement = .enforcing, rules: String = House.rules,
        leaseClock: @escaping @Sendable () -> LeaseTime = House.stillClock,
        _ change: @escaping @Sendable (House, SharedFunction) -> Void
    ) throws {
        let house = try House(
            function, mode: mode, enforcement: enforcement, rules: rules, leaseClock: leaseClock)
        self.house = house
        journald = FakeJournald(path: house.directory.path + "/nobody")
        let changed = SharedFunction(function) { if $0 == looks { change(house, $1) } }
        mailbox = RegisterMailbox(
            name: house.mailbox.name, function: changed, capability: SimulatedFunction.mailboxOffset,
            obeying: house.monitor.judgeInForce, clock: MockClock())
    }

    func ask(
        _ object: ObjectID, _ payload: [UInt8], uid: UInt32,
        present: @escaping @Sendable (Client) -> Client = { $0 }
    ) throws -> Reply {
        let client = Client(
            via: .known(.unix), pid: .known(7), uid: .known(uid), groups: .known([]), exe: .none, unit: .none)
        return house.monitor.exchange(
            .exchange(try DataObject(object, payload: payload).bytes), with: mailbox,
            for: Requester(client, connection: 1) { present(client) })
    }

    /// Expects that nothing was executed, and that the record says so.
    @discardableResult
    func expectRefused(
        _ reply: Reply, by rule: String, at moment: Moment, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Record {
        let counts = house.function.counts
        #expect(reply.status == "refused" && reply.verdict == .deny, sourceLocation: sourceLocation)
        #expect(reply.rule == rule && reply.response == nil, sourceLocation: sourceLocation)
        #expect(counts.goWrites == 0 && counts.executed.isEmpty, sourceLocation: sourceLocation)
        #expect(counts.requestDwords == (moment == .go ? 3 : 0), sourceLocation: sourceLocation)
        #expect(counts.abortWrites == (moment == .go ? 1 : 0), sourceLocation: sourceLocation)
        #expect(reply.taint.contains(.abort) == (moment == .go), sourceLocation: sourceLocation)
        #expect(reply.reason.contains("aborted, no GO") == (moment == .go), sourceLocation: sourceLocation)
        let record = try Record(encoded: #require(journald.next()))
        #expect(record[.rule] == rule && record[.status] == "refused", sourceLocation: sourceLocation)
        #expect(record[.verdict] == "deny", sourceLocation: sourceLocation)
        return record
    }
}
