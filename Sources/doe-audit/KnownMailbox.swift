internal import DOEControl
internal import DOEWords
internal import PCIConfig
internal import SPDMSocket

/// What this host knows of a mailbox: its kernel, and its daemon where one runs. Nothing is asked of the device.
struct KnownMailbox {
    /// The mailbox and its function; what nobody here knows is unknown.
    private(set) var identity: MailboxIdentity
    /// The objects in its own list; `nil` where nobody has read that.
    private(set) var objects: [ObjectID]?

    /// Who does not answer at once is not waited for.
    private static let patienceMilliseconds: UInt32 = 5_000

    init(_ name: MailboxName, runtimeDirectory: String, sysfsRoot: String) {
        identity = MailboxIdentity(
            name: name, device: .unknown, pciClass: .unknown, driver: .unknown, serialNumber: .unknown)
        if let address = name.address { ask(kernel: PCIHost(sysfsRoot: sysfsRoot).function(address)) }
        ask(ControlClient(socket: "\(runtimeDirectory)/\(ControlInterface.socketName)"))
        objects = Self.objects(at: "\(runtimeDirectory)/mailbox/\(name).sock")
    }

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

    private static func objects(at socket: String) -> [ObjectID]? {
        guard
            var client = try? SPDMSocketClient(
                connectingTo: .unix(socket), withinMilliseconds: patienceMilliseconds,
                timeoutMilliseconds: patienceMilliseconds),
            let text = try? client.describe(), let facts = try? JSONText.decode(MailboxFacts.self, from: text)
        else { return nil }
        return facts.objects?.compactMap { ObjectID($0) }
    }
}
