/// What a record is recognised by: its instance and its number within it.
public struct RecordNumber: Hashable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    public let instance: String
    /// From 1.
    public let sequence: UInt64

    /// The highest that is believed of a record: whoever gives a million a second comes there after 292,000 years. What is
    /// higher was given by no daemon; and below it, one more is always a number.
    static let highest = UInt64.max / 2

    /// A number from its parts.
    public init(instance: String, sequence: UInt64) {
        self.instance = instance
        self.sequence = sequence
    }

    /// `INSTANCE/SEQUENCE`
    public var description: String { "\(instance)/\(sequence)" }
}
