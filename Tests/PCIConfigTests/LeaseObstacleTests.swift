import DOELinux
import DOEWords
import SystemPackage
import Testing

@testable import PCIConfig

@Suite("What stands in the way of a lease, in made-up trees")
struct LeaseObstacleTests {
    private static let address = "0000:0d:00.0"
    private static let directory = "bus/pci/devices/\(address)"
    /// A window, and memory of the host below it.
    private static let idle = """
        00001000-3fffffff : System RAM
        490000000-4cfffffff : CXL Window 0

        """
    private static let used = idle + "  490000000-49fffffff : region0\n    490000000-49fffffff : System RAM (kmem)\n"

    private let tree: MadeUpTree

    init() throws { tree = try MadeUpTree() }

    /// A CXL memory device; `enabled`: it decodes its memory.
    private func image(capable: Bool = true, enabled: Bool = true, base: UInt64 = 0, size: UInt64 = 0) -> ConfigImage {
        var image = ConfigImage()
        image.addCapability(0x0023, at: 0x100, next: 0x190)
        image[0x104] = 0x0381_1e98
        image[0x108] = capable ? 0x0006_0000 : 0x0002_0000
        image[0x10c] = enabled ? 0x0000_0006 : 0x0000_0002
        image[0x118] = UInt32(size >> 32)
        image[0x11c] = UInt32(truncatingIfNeeded: size) | 0b11
        image[0x120] = UInt32(base >> 32)
        image[0x124] = UInt32(truncatingIfNeeded: base)
        image.addCapability(0x002e, at: 0x190, next: 0)
        return image
    }

    private func obstacle(
        _ image: ConfigImage, memory: String = idle, at address: String = address, looksAtDevice: Bool = true
    ) throws -> String? {
        try tree.addFunction(address, image)
        return try obstacle(at: address, memory: memory, looksAtDevice: looksAtDevice)
    }

    private func obstacle(at address: String, memory: String = idle, looksAtDevice: Bool = true) throws -> String? {
        let held = try tree.host.function(try #require(FunctionAddress(address))).hold()
        return held.obstacleToLease(looksAtDevice: looksAtDevice) { () throws(LinuxError) in Array(memory.utf8) }?
            .description
    }

    private func addBlocks(_ states: [Int: String], size: String = "10000000") throws {
        try tree.write("devices/system/memory/block_size_bytes", "\(size)\n")
        for (number, state) in states { try tree.write("devices/system/memory/memory\(number)/state", "\(state)\n") }
    }

    @Test("nothing, where no driver is bound and no memory is in use behind it")
    func free() throws {
        #expect(try obstacle(image()) == nil)
        #expect(try obstacle(image(enabled: false), memory: Self.used) == nil)
        #expect(try obstacle(image(capable: false), memory: Self.used) == nil)
        // A device that has nothing to do with CXL, whatever the kernel does with its own memory.
        #expect(try obstacle(ConfigImage(), memory: Self.used) == nil)
    }

    @Test("a driver, whatever else is true, with the way to unbind it")
    func driver() throws {
        try tree.link("\(Self.directory)/driver", to: "../../drivers/cxl_pci")
        for looksAtDevice in [true, false] {
            let text = try obstacle(image(enabled: false), looksAtDevice: looksAtDevice)
            #expect(text?.contains("the driver cxl_pci is bound to \(Self.address); unbind it: echo") == true)
        }
    }

    @Test("memory that is online in a CXL window, and memory of which that cannot be found out")
    func online() throws {
        // 0x490000000 / 256 MiB is block 73.
        try addBlocks([73: "online"])
        #expect(
            try obstacle(image(), memory: Self.used)?.contains("System RAM (kmem) at 0x490000000-0x49fffffff is online")
                == true)
        try addBlocks([73: "going-offline"])
        #expect(try obstacle(image(), memory: Self.used)?.contains("is online") == true)
        try addBlocks([73: "offline"])
        #expect(try obstacle(image(), memory: Self.used) == nil)
        tree.removeTree("devices/system/memory/memory73")
        #expect(try obstacle(image(), memory: Self.used)?.contains("may be online") == true)
        tree.removeTree("devices/system/memory")
        #expect(try obstacle(image(), memory: Self.used)?.contains("may be online") == true)
    }

    @Test("every block of the memory counts")
    func everyBlock() throws {
        let memory = Self.idle + "  490000000-4bfffffff : System RAM (kmem)\n"
        try addBlocks([73: "offline", 74: "offline", 75: "online"])
        #expect(try obstacle(image(), memory: memory)?.contains("is online") == true)
        try addBlocks([73: "offline", 74: "offline", 75: "offline"])
        #expect(try obstacle(image(), memory: memory) == nil)
    }

    @Test("memory that the firmware has mapped, without a window: the device's own ranges say where")
    func ranges() throws {
        let memory = Self.idle + "100000000-13fffffff : System RAM\n"
        try addBlocks([16: "online", 17: "online", 18: "online", 19: "online"])
        let mapped = image(base: 0x1_0000_0000, size: 0x2000_0000)
        #expect(try obstacle(mapped, memory: memory)?.contains("0x100000000-0x11fffffff is online") == true)
        let elsewhere = image(base: 0x8_0000_0000, size: 0x2000_0000)
        #expect(try obstacle(elsewhere, memory: memory) == nil)
    }

    @Test("memory in use of which nobody says where it is")
    func nowhere() throws {
        let text = try obstacle(image(), memory: "00001000-3fffffff : System RAM\n")
        #expect(text?.contains("does not say at which addresses; load the module cxl_acpi") == true)
    }

    @Test(
        "a list of addresses that cannot be read, or is not shown",
        arguments: [
            "", "00000000-00000000 : System RAM\n00000000-00000000 : CXL Window 0\n", "nonsense\n", "2-1 : x\n",
        ])
    func unreadable(memory: String) throws {
        #expect(try obstacle(image(), memory: memory)?.contains("/proc/iomem does not tell") == true)
        let held = try tree.host.function(try #require(FunctionAddress(Self.address))).hold()
        let failed = held.obstacleToLease(looksAtDevice: true) { () throws(LinuxError) in
            throw LinuxError("open", "/proc/iomem", .permissionDenied)
        }
        #expect(failed?.problem.contains("/proc/iomem") == true && failed?.remedy != nil)
    }

    @Test("a function that sleeps, has gone or is another one")
    func gone() throws {
        try tree.addFunction(Self.address, image())
        let held = try tree.host.function(try #require(FunctionAddress(Self.address))).hold()
        func now() -> String? {
            held.obstacleToLease(looksAtDevice: true) { () throws(LinuxError) in Array(Self.idle.utf8) }?.description
        }
        #expect(now() == nil)
        try tree.write("\(Self.directory)/power_state", "D3hot\n")
        #expect(now()?.contains("D3hot") == true)
        try tree.write("\(Self.directory)/power_state", "D0\n")
        try tree.write("\(Self.directory)/config", image().bytes)
        #expect(now()?.contains("was removed since it was opened") == true)
        tree.removeTree(Self.directory)
        #expect(now()?.contains("could not be learned which driver") == true)
    }

    @Test("a virtual function, and a switch below which memory may be in use")
    func others() throws {
        try addBlocks([73: "online"])
        var bridge = image()
        bridge[0x0c] = 0x0001_0000
        bridge[0x108] = 0x0000_0003
        #expect(try obstacle(bridge, memory: Self.used)?.contains("is online") == true)
        #expect(try obstacle(bridge, memory: Self.idle) == nil)
        try tree.link("\(Self.directory)/physfn", to: "../0000:0d:00.1")
        #expect(try obstacle(image())?.contains("virtual function") == true)
    }

    @Test("of another function of the device, function 0 tells of the memory, and its driver counts too")
    func firstFunction() throws {
        let second = "0000:0d:00.1"
        #expect(try obstacle(ConfigImage(), at: second)?.contains("0000:0d:00.0, which would tell") == true)
        try addBlocks([73: "online"])
        try tree.addFunction(Self.address, image())
        #expect(try obstacle(at: second, memory: Self.used)?.contains("is online") == true)
        #expect(try obstacle(at: second) == nil)
        try tree.link("\(Self.directory)/driver", to: "../../drivers/cxl_pci")
        for looksAtDevice in [true, false] {
            #expect(
                try obstacle(at: second, looksAtDevice: looksAtDevice)?.contains("bound to 0000:0d:00.0") == true)
        }
    }

    @Test(
        "the driver of another function of the device counts, and that of a virtual one",
        arguments: [("0000:0d:00.3", false), ("0000:0d:01.0", true), ("0000:0d:1f.7", true)])
    func siblings(address: String, needsARI: Bool) throws {
        #expect(try obstacle(image(enabled: false)) == nil)
        try tree.addFunction(address, ConfigImage())
        try tree.link("bus/pci/devices/\(address)/driver", to: "../../drivers/vendor")
        #expect((try obstacle(at: Self.address) == nil) == needsARI)
        try tree.write("\(Self.directory)/ari_enabled", "1\n")
        for looksAtDevice in [true, false] {
            let text = try obstacle(at: Self.address, looksAtDevice: looksAtDevice)
            #expect(text?.contains("the driver vendor is bound to \(address)") == true)
        }
        // Its neighbours on the bus are other devices' affair.
        try tree.link("bus/pci/devices/0000:0e:00.0/driver", to: "../../drivers/other")
        try tree.write("bus/pci/devices/\(address)/driver_override", "")
        tree.removeTree("bus/pci/devices/\(address)/driver")
        #expect(try obstacle(at: Self.address) == nil)
    }

    @Test("with ARI the device's first function is that of device 0")
    func firstWithARI() throws {
        let ninth = "0000:0d:01.1"
        try tree.write("bus/pci/devices/\(ninth)/ari_enabled", "1\n")
        #expect(try obstacle(ConfigImage(), at: ninth)?.contains("0000:0d:00.0, which would tell") == true)
    }

    @Test("a virtual function of the device on another bus, and what lies below a switch")
    func below() throws {
        #expect(try obstacle(image(enabled: false)) == nil)
        try tree.addFunction("0000:0e:00.0", ConfigImage())
        try tree.link("bus/pci/devices/0000:0e:00.0/driver", to: "../../drivers/guest")
        #expect(try obstacle(at: Self.address) == nil)
        try tree.link("bus/pci/devices/0000:0e:00.0/physfn", to: "../\(Self.address)")
        #expect(try obstacle(at: Self.address)?.contains("the driver guest is bound to 0000:0e:00.0") == true)
        tree.removeTree("bus/pci/devices/0000:0e:00.0")
        let leaf = "\(Self.directory)/0000:0e:08.0/0000:0f:00.0"
        try tree.link("\(leaf)/driver", to: "../../drivers/leaf")
        try tree.link("bus/pci/devices/0000:0f:00.0", to: "\(tree.root)/\(leaf)")
        #expect(try obstacle(at: Self.address)?.contains("the driver leaf is bound to 0000:0f:00.0") == true)
    }

    @Test("memory in use, of which no window is known: the device's own ranges are not all")
    func rangeWithoutWindow() throws {
        let memory = "00001000-3fffffff : System RAM\n100000000-13fffffff : System RAM\n"
        let mapped = image(base: 0x8_0000_0000, size: 0x2000_0000)
        #expect(try obstacle(mapped, memory: memory)?.contains("does not say at which addresses") == true)
    }

    @Test("capabilities that cannot be read to their end may hide that it has memory")
    func damage() throws {
        var image = ConfigImage()
        image.addCapability(0x002e, at: 0x100, next: 0x100)
        #expect(try obstacle(image)?.contains("cannot all be read") == true)
    }
}
