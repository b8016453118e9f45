/// How many kinds are told apart (`KindWindows`), and what becomes of the others.
struct KindLimits: Hashable, Sendable {
    /// Of one owner.
    let ofOwner: Int
    /// Of all owners: so many have a place of their own.
    let inAll: Int
    /// How many there are with those that gather an owner's; `nil` where nothing is gathered: then each event for
    /// which there is no place is a first one.
    let withGathered: Int?

    /// For what is recorded. A program that tries every object must not make as many records; and a user namespace
    /// has 65,536 numbers.
    static let ofRecords = KindLimits(ofOwner: 16, inAll: 256, withGathered: 320)
    /// For lines that nothing may hide.
    static let ofKernelLines = KindLimits(ofOwner: 128, inAll: 1024, withGathered: nil)
}
