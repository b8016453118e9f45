public import DOEControl

extension Configuration {
    /// What the control interface and `config show` tell: every key, and the switch on the kernel's command line.
    public func answer(_ switches: KernelSwitches) -> SettingEntry.Answer {
        SettingEntry.Answer(
            settings: settings.map(Self.entry) + [Self.entry(switches)], files: files,
            complaints: switches.complaints + [enforcement(under: switches).complaint].compactMap(\.self))
    }

    private static func entry(_ setting: Setting) -> SettingEntry {
        var entry = SettingEntry(
            name: setting.definition.name, value: setting.value?.description,
            default: setting.definition.standard?.description, source: "default", file: nil, line: nil)
        switch setting.source {
        case .standard: break
        case .file(let path, let line):
            entry.source = "file"
            entry.file = path
            entry.line = line
        case .commandLine: entry.source = "command-line"
        }
        return entry
    }

    private static func entry(_ switches: KernelSwitches) -> SettingEntry {
        SettingEntry(
            name: KernelSwitches.enforceName, value: "\"\(switches.enforce.rawValue)\"", default: "\"yes\"",
            source: switches.isEnforceGiven ? "kernel-command-line" : "default", file: nil, line: nil)
    }
}
