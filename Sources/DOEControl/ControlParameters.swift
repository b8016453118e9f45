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
    /// Reads what a call brought: a message that ``CallBounds`` lets pass.
    public init(ofCall message: [UInt8]) throws(WrongParameter) {
        do {
            let call = try JSONText.decodeAsIs(CallWithParameters<Self>.self, from: message)
            self = try call.parameters?.value ?? JSONText.decodeAsIs(Checked<Self>.self, from: Array("{}".utf8)).value
        } catch let error as WrongParameter {
            throw error
        } catch {
            throw WrongParameter(name: "")
        }
    }
}

private struct CallWithParameters<Parameters: ControlParameters>: Decodable {
    let parameters: Checked<Parameters>?
}

/// Parameters, or the name of the one that is wrong.
private struct Checked<Parameters: ControlParameters>: Decodable {
    let value: Parameters

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: ParameterKey.self)
        if let stranger = container.allKeys.map(\.stringValue).filter({ !Parameters.names.contains($0) }).min() {
            throw WrongParameter(name: stranger)
        }
        do {
            value = try Parameters(from: decoder)
        } catch {
            let name = Self.culprit(of: error, below: decoder.codingPath.count) ?? container.firstThatCannotBeRead
            throw WrongParameter(name: name ?? "")
        }
    }

    /// The parameter, also where something inside it is wrong.
    private static func culprit(of error: any Error, below depth: Int) -> String? {
        let path: [any CodingKey] =
            switch error {
            case DecodingError.keyNotFound(let key, let context): context.codingPath + [key]
            case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
                DecodingError.dataCorrupted(let context):
                context.codingPath
            default: []
            }
        return path.dropFirst(depth).first?.stringValue
    }
}

extension KeyedDecodingContainer<ParameterKey> {
    /// Of a number that is no whole one, or too large, and of half a surrogate pair the decoder does not say where it
    /// stands.
    fileprivate var firstThatCannotBeRead: String? {
        allKeys.sorted { $0.stringValue < $1.stringValue }
            .first { (try? decode(AnyParameter.self, forKey: $0)) == nil }?.stringValue
    }
}

/// Whatever some method could take: no method takes a number that is no whole one.
private struct AnyParameter: Decodable {
    init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd { _ = try list.decode(Self.self) }
        } else if let object = try? decoder.container(keyedBy: ParameterKey.self) {
            for key in object.allKeys { _ = try object.decode(Self.self, forKey: key) }
        } else {
            let value = try decoder.singleValueContainer()
            guard !value.decodeNil(), (try? value.decode(Bool.self)) == nil, (try? value.decode(String.self)) == nil
            else {
                return
            }
            _ = try value.decode(Int64.self)
        }
    }
}

/// A key that no type has.
struct ParameterKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
