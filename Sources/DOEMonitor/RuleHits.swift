internal import DOEPolicy
internal import Synchronization

/// How often each rule of a policy has decided, and how often none did.
///
/// Every mailbox's thread counts here, and none waits for another: a decision costs one addition. The policy itself
/// stays as it was made.
@safe public final class RuleHits: @unchecked Sendable {
    // Safe to share: the counters are atomic, the pointer never changes, and the memory lives as long as the object.
    // An array cannot hold them, since atomics cannot be copied.
    private let counters: UnsafeMutablePointer<Atomic<UInt64>>
    private let ruleCount: Int

    private enum Other: Int, CaseIterable {
        case gatekeeper, nothing, unknownFact
    }

    /// Nothing counted yet, for so many rules.
    init(ruleCount: Int) {
        self.ruleCount = ruleCount
        let count = ruleCount + Other.allCases.count
        unsafe counters = .allocate(capacity: count)
        for index in 0..<count { unsafe (counters + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe counters.deinitialize(count: ruleCount + Other.allCases.count)
        unsafe counters.deallocate()
    }

    /// Counts a decision under the policy that these belong to.
    func count(_ reason: Decision.Reason) {
        let index =
            switch reason {
            case .rule(let rule): rule.position
            case .gatekeeper, .objectLine: ruleCount + Other.gatekeeper.rawValue
            case .defaultDeny: ruleCount + Other.nothing.rawValue
            case .unknownFact: ruleCount + Other.unknownFact.rawValue
            }
        precondition(index < ruleCount + Other.allCases.count, "a rule of another policy")
        unsafe counters[index].add(1, ordering: .relaxed)
    }

    private func value(_ index: Int) -> UInt64 { unsafe counters[index].load(ordering: .relaxed) }

    /// Of a rule, by its place among the policy's rules.
    public subscript(rule: Int) -> UInt64 {
        precondition(rule >= 0 && rule < ruleCount, "a rule of another policy")
        return value(rule)
    }

    /// Refused by the gatekeeper, or by an object line, before any rule.
    public var gatekeeper: UInt64 { value(ruleCount + Other.gatekeeper.rawValue) }
    /// Refused since no rule matched.
    public var defaultDeny: UInt64 { value(ruleCount + Other.nothing.rawValue) }
    /// Refused since a rule needed a fact that could not be learned.
    public var unknownFact: UInt64 { value(ruleCount + Other.unknownFact.rawValue) }
}
