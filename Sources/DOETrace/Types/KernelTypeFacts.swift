/// What was asked of the kernel's type information, and what it says.
struct KernelTypeFacts: Hashable, Sendable {
    /// Where members are, in bytes from the beginning of their structure; those that it does not have are not in here.
    let offsets: [MemberPath: Int]
    /// The names of functions' arguments, in their order, an unnamed one empty.
    let arguments: [String: [String]]
    /// The numbers of functions, by which programs for the kernel name them.
    let numbers: [String: UInt32]
    /// Why something that was asked for is in neither.
    let missing: [String: String]

    /// From what was found.
    init(
        offsets: [MemberPath: Int], arguments: [String: [String]], numbers: [String: UInt32] = [:],
        missing: [String: String] = [:]
    ) {
        self.offsets = offsets
        self.arguments = arguments
        self.numbers = numbers
        self.missing = missing
    }

    /// Where a member is, in bytes from the beginning of its structure.
    func offset(of member: MemberPath) throws(KernelTypesError) -> Int {
        if let offset = offsets[member] { return offset }
        throw KernelTypesError(
            missing[member.description] ?? "nobody asked the kernel's type information for \(member)")
    }

    /// A function's number.
    func number(of function: String) throws(KernelTypesError) -> UInt32 {
        if let number = numbers[function] { return number }
        throw KernelTypesError(
            missing[function] ?? "this kernel has several functions \(function), and they cannot be told apart")
    }
}
