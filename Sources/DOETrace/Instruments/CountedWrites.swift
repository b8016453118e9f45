internal import DOEWords

/// Which writes our programs count, as their tables have it.
struct CountedWrites: Hashable, Sendable {
    private let functions: Set<FunctionAddress>
    /// A byte for each dword, 0 where it is not counted; `nil` where all are.
    private let registers: [UInt8]?

    init(of report: ArmsReport) {
        functions = Set(report.watched.filter { !$0.mailboxes.isEmpty }.map(\.address))
        registers = report.seesRegistersOnly ? ProgramTables.registers(of: report.watched) : nil
    }

    /// Whether they count a write there.
    func has(_ function: FunctionAddress, _ offset: UInt16) -> Bool {
        guard functions.contains(function), offset < 4096 else { return false }
        return registers.map { $0[Int(offset) / 4] != 0 } ?? true
    }
}
