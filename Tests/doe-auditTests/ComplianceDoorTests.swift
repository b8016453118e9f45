import DOELinux
import DOEWords
import PCIConfig
import Testing

@testable import doe_audit

@Suite("Doors to what compliance mode does, beside the mailbox")
struct ComplianceDoorTests {
    private typealias Facts = ComplianceDoorFacts

    /// A host without CXL, of whose kernel everything is known.
    private static let bare = Facts(
        lockdown: .off, configuration: everything, functions: .init(), debugFiles: .found(poison: [], platform: []),
        memoryDevices: [], firmwareControls: [], firmwareInjects: false)
    private static let everything = KernelConfiguration(
        "CONFIG_CXL_MEM_RAW_COMMANDS=y\nCONFIG_FWCTL=m\nCONFIG_ACPI_APEI_EINJ=m\n")
    private static let locked = test("0000:0d:00.0", locked: true)
    private static let unlocked = test("0000:0e:00.0", locked: false)

    private static func test(_ address: String, locked: Bool) -> Facts.Functions.Test {
        guard let address = FunctionAddress(address) else { fatalError("no address") }
        return Facts.Functions.Test(address: address, capability: TestCapability(offset: 0x200, isLocked: locked))
    }

    private static func device(_ injection: CXLCommands.Injection, raw: Bool = false) -> Facts.MemoryDevice {
        Facts.MemoryDevice(
            name: "mem0", commands: .success(CXLCommands(injection: injection, takesRawCommands: raw)))
    }

    private static func door(_ way: String, _ facts: Facts) throws -> ComplianceDoor {
        try #require(facts.doors.first { $0.way.contains(way) })
    }

    private static func changed(_ change: (inout Facts) -> Void) -> Facts {
        var facts = bare
        change(&facts)
        return facts
    }

    @Test("a host without CXL, fwctl and EINJ has none that is open")
    func nothing() {
        #expect(Self.bare.doors.map(\.state) == Array(repeating: .closed, count: 7))
        #expect(Self.bare.doors.allSatisfy { $0.closedBy == .absence && $0.remedy == nil })
    }

    @Test("a test capability that is not locked is told with how to lock it")
    func testCapability() throws {
        let open = try Self.door("test registers", Self.changed { $0.functions.tests = [Self.locked, Self.unlocked] })
        #expect(open.state == .open && open.reason.contains("0000:0e:00.0@200") && !open.reason.contains("0d:00.0"))
        #expect(open.remedy?.contains("setpci -s 0000:0e:00.0 20a.w=1") == true)
        let shut = try Self.door("test registers", Self.changed { $0.functions.tests = [Self.locked] })
        #expect(shut.closedBy == .lock && shut.reason.contains("0000:0d:00.0@200"))
    }

    @Test("an open door says through what, and a closed one by what")
    func words() throws {
        let files = Facts.DebugFiles.found(poison: ["cxl/mem0/inject_poison"], platform: ["apei/einj/error_inject"])
        let full = Self.changed {
            $0.functions.hasCXL = true
            $0.debugFiles = files
            $0.memoryDevices = [Self.device(.passedOn, raw: true)]
            $0.firmwareControls = ["fwctl0"]
            $0.functions.tests = [Self.unlocked]
        }
        #expect(full.doors.map(\.state) == Array(repeating: .open, count: 7))
        for (way, word) in [
            ("inject_poison", "cxl/mem0/inject_poison"), ("Inject Poison", "mem0"), ("raw", "mem0"),
            ("fwctl", "fwctl0"),
            ("EINJ", "apei/einj/error_inject"),
        ] {
            #expect(try Self.door(way, full).reason.contains(word), "\(way)")
        }
        var locked = full
        locked.lockdown = .on("integrity")
        // What lockdown leaves open: a driver's own commands, and fwctl, which was made for such kernels.
        #expect(
            locked.doors.filter { $0.state == .open }.map(\.way) == [
                try Self.door("Inject Poison", full).way, try Self.door("fwctl", full).way,
            ])
        #expect(locked.doors.filter { $0.state != .open }.allSatisfy { $0.closedBy == .lockdown })
    }

    @Test("what could not be looked at is unknown, and says how to find out")
    func unknown() throws {
        let hidden = Self.changed {
            $0.debugFiles = .hidden(Obstacle("cannot open /sys/kernel/debug: Permission denied"))
            $0.functions.unread = Obstacle("2 functions could not be read", remedy: "run this as root")
            $0.memoryDevices = [.init(name: "mem0", commands: .failure(Obstacle("cannot open /dev/cxl/mem0")))]
            $0.firmwareInjects = true
        }
        for way in ["test registers", "inject_poison", "Inject Poison", "own memory", "EINJ"] {
            let door = try Self.door(way, hidden)
            #expect(door.state == .unknown && door.remedy == "run this as root", "\(way): \(door)")
        }
        // The kernel's configuration tells of raw commands, whoever asks.
        #expect(try Self.door("raw", hidden).state == .open)
        let unmounted = Self.changed {
            $0.debugFiles = .notMounted
            $0.memoryDevices = [Self.device(.notTaken)]
        }
        #expect(try Self.door("inject_poison", unmounted).remedy?.hasPrefix("mount -t debugfs") == true)
    }

    @Test("the firmware's injection is a module away")
    func module() throws {
        let offered = Self.changed { $0.firmwareInjects = true }
        #expect(try Self.door("EINJ", offered).state == .open)
        var without = offered
        without.configuration = KernelConfiguration("CONFIG_PCI=y\n")
        #expect(try Self.door("EINJ", without).closedBy == .configuration)
        without.configuration = nil
        #expect(try Self.door("EINJ", without).state == .unknown)
        #expect(try Self.door("EINJ", Self.changed { $0.debugFiles = .absent }).closedBy == .configuration)
    }

    /// Every combination of facts that a judgement could tell apart.
    private static let all: [Facts] = {
        let obstacle = Obstacle("could not be read", remedy: "run this as root")
        let lockdowns: [KernelLockdown] = [.off, .on("integrity"), .on("confidentiality"), .unknown("no securityfs")]
        let configurations = [nil, KernelConfiguration("CONFIG_PCI=y\n"), everything]
        let functions = [[], [locked], [unlocked], [locked, unlocked]].flatMap { tests in
            [nil, obstacle].flatMap { unread in
                [false, true].map { Facts.Functions(hasCXL: $0 || !tests.isEmpty, tests: tests, unread: unread) }
            }
        }
        let files =
            [Facts.DebugFiles.absent, .notMounted, .hidden(obstacle)]
            + [[], ["cxl/mem0/inject_poison"]].flatMap { poison in
                [[], ["apei/einj/error_inject"]].map { Facts.DebugFiles.found(poison: poison, platform: $0) }
            }
        let mute = Facts.MemoryDevice(name: "mem1", commands: .failure(obstacle))
        let devices: [[Facts.MemoryDevice]] =
            [
                [], [mute], [mute, device(.passedOn)], [device(.notTaken), mute],
                [device(.notOffered), device(.passedOn)],
            ]
            + CXLCommands.Injection.allCases.flatMap { injection in [false, true].map { [device(injection, raw: $0)] } }
        var all: [Facts] = []
        for lockdown in lockdowns {
            for configuration in configurations {
                for function in functions {
                    for file in files {
                        for device in devices {
                            for (controls, injects) in [([], false), (["fwctl0"], false), ([], true)] {
                                all.append(
                                    Facts(
                                        lockdown: lockdown, configuration: configuration, functions: function,
                                        debugFiles: file, memoryDevices: device, firmwareControls: controls,
                                        firmwareInjects: injects))
                            }
                        }
                    }
                }
            }
        }
        return all
    }()

    @Test("each combination of facts is judged as the naive table says")
    func exhaustive() throws {
        #expect(Self.all.count > 40_000)
        var seen: Set<String> = []
        for facts in Self.all {
            let doors = facts.doors
            for (index, expected) in NaiveDoors(facts).all.enumerated() {
                let door = doors[index]
                seen.insert("\(index) \(door.state) \(door.closedBy.map(\.rawValue) ?? "")")
                try #require(
                    door.state == expected.state && door.closedBy == expected.closedBy, "\(door): \(facts)")
            }
        }
        // No row of the table is there for nothing.
        #expect(seen.count == 31, "\(seen.sorted())")
    }

    @Test("lockdown opens nothing, an open door says how to close it, and what is known leaves nothing unknown")
    func laws() throws {
        for facts in Self.all {
            var shut = facts
            shut.lockdown = .on("integrity")
            for (before, after) in zip(facts.doors, shut.doors) {
                try #require(after == before || after.closedBy == .lockdown, "\(before) became \(after)")
            }
            for door in facts.doors {
                let isClosed = door.state == .closed
                let isRight =
                    (door.closedBy != nil) == isClosed && (isClosed || door.remedy != nil || facts.configuration == nil)
                    && !door.reason.isEmpty && !door.reason.hasSuffix(".") && door.remedy?.hasSuffix(".") != true
                try #require(isRight, "\(door)")
                try #require(door.state != .unknown || !isAllKnown(facts), "\(door): \(facts)")
            }
        }
    }

    private func isAllKnown(_ facts: Facts) -> Bool {
        if case .unknown = facts.lockdown { return false }
        guard case .found = facts.debugFiles else { return false }
        return facts.configuration != nil && facts.functions.unread == nil
            && facts.memoryDevices.allSatisfy { (try? $0.commands.get()) != nil }
    }
}

/// The same judgement, written down as a table: for each door what is asked in which order.
private struct NaiveDoors {
    typealias Answer = (state: ComplianceDoor.State, closedBy: ComplianceDoor.Bar?)

    let facts: ComplianceDoorFacts

    init(_ facts: ComplianceDoorFacts) { self.facts = facts }

    var all: [Answer] {
        [tests, poison, command, raw, memory, (facts.firmwareControls.isEmpty ? controls : (.open, nil)), platform]
    }

    private var isShut: Bool { facts.lockdown == .on("integrity") || facts.lockdown == .on("confidentiality") }
    private var isFree: Bool { facts.lockdown == .off }
    private var hasUnread: Bool { facts.functions.unread != nil }
    private var asked: [CXLCommands] { facts.memoryDevices.compactMap { try? $0.commands.get() } }

    /// What is there: open, unless lockdown closes it.
    private var there: Answer { isShut ? (.closed, .lockdown) : isFree ? (.open, nil) : (.unknown, nil) }
    /// What may be there.
    private var perhaps: Answer { isShut ? (.closed, .lockdown) : (.unknown, nil) }

    private var tests: Answer {
        let locks = facts.functions.tests.map(\.capability.isLocked)
        if locks.contains(false) { return there }
        if hasUnread { return perhaps }
        return (.closed, locks.isEmpty ? .absence : .lock)
    }

    private var poison: Answer {
        switch facts.debugFiles {
        case .absent: (.closed, .configuration)
        case .found([], _): (.closed, .absence)
        case .found: there
        case .notMounted, .hidden: facts.memoryDevices.isEmpty ? (.closed, .absence) : perhaps
        }
    }

    private var command: Answer {
        if facts.memoryDevices.isEmpty { return (.closed, .absence) }
        if asked.contains(where: { $0.injection == .passedOn }) { return (.open, nil) }
        if asked.count < facts.memoryDevices.count { return (.unknown, nil) }
        return asked.contains { $0.injection == .notOffered } ? (.closed, .absence) : (.closed, .configuration)
    }

    private var raw: Answer {
        if let first = asked.first {
            return first.takesRawCommands ? there : (.closed, .configuration)
        }
        let isBuilt = facts.configuration.map { $0.has("CONFIG_CXL_MEM_RAW_COMMANDS") }
        if isBuilt == false { return (.closed, .configuration) }
        if facts.memoryDevices.isEmpty { return (.closed, .absence) }
        return isBuilt == true ? there : perhaps
    }

    private var memory: Answer {
        if facts.functions.hasCXL { return there }
        return hasUnread ? perhaps : (.closed, .absence)
    }

    private var controls: Answer {
        (.closed, facts.configuration.map { $0.has("CONFIG_FWCTL") } == false ? .configuration : .absence)
    }

    private var platform: Answer {
        switch facts.debugFiles {
        case .absent: return (.closed, .configuration)
        case .found(_, let files) where !files.isEmpty: return there
        default: break
        }
        if !facts.firmwareInjects { return (.closed, .absence) }
        guard let configuration = facts.configuration, case .found = facts.debugFiles else { return perhaps }
        return configuration.has("CONFIG_ACPI_APEI_EINJ") ? there : (.closed, .configuration)
    }
}
