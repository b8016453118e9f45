extension Finding {
    /// What needs attention first, what was acknowledged last.
    func isBefore(_ other: Finding) -> Bool {
        if isAcknowledged != other.isAcknowledged { return !isAcknowledged }
        let order = Kind.allCases
        let (mine, others) = (order.firstIndex(of: kind) ?? 0, order.firstIndex(of: other.kind) ?? 0)
        if mine != others { return mine < others }
        if count != other.count { return count > other.count }
        return what < other.what
    }
}
