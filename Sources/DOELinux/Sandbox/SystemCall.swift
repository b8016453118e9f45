internal import CLinux

/// A system call, by its name in section 2 of the manual.
public struct SystemCall: Hashable, Sendable, ExpressibleByStringLiteral {
    /// `openat`
    public let name: String

    /// The call of that name, whether it is here or not.
    public init(_ name: String) { self.name = name }

    /// The same, written down.
    public init(stringLiteral name: String) { self.name = name }

    /// Its number on this machine; `nil` where this machine has no such call, or the headers that this was built with
    /// are older than it.
    public var number: UInt32? { UInt32(exactly: unsafe clinux_call_number(name)) }

    /// Whether there is such a call on any machine, as far as is known here.
    public var isKnown: Bool { unsafe clinux_call_number(name) != Int32(CLINUX_CALL_NOT_KNOWN) }

    /// The highest number that is known here. What is above it came into the kernel later.
    static var newestNumber: UInt32 { UInt32(clinux_newest_call()) }

    /// What the kernel calls this machine's way of calling it; `nil` on one that nobody has looked at.
    static var architecture: UInt32? {
        let architecture = clinux_call_architecture()
        return architecture == 0 ? nil : architecture
    }
}
