internal import FoundationEssentials

/// JSON in the one spelling of this project: keys sorted, so that two answers can be compared as text.
public enum JSONText {
    /// A value as one line, or indented for people.
    public static func encode(_ value: some Encodable, indented: Bool = false) throws(ControlError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            indented ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw ControlError(problem: "cannot write \(type(of: value)) as JSON: \(error)")
        }
    }

    /// Reads a value; throws where the text is no JSON or another shape.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(ControlError) -> Value {
        do {
            return try decodeAsIs(type, from: bytes)
        } catch {
            throw ControlError(problem: "the text is not the JSON of \(type): \(error)")
        }
    }

    /// The same; throws what `Decodable` throws, which says where it is wrong.
    static func decodeAsIs<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
