import ArgumentParser
import DOEConfiguration
import DOEProxy
import TestSupport
import Testing

@testable import doe_auditd

@Suite("The daemon's options are the keys of the configuration")
struct DaemonOptionsTests {
    private func keys(_ arguments: String...) throws -> [String: [String]] {
        let given = try DaemonOptions.parse(arguments).givenKeys(besides: ["configuration"])
        return Dictionary(uniqueKeysWithValues: given.map { ($0.name, $0.texts) })
    }

    @Test func `every key is an option, and every option but one is a key`() throws {
        let properties = Mirror(reflecting: try DaemonOptions.parse([])).children.compactMap(\.label)
        let options = properties.filter { $0.hasPrefix("_") }.map { DaemonOptions.optionName(of: $0.dropFirst()) }
        #expect(options.sorted() == (ConfigurationKeys.all.map(\.name) + ["configuration"]).sorted())
        let help = DaemonOptions.helpMessage(columns: 400)
        for key in ConfigurationKeys.all {
            let value = key.kind == .boolean ? "/--no-\(key.name)" : " <\(key.valueName)>"
            #expect(help.contains("--\(key.name)\(value)"), "\(key.name)")
            #expect(help.contains(key.help), "\(key.name)")
        }
    }

    @Test func `what is given goes by its key, and the rest is absent`() throws {
        #expect(try keys() == [:])
        #expect(try keys("--configuration", "/x") == [:])
        let given = try keys("--frame-timeout", "5", "--rules=/r", "--simulate", "cxl", "--configuration", "/x")
        #expect(given == ["frame-timeout": ["5"], "rules": ["/r"], "simulate": ["cxl"]])
    }

    @Test func `the limits on clients are the library's own unless they are set`() throws {
        let none = TemporaryDirectory()
        let configuration = try Configuration.load(ConfigurationFiles(in: none.path))
        #expect(configuration.clientLimits == ClientLimits())
        let set = try Configuration.load(ConfigurationFiles(in: none.path), commandLine: [("request-size", ["64"])])
        #expect(set.clientLimits.requestBytes == 64)
    }

    @Test(
        arguments: [
            ([], false), ([("simulate", ["cxl"])], false), ([("remote", ["a=/run/x.sock"])], false),
            ([("remote", ["a=127.0.0.1:1"])], true), ([("simulate", ["cxl,spdm=127.0.0.1:1"])], true),
            ([("simulate", ["cxl"]), ("tcp", ["sim:cxl=127.0.0.1:1"])], true),
        ] as [([Configuration.Given], Bool)])
    func `only who serves or asks over TCP is let have it`(given: [Configuration.Given], usesTCP: Bool) throws {
        let none = TemporaryDirectory()
        let configuration = try Configuration.load(ConfigurationFiles(in: none.path), commandLine: given)
        #expect(configuration.usesTCP == usesTCP)
    }

    private struct Each: ParsableArguments {
        @Option(ConfigurationKey.texts("door", valueName: "NAME", help: "A door.")) var door: [String] = []
        @Flag(ConfigurationKey.boolean("kernel-taint", help: "Taint.")) var kernelTaint: Bool?
    }

    @Test func `a list is repeated, and a switch can be taken back`() throws {
        let both = try Each.parse(["--door", "a", "--kernel-taint", "--door", "b"]).givenKeys()
        #expect(both.map(\.name) == ["door", "kernel-taint"])
        #expect(both.map(\.texts) == [["a", "b"], ["true"]])
        #expect(try Each.parse(["--no-kernel-taint"]).givenKeys().map(\.texts) == [["false"]])
        #expect(try Each.parse([]).givenKeys().isEmpty)
        #expect(Each.helpMessage(columns: 400).contains("--door <NAME>"))
    }
}
