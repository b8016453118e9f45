/// One journal entry as it travels: fields with names and bytes, in their order.
///
/// A name may occur more than once; a value may hold any byte.
public struct JournalEntry: Hashable, Sendable {
    /// One field.
    public struct Field: Hashable, Sendable {
        /// `MESSAGE`, `_PID`, `__REALTIME_TIMESTAMP`
        public let name: String
        /// Any bytes.
        public let value: [UInt8]

        /// A field from its parts.
        public init(name: String, value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    /// The fields in their order.
    public var fields: [Field]
    /// Whether journald's own sum over it is another one: some of its fields were not on the disk when the machine went
    /// down.
    public var isTorn = false

    /// An entry from its fields.
    public init(fields: [Field] = []) { self.fields = fields }

    /// The first value of a field; bytes that are no UTF-8 show as U+FFFD.
    public func text(_ name: String) -> String? {
        fields.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
