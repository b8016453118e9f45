internal import Glibc

/// An open file descriptor that is closed when the last reference goes.
public final class Descriptor: Sendable {
    /// The number.
    public let number: Int32

    /// Takes over an open descriptor.
    public init(owning number: Int32) { self.number = number }

    deinit { Glibc.close(number) }
}
