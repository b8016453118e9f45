internal import DOEWords
internal import PCIConfig

/// The functions of a host, or one of them, with what they say of IDE. Reads alone.
struct IDEScan {
    /// One function with at least one IDE capability.
    struct Found {
        let address: FunctionAddress
        let device: PCIDeviceID
        /// Why there may be more than was found, if the chain of its capabilities is broken.
        let chainDamage: ExtendedCapabilityList.Damage?
        let capabilities: [IDECapability]
    }

    private(set) var found: [Found] = []
    /// What was not looked at.
    private(set) var unread = UnreadFunctions()

    /// Looks at one function; throws where it cannot be read.
    init(of function: PCIFunction) throws {
        guard function.isPresent else { throw NoFunction(address: function.address) }
        if let one = try Self.read(function) { found = [one] }
    }

    /// Looks at each function of a host.
    init(of host: PCIHost) throws {
        for function in try host.functions() {
            do throws(ConfigSpaceError) {
                if let one = try Self.read(function) { found.append(one) }
            } catch {
                unread.add(function, error)
            }
        }
    }

    /// `nil` where it has no IDE capability.
    private static func read(_ function: PCIFunction) throws(ConfigSpaceError) -> Found? {
        let held = try function.hold(forReadingAlone: true)
        let capabilities = try held.ideCapabilities()
        let damage = held.capabilities.damage
        if !capabilities.isEmpty {
            return Found(
                address: function.address, device: held.device, chainDamage: damage, capabilities: capabilities)
        }
        if let damage {
            throw ConfigSpaceError(
                .failed,
                problem: "\(function.address) has a broken chain of capabilities, and IDE is not in what comes before: "
                    + "\(damage)",
                remedy: "a reset of the device or new firmware may mend it; compare lspci -vvs \(function.address)")
        }
        return nil
    }
}

/// An address that no function has.
struct NoFunction: ExplainedError {
    let address: FunctionAddress

    var problem: String { "this host has no function \(address)" }
    var remedy: String? { "see which there are: lspci -D" }
}
