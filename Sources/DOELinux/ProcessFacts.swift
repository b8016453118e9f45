internal import CSystemd
public import DOEWords
internal import Glibc

/// What procfs and the control groups say of a process. The caller makes sure that it is still the same one
/// afterwards.
public struct ProcessFacts: Hashable, Sendable {
    /// The login uid that audit set; `none` without a login.
    public let loginUID: Fact<UInt32>
    /// The audit session; `none` without a login.
    public let session: Fact<UInt32>
    /// The name of the program's file, where the host's file of that name is the one that runs; `nil` where it is
    /// unknown.
    public let programName: [UInt8]?
    /// The system's unit.
    public let unit: Fact<String>
    /// The outermost container's name or id; `none` where the namespaces show that it is the host itself.
    public let container: Fact<String>
    /// The parent: `PID NAME`.
    public let parent: Fact<String>

    /// Reads what is there now under this number; what is not is `unknown`.
    public init(pid: Int32) {
        var program: HostProgram?
        self.init(pid: pid, program: &program)
    }

    /// The same, and the program itself.
    public init(pid: Int32, program: inout HostProgram?) {
        let thread = ProcessThread(of: pid)
        let folder = thread.folder
        loginUID = Self.auditNumber("\(folder)/loginuid")
        session = Self.auditNumber("\(folder)/sessionid")
        program = HostProgram(of: thread)
        programName = program?.name
        unit = Self.systemUnit(of: thread)
        container = Self.container(of: folder)
        parent = Self.parent(inStatus: "\(folder)/status")
    }

    /// What another process has read.
    public init(
        loginUID: Fact<UInt32>, session: Fact<UInt32>, programName: [UInt8]?, unit: Fact<String>,
        container: Fact<String>, parent: Fact<String>
    ) {
        self.loginUID = loginUID
        self.session = session
        self.programName = programName
        self.unit = unit
        self.container = container
        self.parent = parent
    }

    /// The same without the program, where nobody could tell later whether it is still run.
    public var withoutProgram: ProcessFacts {
        ProcessFacts(
            loginUID: loginUID, session: session, programName: nil, unit: unit, container: container, parent: parent)
    }

    /// The program alone, which is the first to go when a process ends.
    public static func program(of pid: Int32) -> Fact<String> { name(of: HostProgram(of: pid)?.name) }

    /// The program's path.
    public var exe: Fact<String> { Self.name(of: programName) }

    private static func name(of program: [UInt8]?) -> Fact<String> {
        program.flatMap { String(validating: $0, as: UTF8.self) }.map { .known($0) } ?? .unknown
    }

    /// Audit writes 2^32 - 1 where no login stands behind the process; a kernel without audit has no such file, of
    /// this process neither.
    private static func auditNumber(_ path: String) -> Fact<UInt32> {
        guard let text = try? SmallText.read(path) else { return access("/proc/self/loginuid") ? .unknown : .none }
        guard let number = UInt32(text) else { return .unknown }
        return number == .max ? .none : .known(number)
    }

    private static func access(_ path: String) -> Bool { unsafe Glibc.access(path, F_OK) == 0 }

    /// The system's unit; a process of a user's manager is in that user's `user@UID.service`.
    private static func systemUnit(of thread: ProcessThread) -> Fact<String> {
        var name: UnsafeMutablePointer<CChar>?
        let result = unsafe sd_pid_get_unit(thread.number, &name)
        defer { unsafe free(name) }
        // A thread's number may have passed to another process, unless it is still there.
        guard thread.isThere else { return .unknown }
        if result >= 0, let name = unsafe name { return .known(unsafe String(cString: name)) }
        return result == -ENODATA || result == -ENXIO ? .none : .unknown
    }

    /// `PID NAME`. The name is believed only where the parent is still the same afterwards: a process whose parent
    /// ends gets another one, and so does the number.
    private static func parent(inStatus path: String) -> Fact<String> {
        guard let pid = parentNumber(inStatus: path) else { return .unknown }
        guard pid > 0 else { return .none }
        guard let name = try? SmallText.read("/proc/\(pid)/comm"), parentNumber(inStatus: path) == pid else {
            return .unknown
        }
        return .known("\(pid) \(name)")
    }

    private static func parentNumber(inStatus path: String) -> Int32? {
        guard let text = try? SmallText.read(path),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("PPid:") })
        else { return nil }
        return Int32(line.dropFirst(5).drop { $0 == "\t" || $0 == " " })
    }
}

extension Client {
    /// Takes over what was read of its process.
    public mutating func take(_ facts: ProcessFacts) {
        loginUID = facts.loginUID
        session = facts.session
        exe = facts.exe
        exeBytes = exe == .unknown ? facts.programName : nil
        unit = facts.unit
        container = facts.container
        parent = facts.parent
    }
}
