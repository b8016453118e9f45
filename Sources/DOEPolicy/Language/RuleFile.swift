/// One rule file as it was read.
public struct RuleFile: Hashable, Sendable {
    /// Its path, as errors and records name it.
    public let path: String
    /// Its whole text.
    public let text: String

    /// A file from its parts.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
