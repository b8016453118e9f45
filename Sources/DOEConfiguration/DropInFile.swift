/// One drop-in file as it was read.
public struct DropInFile: Hashable, Sendable {
    /// Its path.
    public let path: String
    /// Its whole text.
    public let text: String

    /// A file from its parts.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
