/// A Linux kernel's version as far as object lines look at it: major and minor.
public struct KernelVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 6 of 6.12.
    public let major: UInt32
    /// The 12 of 6.12.
    public let minor: UInt32

    /// A version from its numbers.
    public init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// Parses `6.12`; anything else is `nil`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = UInt32(decimal: parts[0]), let minor = UInt32(decimal: parts[1]) else {
            return nil
        }
        self.init(major: major, minor: minor)
    }

    /// Parses what `uname -r` says, `6.12.43+deb12-amd64` or `7.3-rc1`: the two numbers it starts with.
    public init?(release: some StringProtocol) {
        let parts = release.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return nil }
        let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
        self.init("\(parts[0]).\(digits)")
    }

    /// `6.12`
    public var description: String { "\(major).\(minor)" }

    /// Older is less.
    public static func < (left: Self, right: Self) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
}
