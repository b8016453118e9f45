/// Something that rules may ask for and that may not be there, or may not have been learned.
///
/// The difference matters: a process without a unit has `none`, which rules can name; a process that was gone before
/// its unit was read is `unknown`, and a rule that needs it cannot be decided, so the request is refused.
public enum Fact<Value: Hashable & Sendable>: Hashable, Sendable {
    /// It was learned.
    case known(Value)
    /// It was looked for, and does not exist.
    case none
    /// It could not be learned.
    case unknown

    /// The value where it is known.
    @inlinable public var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    /// Whether both are the same fact. Written out, since what the compiler derives other modules cannot make special
    /// for their values: each decision then asked the runtime for the type.
    @inlinable public static func == (one: Self, other: Self) -> Bool {
        switch (one, other) {
        case (.known(let one), .known(let other)): one == other
        case (.none, .none), (.unknown, .unknown): true
        default: false
        }
    }

    /// Turns a known value into another one.
    public func map<Other>(_ transform: (Value) -> Other) -> Fact<Other> {
        switch self {
        case .known(let value): .known(transform(value))
        case .none: .none
        case .unknown: .unknown
        }
    }
}

extension Fact: CustomStringConvertible where Value: CustomStringConvertible {
    /// The value, or `none` or `unknown`.
    public var description: String {
        switch self {
        case .known(let value): value.description
        case .none: "none"
        case .unknown: "unknown"
        }
    }
}
