/// A member of one of the kernel's structures, and a member of that, without following pointers:
/// `pci_dev.dev.kobj.name`.
public struct MemberPath: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The structure's name.
    public let structure: String
    /// The member's name, and the names of its own members on the way to the one that is meant; none may be empty.
    public let members: [String]

    /// From the names, with a dot between them; without a member it is the structure itself, whose offset is unknown.
    public init(_ text: String) {
        let names = text.split(separator: ".").map(String.init)
        structure = names.first ?? ""
        members = Array(names.dropFirst())
    }

    /// From the names, with a dot between them.
    public init(stringLiteral text: String) { self.init(text) }

    /// `pci_dev.dev.kobj.name`
    public var description: String { ([structure] + members).joined(separator: ".") }
}
