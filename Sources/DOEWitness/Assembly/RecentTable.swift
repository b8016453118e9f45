/// What was last seen of each thread, of so many threads at most; the one not seen for longest has to go.
struct RecentTable<Value: Sendable>: Sendable {
    private var values: [Int32: (time: UInt64, value: Value)] = [:]
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { values.count }

    func value(of thread: Int32) -> Value? { values[thread]?.value }

    mutating func set(_ value: Value, of thread: Int32, at time: UInt64) {
        if values.count >= capacity, values[thread] == nil { makeRoom() }
        values[thread] = (time, value)
    }

    @discardableResult
    mutating func remove(_ thread: Int32) -> Value? { values.removeValue(forKey: thread)?.value }

    /// Half of them at once: to search for the oldest each time would cost more than it is worth.
    private mutating func makeRoom() {
        let times = values.values.map(\.time).sorted()
        let middle = times[times.count / 2]
        values = values.filter { $0.value.time > middle }
    }
}
