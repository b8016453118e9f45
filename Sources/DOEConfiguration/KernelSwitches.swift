public import DOELinux
public import DOEWords

/// What the kernel's command line says about doe-audit: `doe_audit.enforce=yes|permissive|off`,
/// `doe_audit.mode=production|bring-up`.
///
/// Whoever can change it can boot another system; nothing that runs can. What is not understood changes nothing: the
/// host stays in production, and enforces.
public struct KernelSwitches: Hashable, Sendable {
    /// The values of `doe_audit.enforce`.
    public enum Enforce: String, Hashable, Sendable {
        /// Exchanges are judged, and what the policy refuses is refused.
        case yes
        /// What the policy refuses passes with a warning.
        case permissive
        /// The proxy does not start: no socket exists.
        case off
    }

    /// What the command line says of enforcing. `yes` too where it does not say, or not in a way that can be understood.
    public private(set) var enforce = Enforce.yes
    /// Whether `enforce` was written on the command line.
    public private(set) var isEnforceGiven = false
    /// Whether somebody may have wanted to say something of enforcing, and it is not known what.
    public private(set) var isEnforceUnclear = false
    /// What kind of host this is, as far as the command line has a say.
    public private(set) var mode = Mode.production
    /// Whether `mode` was written on the command line.
    public private(set) var isModeGiven = false
    /// What could not be understood or believed, a sentence each.
    public private(set) var complaints: [String] = []

    /// The names of the switches on the kernel's command line.
    public static let enforceName = "doe_audit.enforce"
    /// The same of the mode.
    public static let modeName = "doe_audit.mode"
    /// The name of what tells where their values come from.
    public static let sourceName = "kernel command line"

    /// From a command line. Of one parameter that stands there twice the later counts, as in the kernel.
    public init(_ line: KernelCommandLine) {
        for parameter in line.parameters where parameter.name.hasPrefix("doe_audit.") {
            let value = parameter.value
            switch (parameter.name, value) {
            case (Self.enforceName, let word?) where Enforce(rawValue: word) != nil:
                enforce = Enforce(rawValue: word) ?? .yes
                isEnforceGiven = true
                isEnforceUnclear = false
            case (Self.enforceName, _):
                enforce = .yes
                isEnforceGiven = false
                isEnforceUnclear = true
                complain(parameter, "takes yes, permissive or off; exchanges are judged, and refused as ever")
            case (Self.modeName, _): setMode(parameter)
            default:
                complain(
                    parameter, "is not known, and changes nothing; there are \(Self.enforceName), \(Self.modeName)")
            }
        }
    }

    /// Whether exchanges are let through the proxy at all.
    public var isOpen: Bool { enforce != .off }

    /// Those of the running kernel.
    public static func running(procfs: String = "/proc") -> KernelSwitches {
        do throws(LinuxError) {
            return KernelSwitches(KernelCommandLine(try Procfs.read("cmdline", directory: procfs)))
        } catch {
            var switches = KernelSwitches(KernelCommandLine([]))
            switches.isEnforceUnclear = true
            switches.complaints = [
                "the kernel command line is not known, so nothing on it counts; the host enforces: \(error.description)"
            ]
            return switches
        }
    }

    private mutating func setMode(_ parameter: KernelCommandLine.Parameter) {
        let given = parameter.value.flatMap { Mode(rawValue: $0) }
        mode = given ?? .production
        isModeGiven = given != nil
        if given == nil { complain(parameter, "takes production or bring-up; the host stays in production") }
    }

    private mutating func complain(_ parameter: KernelCommandLine.Parameter, _ text: String) {
        let written = parameter.value.map { "\(parameter.name)=\($0)" } ?? parameter.name
        complaints.append("\(Self.sourceName): \(written.printable) \(text)")
    }
}
