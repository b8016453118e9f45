import DOELinux
import DOEWords
import PCIConfig
import Testing

@Suite("PCI functions below a sysfs root")
struct PCIFunctionTests {
    private let tree: MadeUpTree

    init() throws { tree = try MadeUpTree() }

    private func function(_ text: String) throws -> PCIFunction {
        tree.host.function(try #require(FunctionAddress(text)))
    }

    @Test("are listed by address, long domains too, and other entries are passed over")
    func listing() throws {
        for address in ["10000:e1:00.0", "0000:0d:00.0", "0000:01:1f.7"] {
            try tree.addFunction(address, ConfigImage())
        }
        tree.makeDirectories("bus/pci/devices/not-a-function")
        let found = try tree.host.functions().map { "\($0.address)" }
        #expect(found == ["0000:01:1f.7", "0000:0d:00.0", "10000:e1:00.0"])
    }

    @Test("are an explained error where there is no PCI bus")
    func noBus() {
        let error = #expect(throws: LinuxError.self) {
            try PCIHost(sysfsRoot: "/nowhere").functions()
        }
        #expect(error?.description.contains("/nowhere/bus/pci/devices") == true)
        #expect(error?.remedy != nil)
    }

    @Test("are known by their attributes without reading config space")
    func attributes() throws {
        let directory = "bus/pci/devices/0000:0d:00.0"
        try tree.write("\(directory)/vendor", "0x8086\n")
        try tree.write("\(directory)/device", "0x0d93\n")
        try tree.write("\(directory)/class", "0x050210\n")
        try tree.link("\(directory)/driver", to: "../../../bus/pci/drivers/cxl_pci")
        let function = try function("0000:0d:00.0")
        #expect(function.device == .known(PCIDeviceID(vendor: 0x8086, device: 0x0d93)))
        #expect(function.classCode == .known(0x050210))
        #expect(function.driver == .known("cxl_pci"))
        #expect(!function.isLentToGuest)
    }

    @Test("tell no driver from a function that is gone")
    func driver() throws {
        try tree.addFunction("0000:0d:00.0", ConfigImage())
        #expect(try function("0000:0d:00.0").driver == Fact<String>.none)
        #expect(try function("0000:0e:00.0").driver == .unknown)
        #expect(try function("0000:0e:00.0").device == .unknown)
    }

    @Test("name the security manager that is connected to the device, through function 0 too")
    func securityManager() throws {
        for address in ["0000:0d:00.0", "0000:0d:00.1"] { try tree.addFunction(address, ConfigImage()) }
        #expect(try function("0000:0d:00.1").securityManager == .none)
        try tree.write("bus/pci/devices/0000:0d:00.0/tsm/connect", "\n")
        #expect(try function("0000:0d:00.0").securityManager == .none)
        try tree.write("bus/pci/devices/0000:0d:00.0/tsm/connect", "tsm0\n")
        #expect(try function("0000:0d:00.0").securityManager == .known("tsm0"))
        #expect(try function("0000:0d:00.1").securityManager == .known("tsm0"))
        try tree.write("bus/pci/devices/0000:0d:00.1/tsm/connect/no-file", "")
        #expect(try function("0000:0d:00.1").securityManager == .unknown)
    }

    @Test("show their power state in the kernel's words", arguments: PowerState.allCases)
    func power(state: PowerState) throws {
        try tree.write("bus/pci/devices/0000:0d:00.0/power_state", "\(state)\n")
        #expect(try function("0000:0d:00.0").powerState == state)
    }

    @Test("have an unknown power state where the kernel says nothing, or something new", arguments: ["", "D7\n"])
    func strangePower(text: String) throws {
        tree.makeDirectories("bus/pci/devices/0000:0d:00.0")
        #expect(try function("0000:0d:00.0").powerState == .unknown)
        try tree.write("bus/pci/devices/0000:0d:00.0/power_state", text)
        #expect(try function("0000:0d:00.0").powerState == .unknown)
    }

    @Test("are lent when a driver for guests is bound", arguments: ["vfio-pci", "mlx5_vfio_pci", "pciback"])
    func lent(driver: String) throws {
        try tree.addFunction("0000:0d:00.0", ConfigImage())
        try tree.link("bus/pci/devices/0000:0d:00.0/driver", to: "../../drivers/\(driver)")
        #expect(try function("0000:0d:00.0").isLentToGuest)
        #expect(throws: ConfigSpaceError.self) { try function("0000:0d:00.0").hold() }
    }

    @Test("are lent when they have a VFIO device, whatever the driver is called")
    func lentByDevice() throws {
        try tree.addFunction("0000:0d:00.0", ConfigImage())
        tree.makeDirectories("bus/pci/devices/0000:0d:00.0/vfio-dev/vfio0")
        #expect(try function("0000:0d:00.0").isLentToGuest)
    }

    @Test("list the objects that the kernel has discovered, discovery by its own name")
    func features() throws {
        let function = try function("0000:0d:00.0")
        #expect(try function.kernelDOEFeatures() == nil)
        for name in ["doe_discovery", "1E98:02", "1E98:00", "README"] {
            try tree.write("bus/pci/devices/0000:0d:00.0/doe_features/\(name)", name)
        }
        #expect(try function.kernelDOEFeatures() == [.discovery, .compliance, .tableAccess])
    }

    @Test("find the CDAT of their own CXL endpoint and of no bridge above")
    func endpointTable() throws {
        let devices = "devices/pci0000:0c/0000:0c:00.0"
        tree.makeDirectories("\(devices)/0000:0d:00.0/mem0")
        tree.makeDirectories("\(devices)/0000:0d:00.1/mem1")
        try tree.link("bus/cxl/devices/endpoint4/uport", to: "../../../../\(devices)/0000:0d:00.0/mem0")
        try tree.write("bus/cxl/devices/endpoint4/CDAT", [1, 2, 3])
        try tree.link("bus/cxl/devices/endpoint5/uport", to: "../../../../\(devices)/0000:0d:00.1/mem1")
        try tree.write("bus/cxl/devices/endpoint5/CDAT", [])
        tree.makeDirectories("bus/cxl/devices/mem0")
        #expect(try function("0000:0d:00.0").kernelCDAT() == [1, 2, 3])
        #expect(try function("0000:0d:00.1").kernelCDAT() == [])
        #expect(try function("0000:0c:00.0").kernelCDAT() == nil)
    }

    @Test("find the CDAT of a switch at its CXL port")
    func portTable() throws {
        tree.makeDirectories("devices/pci0000:0c/0000:0c:00.0/0000:0d:00.0")
        try tree.link(
            "bus/cxl/devices/port2/uport", to: "../../../../devices/pci0000:0c/0000:0c:00.0/0000:0d:00.0")
        try tree.write("bus/cxl/devices/port2/CDAT", [9])
        try tree.link("bus/cxl/devices/port1/uport", to: "nowhere")
        #expect(try function("0000:0d:00.0").kernelCDAT() == [9])
    }

    @Test("have no CDAT on a host without CXL")
    func noTable() throws {
        #expect(try function("0000:0d:00.0").kernelCDAT() == nil)
    }
}
