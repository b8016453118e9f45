internal import DOELinux
internal import DOEWords
internal import PCIConfig

/// Looking it all up. Reads alone; no device but its config space is asked, and none that sleeps or is lent.
extension ComplianceDoorFacts {
    /// This host's.
    static func current(lockdown: KernelLockdown, sysfs: String = "/sys", devices: String = "/dev") -> Self {
        Self(
            lockdown: lockdown, configuration: .running(), functions: Functions(of: PCIHost(sysfsRoot: sysfs)),
            debugFiles: DebugFiles(in: "\(sysfs)/kernel/debug"),
            memoryDevices: numbered("mem", in: "\(sysfs)/bus/cxl/devices").map {
                MemoryDevice(name: $0, below: "\(devices)/cxl")
            },
            firmwareControls: numbered("fwctl", in: "\(sysfs)/class/fwctl"),
            firmwareInjects: (try? HeldDirectory("\(sysfs)/firmware/acpi/tables"))?.has("EINJ") ?? false)
    }

    /// What is called so with a number behind it, in the order of the numbers; none where there is no such directory.
    private static func numbered(_ word: String, in path: String) -> [String] {
        guard let names = try? HeldDirectory(path).names(in: ".") else { return [] }
        return names.compactMap { name in
            name.hasPrefix(word) ? UInt32(name.dropFirst(word.count)).map { (number: $0, name: name) } : nil
        }.sorted { $0.number < $1.number }.map(\.name)
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
            let cxl = directory.has("cxl") ? try directory.names(in: "cxl").sorted().map { "cxl/\($0)" } : []
            func files(_ name: String) -> [String] { cxl.map { "\($0)/\(name)" }.filter(directory.has) }
            self = .found(
                poison: files("inject_poison"),
                platform: ["apei/einj/error_inject"].filter(directory.has) + files("einj_inject"))
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
