public import DOELinux
public import DOEPolicy
public import DOEWords

/// What rules name of this host: users and groups, looked up where the host's own programs do (nsswitch), and the
/// paths of programs.
public struct HostNames: NameResolver, Sendable {
    /// The number of a name; `nil` where there is no such name.
    public typealias LookUp = @Sendable (String) throws(LinuxError) -> UInt32?

    private let users: LookUp
    private let groups: LookUp

    /// The host's.
    public init() { self.init(users: AccountDatabase.user(named:), groups: AccountDatabase.group(named:)) }

    /// The host's, where somebody else looks up accounts.
    public init(users: @escaping LookUp, groups: @escaping LookUp) {
        self.users = users
        self.groups = groups
    }

    /// The user id of a name.
    public func user(named name: String) -> NameLookup {
        Self.answer { () throws(LinuxError) in try users(name) }
    }

    /// The group id of a name.
    public func group(named name: String) -> NameLookup {
        Self.answer { () throws(LinuxError) in try groups(name) }
    }

    /// Whether the kernel can call a program so.
    public func program(at path: String) -> PathLookup {
        Self.look(at: path) { found in
            switch found {
            case .program: .there
            case .folder: .never(why: "it is a folder; exe=\(path)/* is for the programs in it", real: nil)
            case .script: .never(why: "it is a script, and what runs is its interpreter", real: nil)
            case .special: .never(why: "it is no file", real: nil)
            case .missing: .missing
            case .linked(let real): Self.linked(to: real)
            }
        }
    }

    /// Whether the kernel can call a folder so.
    public func folder(at path: String) -> PathLookup {
        Self.look(at: path) { found in
            switch found {
            case .folder: .there
            case .program, .script, .special: .never(why: "it is no folder", real: nil)
            case .missing: .missing
            case .linked(let real): Self.linked(to: real)
            }
        }
    }

    /// The names in a folder, links followed; `nil` where they cannot be read.
    public static func entries(of folder: String) -> [String]? { FolderNames.read(folder) }

    /// Why no program of this host has a path that somebody makes up; `nil` where one can, and where nobody can tell.
    public func obstacle(toProgramAt path: String) -> Obstacle? {
        guard case .never(let why, let real) = program(at: path) else { return nil }
        return Obstacle(
            "no program of this host can have the path '\(path)': \(why)",
            remedy: "write \(real ?? "the path of the program that runs")")
    }

    private static func linked(to real: String?) -> PathLookup {
        guard let real else {
            return .never(why: "it leads through a link, and to nothing that this process can see", real: nil)
        }
        return .never(why: "it leads through a link, and the kernel calls it '\(real)'", real: real)
    }

    private static func look(at path: String, _ meaning: (ProgramPath) -> PathLookup) -> PathLookup {
        do throws(LinuxError) {
            return meaning(try ProgramPath(path))
        } catch {
            return .failed(error.problem)
        }
    }

    private static func answer(_ lookUp: () throws(LinuxError) -> UInt32?) -> NameLookup {
        do throws(LinuxError) {
            guard let id = try lookUp() else { return .notFound }
            return .id(id)
        } catch {
            return .failed(error.description)
        }
    }
}
