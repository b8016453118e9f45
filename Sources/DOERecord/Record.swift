/// One journal entry about one event, before or after it was written.
public struct Record: Hashable, Sendable {
    /// What kind of event.
    public var event: Event
    /// How loud.
    public var priority: Priority
    /// The line that a person reads.
    public var message: String
    /// Our fields; `event` stands in the property.
    private var values: [Field: String] = [:]

    /// A record with no field yet.
    public init(_ event: Event, priority: Priority, message: String) {
        self.event = event
        self.priority = priority
        self.message = message
    }

    /// A field's text; setting `nil` or an empty text takes the field away.
    public subscript(field: Field) -> String? {
        get { field == .event ? event.rawValue : values[field] }
        set { values[field] = newValue?.isEmpty == true ? nil : newValue }
    }
}
