internal import SystemPackage

/// What a process has, as the kernel says it: what was given up is proved by looking.
struct PrivilegesHeld: Equatable {
    /// Lines of `/proc/self/status` by their names, their numbers apart.
    let status: [String: [String]]
    let isDumpable: Bool
    let secureBits: Int32
    let keepsCapabilities: Bool

    /// The calling thread's.
    static func read() throws(LinuxError) -> Self {
        Self(
            status: lines(of: try SmallText.read("/proc/thread-self/status")),
            isDumpable: ProcessControl.getDumpable.ask() != 0,
            secureBits: ProcessControl.getSecureBits.ask(),
            keepsCapabilities: ProcessControl.getKeepsCapabilities.ask() != 0)
    }

    static func lines(of status: String) -> [String: [String]] {
        var lines: [String: [String]] = [:]
        for line in status.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            // A later line of a name that was there is none of the kernel's: it would not be believed.
            lines[String(line[..<colon]), default: []] += line[line.index(after: colon)...].split {
                $0 == "\t" || $0 == " "
            }.map(String.init)
        }
        return lines
    }

    /// Throws where there is a capability, or a way to one by starting a program.
    func demandNoCapability() throws(LinuxError) {
        let none = ["0000000000000000"]
        let demands: [(String, Bool)] = [
            ("no inheritable capability", status["CapInh"] == none),
            ("no permitted capability", status["CapPrm"] == none),
            ("no effective capability", status["CapEff"] == none),
            ("no ambient capability", status["CapAmb"] == none),
            ("no new privileges", status["NoNewPrivs"] == ["1"]),
            ("no core files and no tracing", !isDumpable),
        ]
        try Self.demand(demands)
    }

    /// Throws unless this is all that such a user's process has.
    func demand(none user: SystemUser) throws(LinuxError) {
        let id = "\(user.id)"
        let group = "\(user.group)"
        let none = "0000000000000000"
        let demands: [(String, Bool)] = [
            ("uid \(id)", status["Uid"] == [id, id, id, id]),
            ("gid \(group)", status["Gid"] == [group, group, group, group]),
            ("its groups", Set(status["Groups"] ?? ["?"]) == Set(user.groups.map { "\($0)" })),
            ("no inheritable capability", status["CapInh"] == [none]),
            ("no permitted capability", status["CapPrm"] == [none]),
            ("no effective capability", status["CapEff"] == [none]),
            ("an empty bounding set", status["CapBnd"] == [none]),
            ("no ambient capability", status["CapAmb"] == [none]),
            ("no new privileges", status["NoNewPrivs"] == ["1"]),
            ("no core files and no tracing", !isDumpable),
            ("secure bits", secureBits == Int32(Privileges.secureBits)),
            ("no capabilities kept", !keepsCapabilities),
        ]
        try Self.demand(demands)
    }

    private static func demand(_ demands: [(String, Bool)]) throws(LinuxError) {
        if let missing = demands.first(where: { !$0.1 }) {
            throw LinuxError(
                "give up privileges:", "\(missing.0) was asked of the kernel, and it says otherwise", .notPermitted)
        }
    }
}
