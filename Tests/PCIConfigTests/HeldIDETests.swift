import DOEWords
import Testing

@testable import PCIConfig

@Suite("IDE of a function held open")
struct HeldIDETests {
    private let tree: MadeUpTree
    private let directory = "bus/pci/devices/0000:0d:00.0"

    init() throws {
        tree = try MadeUpTree()
        var image = ConfigImage()
        image.addCapability(0x2e, at: 0x100, next: 0x200)
        image.addIDE(at: 0x200, support: 0x0001, [[0x0700_0001, 2]])
        try tree.addFunction("0000:0d:00.0", image)
    }

    private func function() throws -> PCIFunction { tree.host.function(try #require(FunctionAddress("0000:0d:00.0"))) }

    @Test("is read from its config file")
    func read() throws {
        let capabilities = try function().hold().ideCapabilities()
        #expect(capabilities.map(\.offset) == [0x200])
        #expect(capabilities.first?.linkStreams.map(\.control.streamID) == [7])
        #expect(capabilities.first?.linkStreams.map(\.status.state) == [.secure])
    }

    @Test("is nothing where the function has no such capability")
    func none() throws {
        try tree.addFunction("0000:0d:00.0", ConfigImage())
        #expect(try function().hold().ideCapabilities().isEmpty)
    }

    @Test("is not read from a function that has fallen asleep or was lent out since")
    func unavailable() throws {
        let held = try function().hold()
        try tree.write("\(directory)/power_state", "D3hot\n")
        #expect { try held.ideCapabilities() } throws: { ($0 as? ConfigSpaceError)?.reason == .unavailable }
        try tree.write("\(directory)/power_state", "D0\n")
        #expect(try held.ideCapabilities().count == 1)
        try tree.link("\(directory)/driver", to: "../../../drivers/vfio-pci")
        #expect { try held.ideCapabilities() } throws: { ($0 as? ConfigSpaceError)?.reason == .unavailable }
    }

    @Test("is refused, not guessed, where the file ends early")
    func shortFile() throws {
        var image = ConfigImage()
        image.addIDE(at: 0x100, support: 0x00ff_0002, [])
        try tree.addFunction("0000:0d:00.0", image, byteCount: 0x400)
        let held = try function().hold()
        #expect { try held.ideCapabilities() } throws: { ($0 as? ConfigSpaceError)?.reason == .short }
    }
}
