/// Why an object counts as expected of the kernel, or does not though a line names kernels.
public struct KernelReason: Hashable, Sendable, CustomStringConvertible {
    /// Whether it counts.
    public let isExpected: Bool
    /// Why, one sentence without a full stop: `Linux 6.12 is in 6.0..`.
    public let sentence: String
    /// It would count if a security manager were there, for which the kernel could speak SPDM. One may come while the
    /// policy is in force.
    public let awaitsSecurityManager: Bool

    /// A reason from its parts.
    public init(isExpected: Bool, _ sentence: String, awaitsSecurityManager: Bool = false) {
        self.isExpected = isExpected
        self.sentence = sentence
        self.awaitsSecurityManager = awaitsSecurityManager
    }

    /// `kernel-expected: Linux 6.12 is in 6.0..`
    public var description: String { "\(isExpected ? "" : "not ")kernel-expected: \(sentence)" }
}
