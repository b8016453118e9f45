internal import DOELinux
internal import DOEWords
internal import PCIConfig

/// Looking it all up. Reads alone; no device but its config space is asked, and none that sleeps or is lent.
extension ComplianceDoorFacts {
    /// This host's.
    static func current(lockdown: KernelLockdown, sysfs: String = "/sys", devices: String = "/dev") -> Self {
        let memory = looked { () throws(LinuxError) in try numbered("mem", in: "\(sysfs)/bus/cxl/devices") }
        let controls = looked { () throws(LinuxError) in try numbered("fwctl", in: "\(sysfs)/class/fwctl") }
        let table = injectionTable(in: "\(sysfs)/firmware")
        return Self(
            lockdown: lockdown, configuration: .running(), functions: Functions(of: PCIHost(sysfsRoot: sysfs)),
            debugFiles: DebugFiles(in: "\(sysfs)/kernel/debug"),
            memoryDevices: memory.names.map { MemoryDevice(name: $0, below: "\(devices)/cxl") },
            firmwareControls: controls.names, firmwareInjects: table.isThere, hiddenDevices: memory.obstacle,
            hiddenControls: controls.obstacle, hiddenTables: table.obstacle)
    }

    /// What is there; nothing where the kernel says so, and an obstacle where it does not let this process look.
    private static func looked(
        _ look: () throws(LinuxError) -> [String]
    ) -> (names: [String], obstacle: Obstacle?) {
        do throws(LinuxError) {
            return (try look(), nil)
        } catch {
            return ([], error.isAbsence ? nil : Obstacle(error))
        }
    }

    /// What is called so with a number behind it, in the order of the numbers.
    private static func numbered(_ word: String, in path: String) throws(LinuxError) -> [String] {
        let names = try HeldDirectory(path).names(in: ".")
        return names.compactMap { name in
            name.hasPrefix(word) ? UInt32(name.dropFirst(word.count)).map { (number: $0, name: name) } : nil
        }.sorted { $0.number < $1.number }.map(\.name)
    }

    /// Whether the firmware has the table that says how it injects errors.
    private static func injectionTable(in path: String) -> (isThere: Bool, obstacle: Obstacle?) {
        do throws(LinuxError) {
            let firmware = try HeldDirectory(path)
            // Containers have an empty directory mounted over it.
            guard try !firmware.names(in: ".").isEmpty else {
                return (false, Obstacle("\(path) is empty", remedy: "run this on the host: something hides it here"))
            }
            return (try firmware.has("acpi/tables/EINJ"), nil)
        } catch {
            return (false, error.isAbsence ? nil : Obstacle(error))
        }
    }
}

extension ComplianceDoorFacts.Functions {
    init(of host: PCIHost) {
        do throws(LinuxError) {
            var unread = UnreadFunctions()
            for function in try host.functions() {
                do throws(ConfigSpaceError) {
                    try add(function)
                } catch {
                    unread.add(function, error)
                }
            }
            self.unread = unread.note.map { Obstacle($0) }
        } catch {
            unread = Obstacle(error)
        }
    }

    private mutating func add(_ function: PCIFunction) throws(ConfigSpaceError) {
        let registers = try function.hold(forReadingAlone: true).consortiumRegisters()
        hasCXL = hasCXL || registers.isThere
        tests += registers.tests.map { Test(address: function.address, capability: $0) }
    }
}

extension ComplianceDoorFacts.DebugFiles {
    init(in path: String) {
        do throws(LinuxError) {
            let directory = try HeldDirectory(path)
            // The directory is there without the file system, and a mounted one is never empty.
            guard try !directory.names(in: ".").isEmpty else {
                self = .notMounted
                return
            }
            let cxl = try directory.has("cxl") ? directory.names(in: "cxl").sorted().map { "cxl/\($0)/" } : []
            func there(_ names: [String]) throws(LinuxError) -> [String] {
                var found: [String] = []
                for name in names { if try directory.has(name) { found.append(name) } }
                return found
            }
            self = .found(
                poison: try there(cxl.map { $0 + "inject_poison" }),
                platform: try there(["apei/einj/error_inject"] + cxl.map { $0 + "einj_inject" }))
        } catch {
            self = error.isAbsence ? .absent : .hidden(Obstacle(error))
        }
    }
}

extension ComplianceDoorFacts.MemoryDevice {
    init(name: String, below directory: String) {
        self.name = name
        do throws(LinuxError) {
            commands = .success(try CXLCommands(ofDevice: "\(directory)/\(name)"))
        } catch {
            commands = .failure(Obstacle(error))
        }
    }
}
