internal import DOEControl
internal import DOELinux
internal import DOEObjects
internal import DOEWords
internal import PCIConfig
internal import SPDMSocket

/// What this host knows of a mailbox: its kernel, and its daemon where one runs. Nothing is asked of the device.
struct KnownMailbox {
    /// The mailbox and its function; what nobody here knows is unknown.
    private(set) var identity: MailboxIdentity
    /// The objects in its own list; `nil` where nobody has read that.
    private(set) var objects: [ObjectID]?
    private let facts: MailboxFacts?
    private let socket: String
    private let function: PCIFunction?

    /// Who does not answer at once is not waited for.
    private static let patienceMilliseconds: UInt32 = 5_000

    init(_ name: MailboxName, runtimeDirectory: String, sysfsRoot: String) {
        identity = MailboxIdentity(
            name: name, device: .unknown, pciClass: .unknown, driver: .unknown, serialNumber: .unknown)
        function = name.address.map { PCIHost(sysfsRoot: sysfsRoot).function($0) }
        socket = "\(runtimeDirectory)/mailbox/\(name).sock"
        facts = Self.facts(at: socket)
        objects = facts?.objects?.compactMap { ObjectID($0) }
        if let function { ask(kernel: function) }
        ask(ControlClient(socket: "\(runtimeDirectory)/\(ControlInterface.socketName)"))
    }

    /// Whose answer there would be to a request for Discovery or the CDAT, for who may not ask the device himself: that
    /// one, or where there is only an object the first of a reading. `nil` where no daemon tells.
    func copy(for request: DataObject?, of object: ObjectID) -> CopyAnswer? {
        guard let facts, object.isReadByTheKernelToo else { return nil }
        let first =
            object == .discovery
            ? DiscoveryRequest(index: 0, version: UInt8(clamping: facts.discoveryVersion)).dataObject
            : TableAccessRequest(entryHandle: 0).dataObject
        let told = Self.facts(at: socket, asking: (request ?? first).bytes)
        switch told?.outlook {
        case .copy?: return .copy
        case .device?: return .device
        case .refused?: return .refused(told?.copyRefusal ?? "there is no copy of it")
        case .kernelOrDevice?:
            // Who may not read the kernel's does not know whether there is one.
            do throws(LinuxError) { return try function?.kernelCDAT()?.isEmpty == false ? .copy : .device } catch {
                return nil
            }
        case nil: return nil
        }
    }

    /// Whether it is one of a virtual function of this host.
    var isOfVirtualFunction: Bool { function?.isVirtual == true }

    private mutating func ask(kernel function: PCIFunction) {
        guard function.isPresent else { return }
        identity.device = function.device
        identity.pciClass = function.classCode
        identity.driver = function.driver
        // Who may read config space needs nobody for the serial number.
        if let held = try? function.hold(forReadingAlone: true) {
            identity.serialNumber = held.identity(of: identity.name).serialNumber
        }
    }

    private mutating func ask(_ daemon: ControlClient) {
        let patience = UInt64(Self.patienceMilliseconds) * 1_000
        guard let entries = try? daemon.mailboxes(withinMicroseconds: patience),
            let entry = entries.first(where: { $0.name == identity.name.description })
        else { return }
        if let serial = entry.serial.flatMap({ MailboxIdentity.serialNumber(of: $0) }) {
            identity.serialNumber = .known(serial)
        }
        // Of what exists only in the daemon it knows everything, and what it does not name is not there.
        guard identity.name.kind == .simulated else { return }
        identity.device = entry.device.flatMap { PCIDeviceID($0) }.map(Fact.known) ?? .none
        identity.pciClass = entry.class.flatMap { UInt32(lowercaseHex: $0, digits: 6...6) }.map(Fact.known) ?? .none
        identity.driver = entry.driver.map(Fact.known) ?? .none
        if entry.serial == nil { identity.serialNumber = .none }
    }

    private static func facts(at socket: String, asking object: [UInt8] = []) -> MailboxFacts? {
        guard
            var client = try? SPDMSocketClient(
                connectingTo: .unix(socket), withinMilliseconds: patienceMilliseconds,
                timeoutMilliseconds: patienceMilliseconds),
            let text = try? client.describe(object), let facts = try? JSONText.decode(MailboxFacts.self, from: text)
        else { return nil }
        return facts
    }
}

/// Whose answer there would be for who may not ask the device himself.
enum CopyAnswer {
    case copy
    case device
    case refused(String)
}
