/// A count of the kernel's that may begin anew, when somebody empties a buffer or a probe is added again, made into one
/// that only grows.
struct GrowingCount: Hashable, Sendable {
    /// All that was counted.
    private(set) var total: UInt64 = 0
    private var last: UInt64 = 0

    init() {}

    /// Takes the kernel's count; returns by how much the total grew.
    @discardableResult
    mutating func update(_ value: UInt64) -> UInt64 {
        let grown = value >= last ? value - last : value
        last = value
        total &+= grown
        return grown
    }
}
