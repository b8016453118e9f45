/// What a method takes, the same type for who calls and who answers.
///
/// A key that is not optional must be there. A parameter that no method knows is refused: it would promise something
/// that does not happen.
public protocol ControlParameters: Codable, Sendable {
    /// The keys on the wire, as the interface describes them.
    static var names: [String] { get }
}

/// A method that takes nothing.
public struct NoParameters: ControlParameters, Hashable {
    /// None.
    public static let names: [String] = []

    /// Nothing.
    public init() {}
}

/// A parameter that is missing, of the wrong type, or not known.
public struct WrongParameter: Error, Hashable {
    /// Its key.
    public let name: String
}

extension ControlParameters {
    /// Reads what a call brought.
    public init(reading parameters: [String: JSONValue]) throws(WrongParameter) {
        if let stranger = parameters.keys.sorted().first(where: { !Self.names.contains($0) }) {
            throw WrongParameter(name: stranger)
        }
        do {
            self = try JSONText.decode(Self.self, of: parameters)
        } catch {
            // Of a number that is no whole one, or too large, the decoder does not say where it stands.
            let fraction = parameters.keys.sorted().first { parameters[$0]?.holdsFraction ?? false }
            throw WrongParameter(name: Self.culprit(of: error) ?? fraction ?? "")
        }
    }

    /// The parameter, also where something inside it is wrong.
    private static func culprit(of error: any Error) -> String? {
        let path: [any CodingKey] =
            switch error {
            case DecodingError.keyNotFound(let key, let context): context.codingPath + [key]
            case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
                DecodingError.dataCorrupted(let context):
                context.codingPath
            default: []
            }
        return path.first?.stringValue
    }
}

extension JSONValue {
    fileprivate var holdsFraction: Bool {
        switch self {
        case .number: true
        case .array(let values): values.contains(where: \.holdsFraction)
        case .object(let values): values.values.contains(where: \.holdsFraction)
        case .null, .bool, .integer, .string: false
        }
    }
}
