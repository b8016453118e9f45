/// A dictionary in 256 parts. Who changes a value while somebody else holds a copy of the table copies one part and
/// not all of it, so that a reader costs a writer next to nothing, however large the table is.
public struct PartedTable<Key: Hashable & Sendable, Value: Hashable & Sendable>: Hashable, Sendable {
    /// How many keys it has.
    public private(set) var count = 0
    private var parts = [[Key: Value]](repeating: [:], count: 256)

    init() {}

    /// Whether it has none.
    public var isEmpty: Bool { count == 0 }

    /// All keys, in no order.
    public var keys: some Sequence<Key> { parts.lazy.flatMap(\.keys) }

    /// All values, in no order.
    public var values: some Sequence<Value> { parts.lazy.flatMap(\.values) }

    /// All keys with their values, in no order.
    public var pairs: some Sequence<(key: Key, value: Value)> {
        parts.lazy.flatMap { $0.lazy.map { (key: $0.key, value: $0.value) } }
    }

    /// How many keys the fullest part has: more are never copied for one change.
    var fullestPart: Int { parts.map(\.count).max() ?? 0 }

    /// The value of a key.
    public internal(set) subscript(key: Key) -> Value? {
        get { parts[Self.part(of: key)][key] }
        set {
            let part = Self.part(of: key)
            let before = parts[part].count
            parts[part][key] = newValue
            count += parts[part].count - before
        }
    }

    /// The value of a key, changed in place; one that is not there yet begins as `initial`.
    subscript(key: Key, default initial: @autoclosure () -> Value) -> Value {
        get { self[key] ?? initial() }
        _modify {
            let part = Self.part(of: key)
            let before = parts[part].count
            yield &parts[part][key, default: initial()]
            count += parts[part].count - before
        }
    }

    /// The highest bits: the lowest ones are what a dictionary goes by inside.
    private static func part(of key: Key) -> Int { Int(UInt(bitPattern: key.hashValue) >> (UInt.bitWidth - 8)) }
}
