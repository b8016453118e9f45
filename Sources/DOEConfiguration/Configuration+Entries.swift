public import DOEControl
internal import DOEWords

extension Configuration {
    /// What the control interface and `config show` tell: every key, and the switches on the kernel's command line.
    public func answer(_ switches: KernelSwitches) -> SettingEntry.Answer {
        SettingEntry.Answer(
            settings: settings.map(Self.entry) + Self.entries(switches), files: files,
            complaints: passedOver.map(\.description) + switches.complaints
                + [enforcement(under: switches).complaint].compactMap(\.self))
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

    private static func entries(_ switches: KernelSwitches) -> [SettingEntry] {
        [
            entry(
                KernelSwitches.enforceName, switches.enforce.rawValue, default: "yes",
                isGiven: switches.isEnforceGiven),
            entry(
                KernelSwitches.modeName, switches.mode.rawValue, default: "production", isGiven: switches.isModeGiven),
        ]
    }

    private static func entry(
        _ name: String, _ value: String, default standard: String, isGiven: Bool
    ) -> SettingEntry {
        SettingEntry(
            name: name, value: "\"\(value)\"", default: "\"\(standard)\"",
            source: isGiven ? "kernel-command-line" : "default", file: nil, line: nil)
    }
}
