/// What an object is, seen from the running kernel.
public enum ObjectClass: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// The running kernel itself uses this object.
    case kernelExpected = "kernel-expected"
    /// A standards body defined it.
    case published
    /// Some vendor defined it.
    case vendor
    /// CXL compliance mode: behind the gate.
    case compliance
    /// Nobody here knows it.
    case unknown
    /// No object at all: never sent.
    case malformed

    /// The word of DESIGN.md.
    public var description: String { rawValue }
}
