import DOEControl
import DOELinux
import DOEWords
import Testing

@testable import DOEConfiguration

@Suite struct ConfigurationTests {
    private let tree = TemporaryTree()

    private func load(_ given: [Configuration.Given] = []) throws -> Configuration {
        try Configuration.load(ConfigurationFiles(in: tree.path), commandLine: given)
    }

    private func source(_ name: String, in configuration: Configuration) -> ConfigurationSource? {
        configuration.settings.first { $0.definition.name == name }?.source
    }

    @Test func `without a file every key has its default`() throws {
        let configuration = try load()
        #expect(configuration.frameTimeout == 10)
        #expect(configuration.simulate == nil)
        #expect(configuration.runtimeDirectory == "/run/doe-audit")
        #expect(configuration.settings.allSatisfy { $0.source == .standard })
        #expect(configuration.settings.count == ConfigurationKeys.all.count)
        #expect(configuration.files.isEmpty)
    }

    @Test func `command line over drop-ins in the order of their names over the file over the default`() throws {
        tree.folder("doe-auditd.toml.d")
        tree.file("doe-auditd.toml", "# main\n\nframe-timeout = 1\nrules = '/main'\nsysfs-root = '/main'\n")
        tree.file("doe-auditd.toml.d/20-b.toml", "frame-timeout = 20\n")
        tree.file("doe-auditd.toml.d/10-a.toml", "frame-timeout = 3\n\nsysfs-root = '/a'\n")
        tree.file("doe-auditd.toml.d/30.toml.off", "this is not read")
        let configuration = try load([("sysfs-root", ["/given"])])
        #expect(configuration.frameTimeout == 20)
        #expect(configuration.rules == "/main")
        #expect(configuration.sysfsRoot == "/given")
        #expect(source("rules", in: configuration) == .file("\(tree.path)/doe-auditd.toml", line: 4))
        #expect(
            source("frame-timeout", in: configuration)
                == .file("\(tree.path)/doe-auditd.toml.d/20-b.toml", line: 1))
        #expect(source("sysfs-root", in: configuration) == .commandLine)
        #expect(source("simulate", in: configuration) == .standard)
        #expect(
            configuration.files.map { $0.dropFirst(tree.path.count + 1) }
                == ["doe-auditd.toml", "doe-auditd.toml.d/10-a.toml", "doe-auditd.toml.d/20-b.toml"])
    }

    @Test func `values are read as TOML writes them`() throws {
        tree.file(
            "doe-auditd.toml",
            """
            "frame-timeout" = 0x1_0
            simulate = "c\\u0078l"
            rules = \"\"\"
            /a b\"\"\"
            """)
        let configuration = try load()
        #expect(configuration.frameTimeout == 16)
        #expect(configuration.simulate == "cxl")
        #expect(configuration.rules == "/a b")
    }

    @Test func `every kind of value, from a file and from the command line`() throws {
        struct Table {
            let door = ConfigurationKey.texts("door", valueName: "NAME", help: "A door.")
            let taint = ConfigurationKey.boolean("taint", help: "Taint.")
        }
        let table = Table()
        let keys = ConfigurationKeys.definitions(in: table)
        tree.file("doe-auditd.toml", "door = ['a', \"b\"]\ntaint = true\n")
        let files = ConfigurationFiles(in: tree.path)
        let read = try Configuration.load(files, keys: keys)
        #expect(read[table.door] == ["a", "b"])
        #expect(read[table.taint])
        #expect(read.settings.map { $0.value?.description } == [#"["a", "b"]"#, "true"])
        // The list is replaced as a whole.
        let given = try Configuration.load(files, commandLine: [("door", ["c"]), ("taint", ["false"])], keys: keys)
        #expect(given[table.door] == ["c"])
        #expect(!given[table.taint])
    }

    @Test func `a value is told as a file has it`() {
        #expect(ConfigurationValue.text("a\"\\\n\u{7f}é").description == #""a\"\\\u000a\u007fé""#)
        #expect(ConfigurationValue.texts([]).description == "[]")
    }

    @Test func `the control interface tells every key and the kernel's switches`() throws {
        tree.file("doe-auditd.toml", "\nframe-timeout = 7")
        let switches = KernelSwitches(KernelCommandLine("doe_audit.enforce=off doe_audit.mode=bring-up".utf8))
        let answer = try load([("simulate", ["cxl"])]).answer(switches)
        let entries = Dictionary(uniqueKeysWithValues: answer.settings.map { ($0.name, $0) })
        #expect(
            entries["frame-timeout"]
                == SettingEntry(
                    name: "frame-timeout", value: "7", default: "10", source: "file",
                    file: "\(tree.path)/doe-auditd.toml", line: 2))
        #expect(entries["simulate"]?.source == "command-line")
        #expect(entries["simulate"]?.value == #""cxl""#)
        #expect(entries["rules"]?.source == "default")
        #expect(entries["doe_audit.enforce"]?.value == #""off""#)
        #expect(entries["doe_audit.enforce"]?.source == "kernel-command-line")
        #expect(entries["doe_audit.mode"]?.value == #""bring-up""#)
        #expect(entries["doe_audit.mode"]?.source == "kernel-command-line")
        #expect(answer.complaints == switches.complaints)
        #expect(answer.files == ["\(tree.path)/doe-auditd.toml"])
        #expect(entries.count == ConfigurationKeys.all.count + 2)
    }

    @Test func `the table names each property as its key, and each once`() {
        let labels = Mirror(reflecting: ConfigurationKeys()).children.compactMap(\.label)
        let names = labels.map { $0.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" } }
        #expect(ConfigurationKeys.all.map(\.name) == names)
        #expect(Set(names).count == names.count)
        for key in ConfigurationKeys.all {
            if let standard = key.standard { #expect(key.takes(standard), "\(key.name)") }
            #expect(key.help.hasSuffix("."))
        }
    }
}
