/// What was found at the start, where it was not all as it had been left.
public enum LedgerFinding: Hashable, Sendable, CustomStringConvertible {
    /// There was none, and nothing says that there ever was one.
    case begun
    /// A crash had torn the last line, which was about these subjects, as far as it can be read.
    case torn(bytes: Int, of: [String])
    /// There is none any more: so many lines had been written to it.
    case absent(lines: UInt64)
    /// So many lines are missing at its end, of which so many bytes are there: it was cut off, or it is an older one.
    case behind(lines: UInt64, torn: Int, of: [String])
    /// It is another one than was left there.
    case another
    /// Nothing shows that it is not an older one.
    case unproven(because: String)

    /// Whether letters may be lost.
    public var isLoss: Bool {
        switch self {
        case .begun, .torn: false
        case .absent, .behind, .another, .unproven: true
        }
    }

    /// DOE_STATUS of a loss; `nil` of what is none.
    public var status: String? {
        switch self {
        case .begun, .torn: nil
        case .absent: "ledger-absent"
        case .behind: "ledger-behind"
        case .another: "ledger-another"
        case .unproven: "ledger-unproven"
        }
    }

    /// How many lines are lost, where that is known.
    public var lines: UInt64? {
        switch self {
        case .begun, .torn, .another, .unproven: nil
        case .absent(let lines), .behind(let lines, _, _): lines
        }
    }

    /// As part of a sentence.
    public var description: String {
        switch self {
        case .begun: "there was no taint ledger, and a new one was begun"
        case .torn(let bytes, let names):
            "the last line of the taint ledger was torn, as by a crash, and its \(bytes) bytes were taken away: nobody was "
                + "answered for what it would have said\(Self.affected(names)); what was under way then: doe-audit report"
        case .absent(let lines):
            "there is no taint ledger any more, to which \(Self.counted(lines)) had been written, and a new one was begun: \(Self.lost)"
        case .behind(let lines, let torn, let names):
            "the taint ledger lacks \(Self.counted(lines)) at its end, which had been written"
                + (torn > 0 ? " (\(torn) bytes of them are there, and were taken away)" : "")
                + ": it was cut off, or an older one was put there\(Self.affected(names)); \(Self.lost)"
        case .another:
            "the taint ledger is another one than was left in the state directory: \(Self.lost)"
        case .unproven(let reason):
            "it cannot be shown that the taint ledger holds every letter: the daemon before was killed, and \(reason); "
                + Self.lost
        }
    }

    private static let lost =
        "letters may be lost, whose is not known; the records have them (doe-audit report), then: doe-audit taint"
        + " acknowledge host --reason TEXT"

    private static func counted(_ lines: UInt64) -> String { lines == 1 ? "1 line" : "\(lines) lines" }

    private static func affected(_ names: [String]) -> String {
        names.isEmpty ? "" : "; it was about \(names.named)"
    }
}

extension [String] {
    /// The first five, and how many more there are.
    var named: String {
        prefix(5).joined(separator: ", ") + (count > 5 ? " and \(count - 5) more" : "")
    }
}
