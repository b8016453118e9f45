/// How often an object met one verdict.
public struct ObjectCount: Hashable, Sendable, Encodable {
    /// DOE_OBJECT: `1e98:02`; `nil` for bytes that were no object.
    public let object: String?
    /// DOE_OBJECT_NAME.
    public let name: String?
    /// DOE_CLASS.
    public let objectClass: String?
    /// DOE_VERDICT.
    public let verdict: String?
    /// How often; 0 in a key.
    public internal(set) var count = 0

    private enum CodingKeys: String, CodingKey {
        case object, name, verdict, count
        case objectClass = "class"
    }
}
