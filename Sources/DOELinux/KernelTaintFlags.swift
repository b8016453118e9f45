internal import SystemPackage

/// The kernel's own taint, which each of its bug reports carries (admin-guide/tainted-kernels): bits, each with a letter.
public struct KernelTaintFlags: OptionSet, Hashable, Sendable {
    /// The number in `/proc/sys/kernel/tainted`.
    public let rawValue: UInt64

    /// Flags from the kernel's number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// `U`: a program of userspace asked for it, or wrote where the kernel alone should.
    public static let userspace = Self(rawValue: 1 << 6)

    /// The letters of the bits from 0 on, with what the kernel's documentation says of them.
    private static let known: [(letter: Character, meaning: String)] = [
        ("P", "a proprietary module was loaded"), ("F", "a module was force-loaded"),
        ("S", "the kernel runs on hardware outside its specification"), ("R", "a module was force-unloaded"),
        ("M", "a machine check was reported"), ("B", "a bad page was referenced"),
        ("U", "a program of userspace asked for taint, or wrote where the kernel alone should"),
        ("D", "the kernel has died before"), ("A", "an ACPI table was overridden"), ("W", "the kernel has warned"),
        ("C", "a staging driver was loaded"), ("I", "a workaround for a firmware bug was applied"),
        ("O", "a module from outside the kernel's tree was loaded"), ("E", "an unsigned module was loaded"),
        ("L", "a soft lockup occurred"), ("K", "the kernel was live patched"),
        ("X", "a taint that the distribution defines"), ("T", "the kernel was built with randomised structures"),
        ("N", "an in-kernel test was run"), ("J", "a program used a mutating debug operation of fwctl"),
    ]

    /// The running kernel's.
    public static func current(directory: String = "/proc") throws(LinuxError) -> Self {
        let bytes = try Procfs.read("sys/kernel/tainted", directory: directory)
        let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let number = UInt64(text) else {
            throw LinuxError(
                "read a number in", "\(directory)/sys/kernel/tainted", .invalidArgument,
                remedy: "see that /proc is the kernel's own procfs")
        }
        return Self(rawValue: number)
    }

    /// Where the kernel shows its own, and takes what is to be added.
    public static let path = "/proc/sys/kernel/tainted"

    /// Adds these to the kernel's; they stay until a reboot.
    public func add(path: String = Self.path) throws(LinuxError) {
        try Descriptor(openingForWriting: path).write(Array("\(rawValue)\n".utf8), subject: path)
    }

    /// Each bit that is set, from the lowest: its letter and meaning. A bit that nobody here knows has its number.
    public var words: [(letter: String, meaning: String)] {
        (0..<64).filter { rawValue & 1 << UInt64($0) != 0 }.map { bit in
            guard bit < Self.known.count else { return ("bit \(bit)", "not known to this version") }
            return ("\(Self.known[bit].letter)", Self.known[bit].meaning)
        }
    }
}
