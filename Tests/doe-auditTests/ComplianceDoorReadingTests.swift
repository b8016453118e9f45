import DOELinux
import DOEWords
import Glibc
import PCIConfig
import TestSupport
import Testing

@testable import doe_audit

/// What is looked up of a host that does not exist: a made-up sysfs with its debugfs.
@Suite("Looking doors up")
struct ComplianceDoorReadingTests {
    private let directory = TemporaryDirectory()

    private struct Failure: Error {
        let path: String
    }

    private func folder(_ path: String) {
        var whole = directory.path
        for part in path.split(separator: "/") {
            whole += "/\(part)"
            unsafe mkdir(whole, 0o755)
        }
    }

    private func file(_ path: String, _ bytes: [UInt8] = []) throws {
        folder(path.split(separator: "/").dropLast().joined(separator: "/"))
        let number = unsafe open("\(directory.path)/\(path)", O_WRONLY | O_CREAT, 0o600)
        guard number >= 0 else { throw Failure(path: path) }
        defer { close(number) }
        guard unsafe write(number, bytes, bytes.count) == bytes.count else { throw Failure(path: path) }
    }

    private func facts() -> ComplianceDoorFacts {
        .current(lockdown: .off, sysfs: directory.path, devices: "\(directory.path)/dev")
    }

    /// A function, awake, with the registers of these dwords.
    private func function(_ address: String, _ dwords: [Int: UInt32], byteCount: Int = 4096) throws {
        var config = [UInt8](repeating: 0, count: byteCount)
        for (offset, dword) in dwords.merging([0: 0x0d93_8086, 8: 0x0502_1001], uniquingKeysWith: { one, _ in one }) {
            for index in 0..<4 where offset + index < byteCount {
                config[offset + index] = UInt8(truncatingIfNeeded: dword >> (index * 8))
            }
        }
        try file("bus/pci/devices/\(address)/config", config)
        try file("bus/pci/devices/\(address)/power_state", Array("D0\n".utf8))
    }

    private static let testCapability: [Int: UInt32] = [
        0x100: 0x0001_0023 | 0x200 << 20, 0x104: 0x01c0_1e98, 0x108: 0,
        0x200: 0x0001_0023, 0x204: 0x01c0_1e98, 0x208: 0x0000_000a,
    ]

    @Test("an empty host has nothing, and says that its functions could not be looked at")
    func empty() {
        let facts = facts()
        #expect(facts.functions.unread != nil && !facts.functions.hasCXL && facts.functions.tests == [])
        #expect(facts.debugFiles == .absent && facts.memoryDevices == [])
        #expect(facts.firmwareControls == [] && !facts.firmwareInjects)
    }

    @Test("test capabilities are found on each function, with their locks")
    func tests() throws {
        try function("0000:0d:00.0", Self.testCapability)
        try function("0000:0e:00.0", Self.testCapability.merging([0x208: 0x0001_000a]) { _, new in new })
        try function("0000:0f:00.0", [0x100: 0x0001_0003])
        let functions = facts().functions
        #expect(functions.hasCXL && functions.unread == nil)
        #expect(functions.tests.map(\.place) == ["0000:0d:00.0@200", "0000:0e:00.0@200"])
        #expect(functions.tests.map(\.capability.isLocked) == [false, true])
    }

    @Test("a function that sleeps, and one that shows 64 bytes, could not be looked at")
    func unread() throws {
        try function("0000:0d:00.0", [:])
        try function("0000:0e:00.0", [:], byteCount: 64)
        try function("0000:0f:00.0", [:])
        try file("bus/pci/devices/0000:10:00.0/config", [UInt8](repeating: 0, count: 4096))
        try file("bus/pci/devices/0000:10:00.0/power_state", Array("D3hot\n".utf8))
        let unread = try #require(facts().functions.unread)
        #expect(unread.problem.hasPrefix("2 functions were not looked at; the first: "), "\(unread.problem)")
    }

    @Test("debugfs: absent, not mounted, and what it has")
    func debugFiles() throws {
        #expect(facts().debugFiles == .absent)
        folder("kernel/debug")
        #expect(facts().debugFiles == .notMounted)
        folder("kernel/debug/bdi")
        #expect(facts().debugFiles == .found(poison: [], platform: []))
        for path in [
            "cxl/mem1/inject_poison", "cxl/mem0/inject_poison", "cxl/mem0/clear_poison", "cxl/region0/inject_poison",
            "cxl/einj_types", "cxl/0000:0c:00.0/einj_inject", "apei/einj/error_inject", "apei/einj/param1",
        ] {
            try file("kernel/debug/\(path)")
        }
        #expect(
            facts().debugFiles
                == .found(
                    poison: ["cxl/mem0/inject_poison", "cxl/mem1/inject_poison", "cxl/region0/inject_poison"],
                    platform: ["apei/einj/error_inject", "cxl/0000:0c:00.0/einj_inject"]))
    }

    @Test("memory devices, fwctl and the firmware's table are found by their names, in the order of their numbers")
    func names() throws {
        for name in ["mem10", "mem2", "memory", "mem", "root0", "endpoint3"] { folder("bus/cxl/devices/\(name)") }
        for name in ["fwctl1", "fwctl0", "other"] { folder("class/fwctl/\(name)") }
        try file("firmware/acpi/tables/EINJ")
        let facts = facts()
        #expect(facts.memoryDevices.map(\.name) == ["mem2", "mem10"])
        #expect(facts.firmwareControls == ["fwctl0", "fwctl1"] && facts.firmwareInjects)
    }

    /// A link that leads nowhere but to itself: root too cannot look what is behind it.
    private func closed(_ path: String) {
        folder(path.split(separator: "/").dropLast().joined(separator: "/"))
        unsafe symlink("\(directory.path)/\(path)", "\(directory.path)/\(path)")
    }

    @Test("what does not let itself be looked into is not taken for empty")
    func hidden() {
        for path in ["bus/cxl/devices", "class/fwctl", "firmware/acpi", "kernel/debug"] { closed(path) }
        var facts = facts()
        facts.configuration = nil
        let obstacles = [facts.hiddenDevices, facts.hiddenControls, facts.hiddenTables]
        let names = ["bus/cxl/devices", "class/fwctl", "firmware/acpi/tables/EINJ"]
        for (obstacle, name) in zip(obstacles, names) {
            #expect(obstacle?.problem.contains("\(directory.path)/\(name): Too many levels") == true, "\(name)")
        }
        if case .hidden = facts.debugFiles {} else { Issue.record("\(facts.debugFiles)") }
        // Of each of these doors nobody can say that it is closed, as long as the kernel is not locked down.
        #expect(facts.doors.filter { $0.state == .closed }.map(\.way) == [])
    }

    @Test("where a container hides the firmware's tables they are not known to be absent")
    func masked() {
        folder("firmware")
        #expect(facts().hiddenTables?.remedy == "run this on the host: something hides it here")
        folder("firmware/memmap")
        #expect(facts().hiddenTables == nil && !facts().firmwareInjects)
        folder("firmware/acpi/tables")
        #expect(facts().hiddenTables == nil && !facts().firmwareInjects)
    }

    @Test("a debugfs that can be looked into, with a folder that cannot")
    func partlyHidden() {
        folder("kernel/debug/bdi")
        closed("kernel/debug/cxl")
        if case .hidden = facts().debugFiles {} else { Issue.record("\(facts().debugFiles)") }
    }

    @Test("a driver that cannot be asked is no driver that takes nothing")
    func drivers() throws {
        folder("bus/cxl/devices/mem0")
        func problem() -> String? {
            if case .failure(let obstacle)? = facts().memoryDevices.first?.commands { obstacle.problem } else { nil }
        }
        #expect(problem()?.contains("cannot open \(directory.path)/dev/cxl/mem0") == true)
        // A plain file takes no such call.
        try file("dev/cxl/mem0")
        #expect(problem()?.contains("cannot ioctl \(directory.path)/dev/cxl/mem0") == true)
    }
}
