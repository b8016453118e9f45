import FoundationEssentials

/// A ledger that can no longer be written: a directory stands in its place, which stops root too.
enum BrokenLedger {
    static func breakIt(in directory: String) throws {
        try FileManager.default.moveItem(atPath: directory + "/taint", toPath: directory + "/taint.kept")
        try FileManager.default.createDirectory(atPath: directory + "/taint", withIntermediateDirectories: false)
    }

    static func mend(in directory: String) throws {
        try FileManager.default.removeItem(atPath: directory + "/taint")
        try FileManager.default.moveItem(atPath: directory + "/taint.kept", toPath: directory + "/taint")
    }
}
