/// One journal entry about one event, before or after it was written.
///
/// Texts are clipped as they are set, so what a record shows is what the journal gets.
public struct Record: Hashable, Sendable {
    /// What kind of event.
    public var event: Event
    /// How loud.
    public var priority: Priority
    /// Our fields, in their order; `event` stands in the property. No dictionary: each exchange makes two records, and
    /// hashing their fields would be most of that work.
    private var values = [String?](repeating: nil, count: Field.allCases.count)
    private var line: String

    /// A record with no field yet.
    public init(_ event: Event, priority: Priority, message: String) {
        self.event = event
        self.priority = priority
        line = message.clipped(toBytes: Self.messageByteLimit)
    }

    /// The line that a person reads, `messageByteLimit` bytes at most.
    public var message: String {
        get { line }
        set { line = newValue.clipped(toBytes: Self.messageByteLimit) }
    }

    /// A field's text, the field's `byteLimit` at most; setting `nil` or an empty text takes the field away.
    ///
    /// The event's kind is only set through its property.
    public subscript(field: Field) -> String? {
        get { field == .event ? event.rawValue : values[field.rawValue] }
        set {
            guard field != .event else { return }
            values[field.rawValue] = newValue?.isEmpty == true ? nil : newValue?.clipped(toBytes: field.byteLimit)
        }
    }

}
