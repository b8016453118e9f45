/// One instruction of the small machine that the kernel runs filters on (linux/filter.h, networking/filter.rst): it
/// has one register, and jumps forwards alone.
struct FilterInstruction: Hashable, Sendable {
    var code: UInt16
    /// How many instructions are left out where the test holds, and where it does not.
    var ifTrue: UInt8 = 0
    var ifFalse: UInt8 = 0
    var value: UInt32

    /// Where things stand in what the kernel shows of a call (struct seccomp_data).
    static let numberPlace: UInt32 = 0
    static let architecturePlace: UInt32 = 4
    /// The lower half of an argument: the machines that this is for have it first.
    static func argumentPlace(_ argument: Int) -> UInt32 { 16 + 8 * UInt32(argument) }

    /// Takes the 32 bits at a place into the register.
    static func load(_ place: UInt32) -> Self { Self(code: 0x20, value: place) }
    /// Keeps those bits of the register that stand here too.
    static func keep(_ bits: UInt32) -> Self { Self(code: 0x54, value: bits) }
    /// Leaves out so many.
    static func leaveOut(_ count: Int) -> Self { Self(code: 0x05, value: UInt32(count)) }
    /// The end: the answer.
    static func end(_ answer: UInt32) -> Self { Self(code: 0x06, value: answer) }

    /// Unless the test holds, the next ones are left out.
    static func equals(_ value: UInt32, elseLeaveOut count: UInt8) -> Self {
        Self(code: 0x15, ifFalse: count, value: value)
    }
    static func isAtLeast(_ value: UInt32, elseLeaveOut count: UInt8) -> Self {
        Self(code: 0x35, ifFalse: count, value: value)
    }
    static func isAtMost(_ value: UInt32, elseLeaveOut count: UInt8) -> Self {
        // There is "greater" alone: the branches change places.
        Self(code: 0x25, ifTrue: count, value: value)
    }
    static func hasAny(_ bits: UInt32, elseLeaveOut count: UInt8) -> Self {
        Self(code: 0x45, ifFalse: count, value: bits)
    }
}
