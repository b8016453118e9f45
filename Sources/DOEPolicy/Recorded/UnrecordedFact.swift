/// A fact that rules may ask for and that a record does not carry, though it was known when the exchange was judged.
public enum UnrecordedFact: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// The client's groups.
    case groups
    /// The function's PCI class.
    case pciClass = "pci-class"
    /// The program's file: its name is longer than a record keeps.
    case exe
    /// The system unit: the same.
    case unit
    /// The container: before schema 5 records did not tell one without a name from the host itself; or its name is longer.
    case container
    /// What the request is called.
    case requestName = "request-name"
    /// What a vendor-defined SPDM request carries.
    case carried

    /// For people: `the client's groups`.
    public var description: String {
        switch self {
        case .groups: "the client's groups"
        case .pciClass: "the function's PCI class"
        case .exe: "the whole name of the program"
        case .unit: "the whole name of the unit"
        case .container: "the container"
        case .requestName: "what the request asked for"
        case .carried: "what the vendor-defined request carried"
        }
    }

    /// The keys of rules that ask for it.
    var keys: UInt32 {
        switch self {
        case .groups: RuleKey.group.bit
        case .pciClass: RuleKey.pciClass.bit
        case .exe: RuleKey.exe.bit
        case .unit: RuleKey.unit.bit
        case .container: RuleKey.container.bit
        case .requestName, .carried: RuleKey.spdm.bit | RuleKey.compliance.bit
        }
    }
}
