/// What a filter can see of a call's arguments: numbers, and not what they point to, since that may be another thing
/// by the time the kernel looks at it.
///
/// Only the lower 32 bits are looked at. Of an `int` the kernel does not look at more itself, so a condition on all 64
/// bits could be passed by what stands above them; and the flags that are asked for here are all below.
public struct ArgumentCondition: Hashable, Sendable {
    /// Which argument, from 0 to 5.
    let argument: Int
    let test: Test

    enum Test: Hashable, Sendable {
        case isOneOf([UInt32])
        case hasAny(UInt32)
        case hasAll(UInt32)
        case hasLowestByte(UInt8)
    }

    /// It is one of these numbers.
    public static func argument(_ argument: Int, isOneOf numbers: [UInt32]) -> Self {
        Self(argument: argument, test: .isOneOf(numbers))
    }

    /// It has one of these flags, or more.
    public static func argument(_ argument: Int, hasAny flags: UInt32) -> Self {
        Self(argument: argument, test: .hasAny(flags))
    }

    /// Its lowest byte is this one, which is all that the kernel keeps of an exit status.
    public static func argument(_ argument: Int, hasLowestByte byte: UInt8) -> Self {
        Self(argument: argument, test: .hasLowestByte(byte))
    }

    /// It has all of these flags.
    public static func argument(_ argument: Int, hasAll flags: UInt32) -> Self {
        Self(argument: argument, test: .hasAll(flags))
    }
}
