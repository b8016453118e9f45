import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import DOELinux

@Suite struct KernelSymbolsTests {
    private static let text = """
        ffffffff81000000 T _stext
        0000000000000000 t doe_statemachine_work
        ffffffff81c43310 T pci_doe_init
        ffffffffc0100000 t read_cdat_data\t[cxl_core]
        ffffffffc0100010 d not_pci_doe
        ffffffffc0100020 t last_of_all
        """

    private let symbols = KernelSymbols(text: Array(text.utf8))

    @Test(arguments: [
        "_stext", "doe_statemachine_work", "pci_doe_init", "read_cdat_data", "not_pci_doe", "last_of_all",
    ])
    func `a whole name is found, a module's too`(name: String) {
        #expect(symbols.has(name))
    }

    @Test(arguments: ["pci_doe", "doe", "read_cdat", "cxl_core", "T", "ffffffff81000000", "last", "stext", "all"])
    func `what is only part of a name is none`(name: String) {
        #expect(!symbols.has(name))
    }

    @Test func `it is known whether a module has it`() {
        #expect(symbols.place(of: "read_cdat_data") == .module("cxl_core"))
        #expect(symbols.place(of: "pci_doe_init") == .kernel)
        #expect(symbols.place(of: "last_of_all") == .kernel)
        #expect(symbols.place(of: "all") == nil)
    }

    @Test func `the start of a name is found, and not its middle`() {
        #expect(symbols.hasAny(startingWith: "pci_doe"))
        #expect(symbols.hasAny(startingWith: "last"))
        #expect(!symbols.hasAny(startingWith: "statemachine"))
        #expect(!symbols.hasAny(startingWith: "pci_tsm_"))
        #expect(!KernelSymbols(text: []).hasAny(startingWith: "pci"))
    }

    @Test func `the running kernel's are read, from its own procfs alone`() throws {
        let running = try KernelSymbols()
        #expect(running.has("_text") || running.has("_stext"))
        #expect(!running.has("no_such_function"))
        let folder = TemporaryDirectory()
        let file = unsafe open("\(folder.path)/kallsyms", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        close(file)
        let error = #expect(throws: LinuxError.self) { try KernelSymbols(procfs: folder.path) }
        #expect(error?.errno.rawValue == EXDEV)
    }
}
