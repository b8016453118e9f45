internal import DOEWords

/// One object line, as it is written.
struct ObjectLine: Hashable, Sendable, CustomStringConvertible {
    let pattern: RuleValue
    let objectClass: ObjectClass
    let name: String
    let kernel: KernelRange?
    /// How long its objects are; `nil` where the line does not say.
    let lengths: LengthRange?

    /// The canonical spelling.
    var description: String {
        "object \(pattern) \(objectClass) \(RuleValue.quote(name))" + (kernel.map { " kernel \($0)" } ?? "")
            + (lengths.map { " dwords \($0)" } ?? "")
    }
}
