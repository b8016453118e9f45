/// How many descriptors a program may come to need, and for what: said at its start, and not when one is missing.
/// Pure.
public struct DescriptorNeeds: Hashable, Sendable {
    private struct Need: Hashable {
        let count: Int
        let purpose: String
    }

    private let limit: Int
    private var needs: [Need] = []

    /// Of a program that may have so many.
    public init(limit: Int) { self.limit = limit }

    /// Takes note of so many more; the purpose as it stands behind the number, `4096 mailboxes`.
    public mutating func add(_ count: Int, for purpose: String) {
        if count > 0 { needs.append(Need(count: count, purpose: purpose)) }
    }

    /// All of them.
    public var sum: Int { needs.reduce(0) { $0 + $1.count } }

    /// What does not fit, with numbers and what to do; `nil` where all of it does.
    public var shortage: String? {
        guard sum > limit else { return nil }
        let parts = needs.map { "\($0.count) for \($0.purpose)" }.joined(separator: ", ")
        return
            "no more than \(limit) files can be open, and \(sum) may be needed (\(parts)): what comes last will be refused; "
            + "\(DescriptorLimit.remedy), to \(sum) or more"
    }
}
