public import DOELinux
internal import DOEWords

/// What the kernel's command line says about doe-audit: `doe_audit.enforce=yes|off`.
///
/// Whoever can change it can boot another system; nothing that runs can. What is not understood changes nothing: the
/// host stays in production, and enforces.
public struct KernelSwitches: Hashable, Sendable {
    /// Whether exchanges are let through the proxy at all; `false` for `doe_audit.enforce=off`: no socket exists.
    public private(set) var enforces = true
    /// Whether `enforces` was written on the command line.
    public private(set) var isEnforceGiven = false
    /// What could not be understood or believed, a sentence each.
    public private(set) var complaints: [String] = []

    /// The switch's name on the kernel's command line.
    public static let enforceName = "doe_audit.enforce"
    /// The name of what tells where its value comes from.
    public static let sourceName = "kernel command line"

    /// From a command line. Of one parameter that stands there twice the later counts, as in the kernel.
    public init(_ line: KernelCommandLine) {
        for parameter in line.parameters where parameter.name.hasPrefix("doe_audit.") {
            let value = parameter.value
            switch (parameter.name, value) {
            case (Self.enforceName, "yes"): setEnforce(true)
            case (Self.enforceName, "off"): setEnforce(false)
            case ("doe_audit.mode", "production"): break
            case (Self.enforceName, _):
                setEnforce(true)
                isEnforceGiven = false
                complain(parameter, "takes yes or off in this version; exchanges are judged, and refused as ever")
            case ("doe_audit.mode", _):
                complain(parameter, "takes only production in this version; the host stays in production")
            default:
                complain(parameter, "is not known, and changes nothing; there are \(Self.enforceName), doe_audit.mode")
            }
        }
    }

    /// Those of the running kernel.
    public static func running(procfs: String = "/proc") -> KernelSwitches {
        do throws(LinuxError) {
            return KernelSwitches(KernelCommandLine(try Procfs.read("cmdline", directory: procfs)))
        } catch {
            var switches = KernelSwitches(KernelCommandLine([]))
            switches.complaints = [
                "the kernel command line is not known, so nothing on it counts; the host enforces: \(error.description)"
            ]
            return switches
        }
    }

    private mutating func setEnforce(_ value: Bool) {
        enforces = value
        isEnforceGiven = true
    }

    private mutating func complain(_ parameter: KernelCommandLine.Parameter, _ text: String) {
        let written = parameter.value.map { "\(parameter.name)=\($0)" } ?? parameter.name
        complaints.append("\(Self.sourceName): \(written.printable) \(text)")
    }
}
