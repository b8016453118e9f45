import DOEConfiguration
import DOEControl
import DOELinux
import DOEWords
import Testing

@Suite struct KernelSwitchesTests {
    private func switches(_ line: String) -> KernelSwitches { KernelSwitches(KernelCommandLine(line.utf8)) }

    @Test(arguments: ["", "quiet root=/dev/sda1", "doe_auditor.enforce=off", "xdoe_audit.enforce=off", "enforce=off"])
    func `a line that does not name doe-audit changes nothing`(line: String) {
        #expect(switches(line) == KernelSwitches(KernelCommandLine([])))
        #expect(switches(line).isOpen)
        #expect(switches(line).complaints.isEmpty)
    }

    @Test(arguments: [
        "doe_audit.enforce=off", "doe-audit.enforce=off", #"doe_audit.enforce="off""#, #""doe_audit.enforce=off""#,
        "doe_audit.enforce=yes quiet doe_audit.enforce=off", "doe_audit.enforce=off -- doe_audit.enforce=yes",
        "doe_audit.enforce=permissive doe_audit.enforce=off doe_audit.mode=production",
    ])
    func `off is off`(line: String) {
        #expect(!switches(line).isOpen)
        #expect(switches(line).isEnforceGiven)
    }

    @Test(arguments: [
        "doe_audit.enforce=permissive", "doe-audit.enforce=\"permissive\"",
        "doe_audit.enforce=off doe_audit.enforce=permissive", "doe_audit.enforce=no doe_audit.enforce=permissive",
    ])
    func `permissive is permissive`(line: String) {
        #expect(switches(line).isOpen)
        #expect(switches(line).enforce == .permissive && switches(line).isEnforceGiven)
        #expect(!switches(line).isEnforceUnclear)
    }

    @Test(arguments: [
        ("", false, Enforcement.enforcing, "the default", false),
        ("", true, .permissive, "doe-auditd.toml:1: permissive", false),
        ("doe_audit.enforce=permissive", false, .permissive, "doe_audit.enforce=permissive on the kernel", false),
        ("doe_audit.enforce=permissive", true, .permissive, "doe_audit.enforce=permissive on the kernel", false),
        ("doe_audit.enforce=yes", true, .enforcing, "doe_audit.enforce=yes on the kernel", true),
        ("doe_audit.enforce=yes", false, .enforcing, "doe_audit.enforce=yes on the kernel", false),
        ("doe_audit.enforce=off", true, .enforcing, "doe_audit.enforce=off on the kernel", true),
        ("doe_audit.enforce=yess", true, .enforcing, "what is not understood on the kernel command line", true),
        ("doe_audit.enforce=yess", false, .enforcing, "what is not understood", false),
        ("doe_audit.mode=dreamy", true, .permissive, "doe-auditd.toml:1: permissive", false),
    ])
    func `the kernel's command line decides over files, in both directions`(
        line: String, isSet: Bool, expected: Enforcement, reason: String, isOverruled: Bool
    ) throws {
        let tree = TemporaryTree()
        if isSet { tree.file("doe-auditd.toml", "permissive = true\n") }
        let configuration = try Configuration.load(ConfigurationFiles(in: tree.path))
        let found = configuration.enforcement(under: switches(line))
        #expect(found.enforcement == expected)
        #expect(found.reason.contains(reason), "\(found.reason)")
        #expect((found.complaint != nil) == isOverruled)
        #expect(
            configuration.answer(switches(line)).complaints.contains { $0.contains("does not count") } == isOverruled)
    }

    @Test func `a file that asks to enforce is overruled too, and told so`() throws {
        let tree = TemporaryTree()
        tree.file("doe-auditd.toml", "permissive = false\n")
        let configuration = try Configuration.load(ConfigurationFiles(in: tree.path))
        let found = configuration.enforcement(under: switches("doe_audit.enforce=permissive"))
        #expect(found.enforcement == .permissive)
        #expect(
            found.complaint?.hasSuffix(
                "doe-auditd.toml:1: permissive does not count: "
                    + "doe_audit.enforce=permissive on the kernel command line decides") == true)
    }

    @Test(arguments: [
        "doe_audit.enforce=yes", "doe_audit.enforce=off doe_audit.enforce=yes", "doe_audit.mode=production",
        "quiet -- doe_audit.enforce=off", #"x="a doe_audit.enforce=off""#,
    ])
    func `yes is yes, and the later counts`(line: String) {
        #expect(switches(line).isOpen)
        #expect(switches(line).complaints.isEmpty)
    }

    @Test(arguments: [
        ("doe_audit.enforce=permisive", "doe_audit.enforce=permisive takes yes, permissive or off"),
        ("doe_audit.enforce=OFF", "doe_audit.enforce=OFF takes yes, permissive or off"),
        ("doe_audit.enforce=0", "doe_audit.enforce=0 takes"),
        ("doe_audit.enforce=", "doe_audit.enforce= takes"),
        ("doe_audit.enforce", "doe_audit.enforce takes"),
        (#"doe_audit.enforce="off "#, "doe_audit.enforce=off  takes"),
        ("doe_audit.enforce=off doe-audit.enforce=no", "doe_audit.enforce=no takes"),
        ("doe_audit.mode=bring_up", "doe_audit.mode=bring_up takes production or bring-up"),
        ("doe_audit.mode=bring-up doe_audit.mode=", "doe_audit.mode= takes production or bring-up"),
        ("doe_audit.mode", "doe_audit.mode takes production or bring-up"),
        ("doe_audit.enforc=off", "doe_audit.enforc=off is not known"),
        ("doe_audit.=off", "doe_audit.=off is not known"),
        ("doe_audit.enforce=\u{1b}[2J", #"doe_audit.enforce=\u{1b}[2J takes"#),
    ])
    func `what is not understood keeps the host enforcing, and is told`(line: String, complaint: String) {
        let found = switches(line)
        #expect(found.isOpen)
        #expect(!found.isEnforceGiven)
        #expect(found.enforce == .yes)
        #expect(found.isEnforceUnclear == complaint.hasPrefix("doe_audit.enforce"))
        #expect(found.mode == .production && !found.isModeGiven)
        #expect(found.complaints.count == 1)
        #expect(found.complaints.first?.hasPrefix("kernel command line: \(complaint)") == true, "\(found.complaints)")
    }

    @Test(arguments: [
        ("doe_audit.mode=bring-up", Mode.bringUp), (#"doe-audit.mode="bring-up""#, .bringUp),
        ("doe_audit.mode=production doe_audit.mode=bring-up", .bringUp),
        ("doe_audit.mode=bring-up doe_audit.mode=production", .production),
    ])
    func `the mode is what is written, and the later counts`(line: String, mode: Mode) {
        #expect(switches(line).mode == mode && switches(line).isModeGiven)
        #expect(switches(line).complaints.isEmpty)
    }

    @Test(arguments: ["", "mode=bring-up", "xdoe_audit.mode=bring-up", "quiet -- doe_audit.mode=bring-up"])
    func `without it the host is in production`(line: String) {
        #expect(switches(line).mode == .production && !switches(line).isModeGiven)
    }

    @Test func `a procfs that is none counts for nothing, and is told`() {
        let tree = TemporaryTree()
        tree.file("cmdline", "doe_audit.enforce=off doe_audit.mode=bring-up")
        let found = KernelSwitches.running(procfs: tree.path)
        #expect(found.isOpen)
        #expect(found.isEnforceUnclear)
        #expect(found.mode == .production)
        #expect(found.complaints.count == 1)
        #expect(found.complaints.first?.contains("\(tree.path)/cmdline") == true)
    }
}
