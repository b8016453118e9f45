/// What was last seen of each thread, of so many threads at most; the one not seen for longest has to go.
///
/// Inlinable, since it is asked for each access that is traced, and its users stand in other modules.
package struct RecentTable<Value: Sendable>: Sendable {
    @usableFromInline var values: [Int32: (time: UInt64, value: Value)] = [:]
    @usableFromInline let capacity: Int

    /// An empty one.
    @inlinable package init(capacity: Int) { self.capacity = capacity }

    /// Of how many threads something is known.
    @inlinable package var count: Int { values.count }

    /// What is known of a thread.
    @inlinable
    package func value(of thread: Int32) -> Value? { values[thread]?.value }

    /// Takes what was seen of a thread.
    @inlinable
    package mutating func set(_ value: Value, of thread: Int32, at time: UInt64) {
        if values.count >= capacity, values[thread] == nil { makeRoom() }
        values[thread] = (time, value)
    }

    /// Forgets a thread; what was known of it.
    @inlinable
    @discardableResult
    package mutating func remove(_ thread: Int32) -> Value? { values.removeValue(forKey: thread)?.value }

    /// Half of them at once: to search for the oldest each time would cost more than it is worth.
    @usableFromInline
    mutating func makeRoom() {
        let times = values.values.map(\.time).sorted()
        let middle = times[times.count / 2]
        values = values.filter { $0.value.time > middle }
    }
}
