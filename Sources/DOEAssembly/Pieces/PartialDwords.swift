/// The dwords of a mailbox that are being written in bytes and words: each thread's own, so that bytes of two writers
/// do not mix.
///
/// Where somebody starts a process for each byte, as `setpci` does, a thread goes on with what another one began.
/// Then the one that began keeps its own: it may live, and go on too.
struct PartialDwords {
    /// So many are kept; the oldest has to go.
    static let limit = 16

    private struct Part {
        var dword: PartialDword
        /// Another thread has gone on with a copy of it, which tells of its bytes too.
        var isContinued = false
    }

    /// What came of a write.
    struct Outcome {
        /// A dword that is whole now.
        var whole: PartialDword?
        /// Writes that came to nothing.
        var others: [OtherWrites] = []
    }

    /// In the order of their last bytes.
    private var parts: [Part] = []

    var isEmpty: Bool { parts.isEmpty }
    var count: Int { parts.count }
    var deadline: UInt64? { parts.map(\.dword.deadline).min() }

    /// Takes a byte or a word.
    mutating func take(_ value: UInt32, width: Int, at offset: UInt16, _ access: ObservedAccess) -> Outcome {
        var outcome = Outcome()
        let own = parts.firstIndex { $0.dword.access.thread == access.thread }
        // No thread has two.
        var part = own.map { parts.remove(at: $0) }
        if part?.dword.append(offset: offset, width: width, value: value, access) == true {
            part?.isContinued = false
        } else {
            outcome.others += Self.told(part)
            part =
                PartialDword(offset: offset, width: width, value: value, access).map { Part(dword: $0) }
                ?? (own == nil ? continued(value, width, offset, access) : nil)
        }
        guard let part else {
            outcome.others.append(OtherWrites(offset: offset, width: width, value: value, access))
            return outcome
        }
        if part.dword.filled == 4 {
            outcome.whole = part.dword
        } else {
            parts.append(part)
            if parts.count > Self.limit { outcome.others += Self.told(parts.removeFirst()) }
        }
        return outcome
    }

    /// The thread does something else with the mailbox.
    mutating func end(of thread: Int32) -> [OtherWrites] {
        guard let own = parts.firstIndex(where: { $0.dword.access.thread == thread }) else { return [] }
        return Self.told(parts.remove(at: own))
    }

    /// Those that have waited for too long for the rest.
    mutating func takeOverdue(at time: UInt64) -> [OtherWrites] {
        let overdue = parts.filter { $0.dword.deadline <= time }
        parts.removeAll { $0.dword.deadline <= time }
        return overdue.flatMap(Self.told)
    }

    /// All of them.
    mutating func takeAll() -> [OtherWrites] {
        defer { parts = [] }
        return parts.flatMap(Self.told)
    }

    /// What another thread began last, where this goes on with it.
    private mutating func continued(
        _ value: UInt32, _ width: Int, _ offset: UInt16, _ access: ObservedAccess
    ) -> Part? {
        for place in parts.indices.reversed() where !parts[place].isContinued {
            var dword = parts[place].dword
            guard dword.append(offset: offset, width: width, value: value, access) else { continue }
            parts[place].isContinued = true
            return Part(dword: dword)
        }
        return nil
    }

    private static func told(_ part: Part?) -> [OtherWrites] {
        guard let part, !part.isContinued else { return [] }
        return [part.dword.first]
    }
}
