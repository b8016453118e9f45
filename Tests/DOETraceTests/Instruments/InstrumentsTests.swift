import DOELinux
import DOEWords
import PCIConfig
import TestSupport
import Testing

@testable import DOETrace

struct InstrumentsTests {
    @Test("under confidentiality it is the lockdown that is named, whatever failed")
    func confidentiality() {
        let failed = Obstacle("cannot open kprobe_events", remedy: "run another kernel")
        for lockdown in [KernelLockdown.off, .on("integrity"), .unknown("why")] {
            #expect(KernelArms.obstacle(failed, under: lockdown) == failed)
        }
        let named = KernelArms.obstacle(failed, under: .on("confidentiality"))
        #expect(named.problem.contains("confidentiality") && named.remedy?.contains("lockdown=integrity") == true)
    }

    @Test("the canary is read at a host bridge, or at one that is awake, and never where a mailbox or a guest is")
    func canary() throws {
        let folder = TemporaryDirectory()
        let host = PCIHost(sysfsRoot: folder.path)
        func add(_ address: String, _ files: [String: String]) throws {
            let directory = "\(folder.path)/bus/pci/devices/\(address)"
            try makeDirectories(directory)
            for (name, text) in files { try WholeFile.write(Array(text.utf8), to: "\(directory)/\(name)", mode: 0o600) }
        }
        #expect(CanaryFunction(on: host, without: []) == nil)
        try add("0000:03:00.0", ["class": "0x010802\n", "power_state": "D3hot\n"])
        #expect(CanaryFunction(on: host, without: []) == nil)
        try add("0000:02:00.0", ["class": "0x010802\n", "power_state": "D0\n"])
        #expect(CanaryFunction(on: host, without: [])?.address.description == "0000:02:00.0")
        let mailboxes = Set(["0000:02:00.0"].compactMap { FunctionAddress($0) })
        #expect(CanaryFunction(on: host, without: mailboxes) == nil)
        try add("0000:7f:00.0", ["class": "0x060000\n", "power_state": "unknown\n", "config": "12345678"])
        let bridge = try #require(CanaryFunction(on: host, without: mailboxes))
        #expect(bridge.address.description == "0000:7f:00.0")
        try bridge.read()
        #expect(
            ProbeFilters.canary(at: bridge.address, readBy: 4711)
                == .matching(#"common_pid == 4711 && name == "0000:7f:00.0""#))
        try add("0000:7f:00.0/vfio-dev", [:])
        #expect(CanaryFunction(on: host, without: mailboxes) == nil)
    }
}

/// Makes a directory with all above it.
func makeDirectories(_ path: String) throws {
    var place = ""
    for name in path.split(separator: "/") {
        place += "/\(name)"
        let parent = try HeldDirectory(String(place.dropLast(name.count)))
        if try !parent.has(String(name)) { try parent.makeDirectory(String(name)) }
    }
}
