/// One field that a probe is to write: what it fetches, whichever way a kernel wants it spelled.
struct ProbeField: Hashable, Sendable {
    /// Where it begins to fetch.
    enum Source: Hashable, Sendable {
        /// An argument of the function, by its name in the kernel's source.
        case argument(String)
        /// What the function returns.
        case result
        /// What the thread calls itself.
        case command
    }

    let name: String
    let source: Source
    /// Members to follow, each of what the one before points to.
    let members: [MemberPath]
    /// Whether what is meant lies behind the pointer that was fetched.
    let isBehindPointer: Bool
    /// As kprobe definitions spell it: `u64`, `x32`, `string`.
    let type: String

    /// An argument, or what its members lead to.
    init(_ name: String, _ argument: String, _ members: MemberPath..., behindPointer: Bool = false, type: String) {
        self.name = name
        source = .argument(argument)
        self.members = members
        isBehindPointer = behindPointer
        self.type = type
    }

    /// What the function returns.
    init(result name: String, type: String) {
        self.name = name
        source = .result
        members = []
        isBehindPointer = false
        self.type = type
    }

    /// What the thread calls itself, as a text of 15 bytes at most. Nothing vouches for it.
    static let command = ProbeField(command: "comm")

    private init(command name: String) {
        self.name = name
        source = .command
        members = []
        isBehindPointer = false
        type = ""
    }

    /// By the names that the kernel's own type information has (`name=dev->dev.kobj.name:string`, Linux 6.5 and later).
    func spelled(argumentNamed nameOf: (String) -> String?) -> String? {
        if case .command = source { return "\(name)=$comm" }
        guard case .argument(let argument) = source else { return "\(name)=$retval:\(type)" }
        guard var text = nameOf(argument) else { return nil }
        for member in members { text += "->" + member.members.joined(separator: ".") }
        return "\(name)=" + (isBehindPointer ? "+0(\(text))" : text) + ":\(type)"
    }

    /// By the place where an argument is, `$arg1` or `%di`, and offsets (`name=+0(+208($arg1)):string`).
    func spelled(argumentIn placeOf: (String) -> String?, offsetOf: (MemberPath) -> Int?) -> String? {
        if case .command = source { return "\(name)=$comm" }
        guard case .argument(let argument) = source else { return "\(name)=$retval:\(type)" }
        guard var text = placeOf(argument) else { return nil }
        for member in members {
            guard let offset = offsetOf(member) else { return nil }
            text = "+\(offset)(\(text))"
        }
        // A text is behind its pointer; with names the kernel sees for itself that it is a pointer.
        return "\(name)=" + (isBehindPointer || type == "string" ? "+0(\(text))" : text) + ":\(type)"
    }
}
