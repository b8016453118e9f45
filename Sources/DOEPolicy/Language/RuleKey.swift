/// What a condition asks about.
enum RuleKey: UInt8, CaseIterable, Hashable, Sendable {
    case object
    case objectClass
    case road
    case mode
    case mailbox
    case address
    case device
    case pciClass
    case driver
    case serial
    case uid
    case user
    case group
    case loginUID
    case unit
    case exe
    case container
    case via
    case spdm
    case compliance
    case until

    /// The key as it is written.
    var word: String {
        switch self {
        case .object: "object"
        case .objectClass: "class"
        case .road: "road"
        case .mode: "mode"
        case .mailbox: "mailbox"
        case .address: "address"
        case .device: "device"
        case .pciClass: "pci-class"
        case .driver: "driver"
        case .serial: "serial"
        case .uid: "uid"
        case .user: "user"
        case .group: "group"
        case .loginUID: "loginuid"
        case .unit: "unit"
        case .exe: "exe"
        case .container: "container"
        case .via: "via"
        case .spdm: "spdm"
        case .compliance: "compliance"
        case .until: "until"
        }
    }

    /// Every key as it is written.
    static let words = allCases.map(\.word)

    private static let byWord = Dictionary(uniqueKeysWithValues: allCases.map { ($0.word, $0) })

    /// The key of a word.
    init?(_ word: String) {
        guard let key = Self.byWord[word] else { return nil }
        self = key
    }

    /// Whether values are numbers, so that `1000..1999` is a range. Elsewhere two dots are text (`/usr/../bin`).
    var takesRanges: Bool { self == .uid || self == .group || self == .loginUID }

    /// One bit for sets of keys.
    var bit: UInt32 { 1 << rawValue }
}
