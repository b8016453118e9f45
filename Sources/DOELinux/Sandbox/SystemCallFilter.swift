public import SystemPackage

/// What the kernel answers to which system call of this process (seccomp(2)): a list of calls, and an answer for all
/// that it does not name.
///
/// It is a value that can be looked at; `apply` puts it into force. What has no number here is passed over: a call
/// that this machine does not have needs no answer. One that came into the kernel after this was built is answered
/// with ENOSYS, whatever the list says of others: no program of ours makes it, and a C library that does falls back to
/// an older one then, as it would on an older kernel, where EPERM would be taken for the end.
public struct SystemCallFilter: Sendable {
    /// What becomes of a call.
    public enum Answer: Hashable, Sendable {
        /// The kernel does it.
        case allow
        /// It is not done, and fails with this error.
        case refuse(Errno)
        /// The process is ended with SIGSYS: for what no honest code does here, so that it is not tried twice, and
        /// seen.
        case kill
    }

    /// The first condition that holds gives the answer.
    struct Entry: Hashable, Sendable {
        var cases: [Case] = []
        var otherwise: Answer
    }

    struct Case: Hashable, Sendable {
        let condition: ArgumentCondition
        let answer: Answer
    }

    /// To calls that are not listed.
    let others: Answer
    private(set) var entries: [SystemCall: Entry] = [:]

    /// One that answers all calls alike.
    public init(toOthers answer: Answer) { others = answer }

    /// The same with this answer to these calls, in place of the one that they had.
    public func with(_ answer: Answer, to calls: [SystemCall]) -> Self {
        var filter = self
        for call in calls { filter.entries[call] = Entry(otherwise: answer) }
        return filter
    }

    /// The same where one call is answered by its arguments: the first condition that holds, else the last answer.
    public func with(
        _ call: SystemCall, _ cases: [(when: ArgumentCondition, answer: Answer)], otherwise: Answer
    ) -> Self {
        var filter = self
        filter.entries[call] = Entry(
            cases: cases.map { Case(condition: $0.when, answer: $0.answer) }, otherwise: otherwise)
        return filter
    }

    /// What it answers to a call with these arguments; for who wants to look, and tests.
    public func answer(to call: SystemCall, _ arguments: [UInt64] = []) -> Answer {
        guard let entry = entries[call] else { return others }
        let first = entry.cases.first { $0.condition.holds(arguments) }
        return first?.answer ?? entry.otherwise
    }
}

extension ArgumentCondition {
    fileprivate func holds(_ arguments: [UInt64]) -> Bool {
        let value = argument < arguments.count ? UInt32(truncatingIfNeeded: arguments[argument]) : 0
        return switch test {
        case .isOneOf(let numbers): numbers.contains(value)
        case .hasAny(let flags): value & flags != 0
        case .hasAll(let flags): value & flags == flags
        case .hasLowestByte(let byte): UInt8(truncatingIfNeeded: value) == byte
        }
    }
}
