internal import DOELinux
internal import DOEWords

/// Which machine wrote a ring: a digest of its machine id, which itself is kept confidential (machine-id(5)).
struct MachineMark: Hashable, Sendable {
    /// How many bytes of the digest are kept.
    static let size = 16

    let bytes: [UInt8]

    /// This host's; `nil` where it has no machine id, and cannot be told from another one.
    static var current: MachineMark? { HostMachine.id.map { MachineMark(of: $0) } }

    /// Of a machine id.
    init(of machine: String) {
        bytes = Array(SHA256Digest(of: Array("doe-audit ring of machine \(machine)".utf8)).bytes.prefix(Self.size))
    }

    /// As a ring has it; `nil` for zeros, which stand where none was noted.
    init?(noted bytes: [UInt8]) {
        guard bytes.count == Self.size, bytes.contains(where: { $0 != 0 }) else { return nil }
        self.bytes = bytes
    }
}
