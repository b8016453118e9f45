internal import DOEWords

/// A connection's place among those of its holder, behind one door.
struct Seat {
    let holder: AccountHolder
    let door: Door
    let isTCP: Bool
    /// When it may be read first; `nil` for at once.
    let firstTurn: UInt64?

    /// Gives the place back.
    func release(_ token: UInt64) { door.places.giveBack(token, of: holder) }
}
