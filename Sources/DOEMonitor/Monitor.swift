public import DOEAuditTrail
internal import DOELinux
public import DOEPolicy
internal import DOERecord
public import DOETaint
public import DOEWords
internal import Synchronization

/// The road that every exchange walks, once and in one order:
///
///     decode → classify → judge ─ open record ─ raise the verdict's taint ─ mailbox
///                              ─ raise the outcome's taint ─ close record ─ reply
///
/// This is the only place that knows the whole order; `Monitor+Exchange.swift` is the road itself.
public final class Monitor: Sendable {
    /// Where records go.
    public let trail: AuditTrail
    /// Where taint goes.
    public let ledger: TaintLedger
    /// What kind of host this is.
    public let hostMode: HostMode
    /// What is leased.
    public let leases: LeaseKeeper
    let tellTaint: @Sendable (TaintNews) -> Void
    /// For whom the kernel may speak SPDM now.
    let securityManagers: @Sendable () -> Fact<[String]>
    let spdm: Mutex<SPDMOwnership>
    /// What was seen on other roads and is not on record yet.
    let observations = Mutex(ObservationFold(gathered: Record.gathered))
    /// What touched no mailbox and repeats others, and is counted.
    let refusals = CountedPassages()
    /// What the kernel log is told before risky exchanges.
    let kernelLines: KernelLines
    /// What mailboxes have answered to what the kernel reads too.
    let copies = Mutex<[MailboxName: AnswerCopies]>([:])
    /// What says which letters the ledger could not take yet.
    let owed = OwedRecords()
    /// Our own exchanges, for those that meet them.
    let own = BargingMutex(OwnExchanges())
    let seen = Mutex(SeenExchanges())
    let identify = Mutex<@Sendable (FunctionAddress) -> [MailboxIdentity]> { _ in [] }
    // The threads of all mailboxes meet at these, in each exchange.
    private let counted = BargingMutex(Counters())
    private let current: BargingMutex<PolicyInForce>
    /// Who judges now. The mailboxes that are to be served obey it: no other permit opens them.
    package let judgeInForce: JudgeInForce

    /// How long the owner of a mailbox's SPDM may send nothing unless somebody says otherwise, seconds.
    public static let standardSPDMIdleSeconds = Int(SPDMOwnership.standardIdleLimit / 1_000_000)

    /// A monitor over its parts; `warnKernelLog` takes the line that goes out before a risky exchange and says
    /// whether the kernel has it, `tellTaint` is told of letters that were not there before, ahead of what raises
    /// them.
    package init(
        judge: Judge, trail: AuditTrail, ledger: TaintLedger, mode: HostMode = .production,
        leases: LeaseKeeper, spdmIdleSeconds: Int = standardSPDMIdleSeconds,
        securityManagers: @escaping @Sendable () -> Fact<[String]> = { SecurityManagers.registered() },
        warnKernelLog: @escaping @Sendable (String) -> Bool, tellTaint: @escaping @Sendable (TaintNews) -> Void
    ) {
        judgeInForce = JudgeInForce(judge)
        current = BargingMutex(PolicyInForce(judge, after: nil, at: Clocks.realtimeMicroseconds))
        self.trail = trail
        self.ledger = ledger
        hostMode = mode
        self.leases = leases
        spdm = Mutex(SPDMOwnership(idleLimit: UInt64(clamping: spdmIdleSeconds) * 1_000_000))
        kernelLines = KernelLines(write: warnKernelLog)
        self.tellTaint = tellTaint
        self.securityManagers = securityManagers
        ledger.whenTold { [weak self] in self?.take($0) }
        trail.whenDelayed { [weak self] in self?.taintForDelay() }
        trail.whenLossFound { [weak self] in self?.taintForLoss() }
    }

    /// Whether the next request that is charged to this holder would find room for its record.
    public func hasRoom(for holder: AccountHolder) -> Bool { trail.hasRoom(for: holder) }

    /// What has been counted so far.
    public var counters: Counters { counted.withLock { $0 } }

    /// The policy in force. Whoever decides takes it once; a permit asks the one in force at its first dword and at
    /// GO.
    public var inForce: PolicyInForce { current.withLock { $0 } }

    /// What becomes of what the policy refuses.
    public var enforcement: Enforcement { inForce.judge.enforcement }

    /// The policy in force.
    public var policy: Policy { inForce.policy }

    /// Puts another policy in force, for every exchange that has not come to its GO yet.
    func takeIntoForce(_ policy: Policy) { takeIntoForce(Judge(policy, enforcement: enforcement)) }

    /// The same, where what becomes of a refusal may be another too.
    func takeIntoForce(_ judge: Judge) {
        let time = Clocks.realtimeMicroseconds
        current.withLock {
            // First for the permits that are out already: none is confirmed by the old one from here on.
            judgeInForce.take(judge)
            $0 = PolicyInForce(judge, after: $0, at: time)
        }
    }

    func count(_ change: (inout Counters) -> Void) {
        counted.withLock { change(&$0) }
    }
}
