import DOEAuditTrail
import DOELinux
import DOEMailbox
import DOEObjects
import DOEPolicy
import DOESimulator
import DOETaint
import DOEWords
import FoundationEssentials
import TestSupport
import Synchronization

@testable import DOEMonitor

/// A monitor with all that it stands on: a simulated function, a ring in a directory of its own, and a journald that
/// is not there, so that every record stays in the ring.
final class House: Sendable {
    static let rules = """
        object 0001:00 published "DOE Discovery" kernel 6.0..
        object 1e98:02 published "CXL Table Access (CDAT)" kernel 6.0..
        allow  object={0001:00,1e98:02} ask-device
        warn   class=vendor uid=0
        allow  object=*:* uid=4242 because "opens all that rules can open"
        allow  object=10de:02 uid=77 driver!=late
        allow  object=10de:02 uid=78 mode=bring-up
        object 0001:05 published "Async Message"
        """

    /// By which no lease ends.
    static let stillClock: @Sendable () -> LeaseTime = { LeaseTime(sinceBoot: 1, wallClock: 1) }

    let directory: TemporaryDirectory
    let function: SimulatedFunction
    let mailbox: RegisterMailbox
    let trail: AuditTrail
    let ledger: TaintLedger
    let monitor: Monitor
    let kernelLines = Lines()
    let taintLines = Lines()
    /// Called with the next line for the kernel log.
    let atNextKernelLine = Once()
    /// Called with the next new letter; of an exchange that may pass, that is between the judge and the mailbox.
    let atNextLetter = Once()

    init(
        _ function: SimulatedFunction = .vendorFunction(), name: MailboxName = .simulated("bench"),
        mode: HostMode = .production, capacity: Int = 64, clock: any MailboxClock = KernelClock(),
        enforcement: Enforcement = .enforcing, rules: String = House.rules,
        directory: TemporaryDirectory = TemporaryDirectory(),
        leaseClock: @escaping @Sendable () -> LeaseTime = House.stillClock,
        securityManagers: @escaping @Sendable () -> Fact<[String]> = { .known([]) }
    ) throws {
        self.directory = directory
        self.function = function
        trail = try AuditTrail(
            stateDirectory: directory.path,
            journal: JournalEndpoint(
                socket: directory.path + "/nobody", source: .directory(directory.path + "/nothing")),
            capacity: capacity)
        ledger = try TaintLedger(directory: directory.path, boot: String(repeating: "0", count: 32))
        let policy = try Policy.load(
            files: [RuleFile(path: "50-test.rules", text: rules)], kernel: KernelVersion(major: 6, minor: 12),
            resolver: NoAccounts(), generation: 1)
        let (kernelLines, taintLines, atNextLetter) = (kernelLines, taintLines, atNextLetter)
        let atNextKernelLine = atNextKernelLine
        monitor = Monitor(
            judge: Judge(policy, enforcement: enforcement), trail: trail, ledger: ledger, mode: mode,
            leases: LeaseKeeper(
                directory: directory.path, boot: String(repeating: "0", count: 32), clock: leaseClock
            ) { content, path throws(LinuxError) in try AtomicFile.write(content, to: path, mode: 0o600) },
            securityManagers: securityManagers,
            warnKernelLog: {
                kernelLines.add($0)
                atNextKernelLine.perform()
                return true
            },
            tellTaint: {
                taintLines.add($0.kernelLogLine)
                atNextLetter.perform()
            })
        mailbox = RegisterMailbox(
            name: name, function: function, capability: SimulatedFunction.mailboxOffset,
            obeying: monitor.judgeInForce, clock: clock)
    }

    func ask(_ object: ObjectID, _ payload: [UInt8] = [0, 0, 0, 0], uid: UInt32 = 0) throws -> Reply {
        ask(bytes: try DataObject(object, payload: payload).bytes, uid: uid)
    }

    /// From now on no letter can be kept: a directory in the ledger's place cannot be replaced by a file.
    func breakLedger() throws {
        let ledger = directory.path + "/taint"
        try FileManager.default.removeItem(atPath: ledger)
        try FileManager.default.createDirectory(atPath: ledger + "/in-the-way", withIntermediateDirectories: true)
    }

    func ask(bytes: [UInt8], uid: UInt32 = 0, connection: UInt64 = 1) -> Reply {
        let client = Client(
            via: .known(.unix), pid: .known(7), uid: .known(uid), groups: .known([]), exe: .none, unit: .none)
        return monitor.exchange(.exchange(bytes), with: mailbox, for: Requester(client, connection: connection))
    }
}

/// Lines that some thread wrote.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// Something that is done once.
final class Once: Sendable {
    private let work = Mutex<(@Sendable () -> Void)?>(nil)

    func set(_ body: @escaping @Sendable () -> Void) { work.withLock { $0 = body } }

    func perform() {
        let body = work.withLock { work in
            defer { work = nil }
            return work
        }
        body?()
    }
}

/// A host without users or groups.
struct NoAccounts: NameResolver {
    func user(named name: String) -> NameLookup { .notFound }
    func group(named name: String) -> NameLookup { .notFound }
}
