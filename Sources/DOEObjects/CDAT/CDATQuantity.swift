/// What an entry of a latency or bandwidth structure stands for. The CDAT has entries as ACPI's HMAT has them (ACPI
/// 6.4, 5.2.27.4): two of the 65,536 numbers are no measure.
public enum CDATQuantity: Hashable, Sendable {
    /// Entry 0, or a base unit of 0: the device does not say.
    case notProvided
    /// Entry ffff: nothing gets from the one to the other.
    case unreachable
    /// Entry times base unit, in the unit of what is measured.
    case value(UInt64)
    /// A product of more than 64 bits, which no device means.
    case tooLarge(entry: UInt16, baseUnit: UInt64)

    /// From an entry and its structure's base unit.
    public init(entry: UInt16, baseUnit: UInt64) {
        let (product, overflow) = UInt64(entry).multipliedReportingOverflow(by: baseUnit)
        self =
            switch entry {
            case 0: .notProvided
            case .max: .unreachable
            case _ where product == 0 && !overflow: .notProvided
            case _ where overflow: .tooLarge(entry: entry, baseUnit: baseUnit)
            default: .value(product)
            }
    }

    /// In plain words: `150000 ps`, `unreachable`. Without a unit where nobody knows what is measured.
    public func words(unit: String?) -> String {
        let unit = unit.map { " \($0)" } ?? ""
        return switch self {
        case .notProvided: "not provided"
        case .unreachable: "unreachable"
        case .value(let value): "\(value)\(unit)"
        case .tooLarge(let entry, let baseUnit): "\(entry) x \(baseUnit)\(unit)"
        }
    }
}
