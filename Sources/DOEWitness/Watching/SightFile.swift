internal import DOELinux

/// Until when the witness has looked, in a file that goes with the boot: so the next daemon knows how long nobody did.
struct SightFile: Sendable {
    private let path: String

    /// In the directory of the daemon's runtime files.
    init(in directory: String) { path = "\(directory)/witness-sight" }

    /// Wall clock, microseconds; `nil` where nobody has looked since the boot, or the file cannot be read.
    var lastLook: UInt64? {
        guard let bytes = try? WholeFile.read(path, limit: 64) else { return nil }
        return UInt64(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
    }

    /// Somebody looked until now. Where that cannot be kept, the next daemon thinks that nobody did for longer.
    func note(_ now: UInt64) { try? AtomicFile.write(Array("\(now)\n".utf8), to: path, mode: 0o600) }
}
