import DOEMailbox
import DOEObjects
import DOESimulator
import DOEWords
import MailboxTestSupport
import Synchronization
import Testing

@testable import DOEPolicy
@testable import PCIConfig

/// A simulated mailbox in the place of a function in a made-up sysfs: registers from the one, who it is from the
/// other. At one access something happens to the function.
private final class UnsteadyFunction: HeldFunction {
    private let registers: SimulatedFunction
    private let held: HeldConfigSpace
    private let state: Mutex<(accesses: Int, moment: Int)>
    private let happen: @Sendable () -> Void

    init(
        registers: SimulatedFunction, held: HeldConfigSpace, after moment: Int, happen: @escaping @Sendable () -> Void
    ) {
        self.registers = registers
        self.held = held
        state = Mutex((0, moment))
        self.happen = happen
    }

    private func count() {
        let isNow = state.withLock {
            $0.accesses += 1
            return $0.accesses == $0.moment
        }
        if isNow { happen() }
    }

    func readDword(at offset: UInt16) throws(ConfigSpaceError) -> UInt32 {
        count()
        return try registers.readDword(at: offset)
    }

    func writeDword(_ value: UInt32, at offset: UInt16) throws(ConfigSpaceError) {
        count()
        try registers.writeDword(value, at: offset)
    }

    func checkAvailable() throws(ConfigSpaceError) { try held.checkAvailable() }
    func checkStillSame() throws(ConfigSpaceError) { try held.checkStillSame() }
    func securityManager() -> Fact<String> { held.securityManager() }
    func obstacleToLease(looksAtDevice: Bool) -> Obstacle? { held.obstacleToLease(looksAtDevice: looksAtDevice) }
    func identity(of mailbox: MailboxName) -> MailboxIdentity { held.identity(of: mailbox) }
}

@Suite("A function that vanishes and comes back as another")
struct ComesBackAsAnotherTests {
    /// What becomes of the function. The new one always has a mailbox with a right answer.
    enum Fate: CaseIterable {
        /// Removed.
        case removed
        /// Removed and found again: the same device, behind a new file.
        case foundAgain
        /// Another device behind a new file.
        case replaced
        /// Another serial number behind the same file.
        case otherSerial
        /// Other ids behind the same file.
        case otherIDs
        /// All ones behind the same file.
        case allOnes

        /// Whether the held descriptor can see the old device again.
        var canComeBack: Bool { self == .otherSerial || self == .otherIDs || self == .allOnes }
    }

    private let tree: MadeUpTree
    private let directory = "bus/pci/devices/0000:0d:00.0"

    init() throws {
        tree = try MadeUpTree()
        try tree.addFunction("0000:0d:00.0", Self.image())
    }

    private static func image(serial: UInt64 = 0x1234, ids: UInt32 = 0x2330_10de) -> ConfigImage {
        var image = ConfigImage()
        image[0] = ids
        image.addSerial(serial, at: 0x100, next: 0x190)
        image.addCapability(0x2e, version: 2, at: 0x190, next: 0)
        return image
    }

    private static func strike(_ fate: Fate, _ tree: MadeUpTree) throws {
        let directory = "bus/pci/devices/0000:0d:00.0"
        switch fate {
        case .removed: tree.removeTree(directory)
        case .foundAgain: try tree.addFunction("0000:0d:00.0", image())
        case .replaced: try tree.addFunction("0000:0d:00.0", image(serial: 0x5678))
        case .otherSerial: try tree.overwrite("\(directory)/config", image(serial: 0x5678).bytes)
        case .otherIDs: try tree.overwrite("\(directory)/config", image(ids: 0x2331_10de).bytes)
        case .allOnes: try tree.overwrite("\(directory)/config", Array(repeating: 0xff, count: 4096))
        }
    }

    private static let judge = JudgeInForce(Judge(.denyAll(generation: 1)))

    private func mailbox(_ function: any HeldFunction) throws -> RegisterMailbox {
        let name = try #require(MailboxName("0000:0d:00.0@190"))
        return RegisterMailbox(
            name: name, function: function, capability: SimulatedFunction.mailboxOffset, obeying: Self.judge,
            clock: MockClock())
    }

    private func exchange(with mailbox: RegisterMailbox) throws -> ExchangeResult {
        let request = try DataObject(SimulatedFunction.vendorEcho, payload: [1, 2, 3, 4])
        return mailbox.exchange(
            Permit(mailbox: mailbox.name, request: .object(request), inForce: Self.judge, confirm: { nil }))
    }

    @Test("ends as gone at whatever access it happens, and hands over nobody's answer", arguments: Fate.allCases)
    func anywhere(fate: Fate) throws {
        let whole = SimulatedFunction.vendorFunction()
        _ = try exchange(with: try mailbox(whole))
        for moment in 1...(whole.counts.reads + whole.counts.writes) {
            try tree.addFunction("0000:0d:00.0", Self.image())
            let registers = SimulatedFunction.vendorFunction()
            let held = try tree.host.function(try #require(FunctionAddress("0000:0d:00.0"))).hold()
            let tree = tree
            let function = UnsteadyFunction(registers: registers, held: held, after: moment) {
                do { try Self.strike(fate, tree) } catch { Issue.record(error) }
            }
            let mailbox = try mailbox(function)
            let result = try exchange(with: mailbox)
            guard case .failure(let failure) = result.ending else {
                Issue.record("\(fate) at access \(moment): a response")
                continue
            }
            #expect(failure.status == .gone, "\(fate) at access \(moment)")
            try expectNothingMore(from: mailbox, registers, fate, after: result.dwordsWritten)
        }
    }

    /// As long as another stands there it is not touched; the old one, where it can come back, is aborted where it
    /// has dwords of ours, and works.
    private func expectNothingMore(
        from mailbox: RegisterMailbox, _ registers: SimulatedFunction, _ fate: Fate, after dwords: Int
    ) throws {
        let before = registers.counts
        guard case .failure(let failure) = try exchange(with: mailbox).ending else {
            Issue.record("\(fate): a response while another stands there")
            return
        }
        #expect(failure.status == .gone)
        #expect(registers.counts == before, "\(fate): the other one was touched")
        guard fate.canComeBack else { return }
        try tree.overwrite("\(directory)/config", Self.image().bytes)
        let result = try exchange(with: mailbox)
        #expect(result.abort == (dwords == 0 ? .none : .worked))
        guard case .response = result.ending else {
            Issue.record("\(fate): the old one is back and does not work")
            return
        }
    }

    @Test("is opened anew and works, as whoever it is then", arguments: [Fate.foundAgain, .replaced])
    func openedAnew(fate: Fate) throws {
        let function = tree.host.function(try #require(FunctionAddress("0000:0d:00.0")))
        let old = try function.hold()
        try Self.strike(fate, tree)
        let reason = #expect(throws: ConfigSpaceError.self) { try old.checkStillSame() }
        #expect(reason?.reason == .gone)
        let new = try function.hold()
        #expect(new.serialNumber == .known(fate == .replaced ? 0x5678 : 0x1234))
        let registers = SimulatedFunction.vendorFunction()
        let mailbox = try mailbox(UnsteadyFunction(registers: registers, held: new, after: 0) {})
        guard case .response = try exchange(with: mailbox).ending else {
            Issue.record("the new one does not work")
            return
        }
    }
}
