/// A member of one of the kernel's structures, and a member of that, without following pointers:
/// `pci_dev.dev.kobj.name`.
struct MemberPath: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The structure's name.
    let structure: String
    /// The member's name, and the names of its own members on the way to the one that is meant; none may be empty.
    let members: [String]

    /// From the names, with a dot between them; without a member it is the structure itself, whose offset is unknown.
    init(_ text: String) {
        let names = text.split(separator: ".").map(String.init)
        structure = names.first ?? ""
        members = Array(names.dropFirst())
    }

    /// From the names, with a dot between them.
    init(stringLiteral text: String) { self.init(text) }

    /// `pci_dev.dev.kobj.name`
    var description: String { ([structure] + members).joined(separator: ".") }
}
