internal import DOEWords

/// One object line, as it is written.
struct ObjectLine: Hashable, Sendable, CustomStringConvertible {
    let pattern: RuleValue
    let objectClass: ObjectClass
    let name: String
    let kernel: KernelRange?

    /// The canonical spelling.
    var description: String {
        "object \(pattern) \(objectClass) \(RuleValue.quote(name))" + (kernel.map { " kernel \($0)" } ?? "")
    }
}
