/// What a record is recognised by: its instance and its number within it.
public struct RecordNumber: Hashable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    public let instance: String
    /// From 1.
    public let sequence: UInt64

    /// A number from its parts.
    public init(instance: String, sequence: UInt64) {
        self.instance = instance
        self.sequence = sequence
    }

    /// `INSTANCE/SEQUENCE`
    public var description: String { "\(instance)/\(sequence)" }
}
