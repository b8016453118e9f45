/// The letters that stick to a mailbox, its function and the host.
public struct TaintLetters: OptionSet, Hashable, Sendable, CustomStringConvertible {
    /// One bit a letter, in the order of `all`: the number in `/run/doe-audit/tainted`. A letter that only a newer
    /// version knows has one of the bits from 32 on, in the order of the alphabet.
    public let rawValue: UInt64

    /// Letters from their bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// `V`: a vendor object passed.
    public static let vendor = Self(rawValue: 1 << 0)
    /// `U`: an unknown object passed.
    public static let unknownObject = Self(rawValue: 1 << 1)
    /// `C`: compliance was attempted.
    public static let complianceAttempted = Self(rawValue: 1 << 2)
    /// `X`: compliance was executed under a lease.
    public static let complianceExecuted = Self(rawValue: 1 << 3)
    /// `B`: a raw userspace write to the mailbox.
    public static let bypass = Self(rawValue: 1 << 4)
    /// `W`: another raw config write to such a function.
    public static let configWrite = Self(rawValue: 1 << 5)
    /// `M`: malformed traffic.
    public static let malformed = Self(rawValue: 1 << 6)
    /// `A`: an abort or a timeout.
    public static let abort = Self(rawValue: 1 << 7)
    /// `L`: records delayed past journald, or lost; or letters lost.
    public static let lost = Self(rawValue: 1 << 8)
    /// `D`: a lease was given.
    public static let leased = Self(rawValue: 1 << 9)
    /// `P`: permissive.
    public static let permissive = Self(rawValue: 1 << 10)
    /// `K`: the kernel used an object outside its expected set.
    public static let kernelUnexpected = Self(rawValue: 1 << 11)
    /// `N`: the witness was blind.
    public static let witnessBlind = Self(rawValue: 1 << 12)

    /// Every letter with its character and its meaning, in bit order.
    public static let all: [(letter: Self, character: Character, meaning: String)] = [
        (.vendor, "V", "a vendor-specific object passed"),
        (.unknownObject, "U", "an unknown object passed"),
        (.complianceAttempted, "C", "compliance mode through DOE was attempted"),
        (.complianceExecuted, "X", "a compliance object was executed under a lease"),
        (.bypass, "B", "userspace wrote to the mailbox behind the proxy's back"),
        (.configWrite, "W", "userspace wrote to the function's config space"),
        (.malformed, "M", "malformed traffic"),
        (.abort, "A", "an exchange was aborted or timed out"),
        (.lost, "L", "records were delayed past journald or lost, or letters were lost"),
        (.leased, "D", "the mailbox was leased"),
        (.permissive, "P", "a refusal was passed in permissive mode"),
        (.kernelUnexpected, "K", "the kernel used an object it is not expected to use"),
        (.witnessBlind, "N", "the witness was blind for a time"),
    ]

    /// Parses letters such as `VC`; `nil` for a character that is no letter of ours. The empty text is no taint.
    public init?(_ text: some StringProtocol) {
        var letters: Self = []
        for character in text {
            guard let entry = Self.all.first(where: { $0.character == character }) else { return nil }
            letters.insert(entry.letter)
        }
        self = letters
    }

    /// Parses letters that another version may have written: a letter from A to Z that is none of ours is kept as it
    /// is. `nil` for any other character.
    public init?(anyVersion text: some StringProtocol) {
        var letters: Self = []
        for character in text {
            if let entry = Self.all.first(where: { $0.character == character }) {
                letters.insert(entry.letter)
            } else if let byte = character.asciiValue, Self.alphabet.contains(byte) {
                letters.insert(Self(rawValue: 1 << UInt64(Self.firstForeignBit + Int(byte - Self.alphabet.lowerBound))))
            } else {
                return nil
            }
        }
        self = letters
    }

    private static let alphabet = UInt8(ascii: "A")...UInt8(ascii: "Z")
    private static let firstForeignBit = 32
    private static let foreignMeaning = "a letter of a newer version, which this one does not know"

    /// The letters in bit order, `VC`; empty without taint.
    public var description: String { String(meanings.map(\.character)) }

    /// What each letter in here means, in bit order.
    public var meanings: [(character: Character, meaning: String)] {
        let ours = Self.all.filter { contains($0.letter) }.map { ($0.character, $0.meaning) }
        guard rawValue >> UInt64(Self.firstForeignBit) != 0 else { return ours }
        return ours
            + Self.alphabet.enumerated().filter { rawValue & 1 << UInt64(Self.firstForeignBit + $0.offset) != 0 }
            .map { (Character(Unicode.Scalar($0.element)), Self.foreignMeaning) }
    }

    /// Each letter in here alone, in bit order.
    public var singles: some Sequence<Self> {
        sequence(state: rawValue) { rest in
            guard rest != 0 else { return nil }
            let lowest = rest & (~rest &+ 1)
            rest &= ~lowest
            return Self(rawValue: lowest)
        }
    }
}
