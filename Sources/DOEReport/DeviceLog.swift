internal import DOELinux
internal import DOEWords

/// What something at the device has seen executed: the SHA-256 of each request, from a responder's log or a bus
/// analyser. It knows nothing of the trail, so the trail can be measured with it.
public struct DeviceLog: Sendable {
    /// How often each request was executed.
    let counts: [SHA256Digest: Int]
    /// How many exchanges these are.
    public let executed: Int

    /// A log of more is somebody's mistake, and would not fit into memory.
    private static let byteLimit = 1 << 30

    /// Reads a file of digests, 64 hexadecimal digits a line. Empty lines do not count.
    public init(path: String) throws(ReportError) {
        let bytes: [UInt8]
        do throws(LinuxError) {
            bytes = try WholeFile.read(path, limit: Self.byteLimit)
        } catch {
            throw ReportError(
                problem: "the device's log \(path) cannot be read: \(error.problem)",
                remedy: error.remedy ?? "check the name")
        }
        try self.init(bytes, path: path)
    }

    /// Reads the bytes of such a file; `path` names it in an error.
    init(_ bytes: [UInt8], path: String) throws(ReportError) {
        var counts: [SHA256Digest: Int] = [:]
        var executed = 0
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")]
            guard let end = line.lastIndex(where: { !blanks.contains($0) }) else { continue }
            guard let digest = SHA256Digest(String(decoding: line[...end], as: UTF8.self).lowercased()) else {
                throw ReportError(
                    problem: "\(path):\(index + 1): this is no SHA-256 digest",
                    remedy: "write the SHA-256 of each executed request, 64 hexadecimal digits a line")
            }
            counts[digest, default: 0] += 1
            executed += 1
        }
        self.counts = counts
        self.executed = executed
    }
}
