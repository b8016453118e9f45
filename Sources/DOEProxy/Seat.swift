internal import DOEWords

/// A connection's place among those of its holder, behind one door.
struct Seat {
    let holder: AccountHolder
    let entrance: Entrance
    /// When it may be read first; `nil` for at once.
    let firstTurn: UInt64?

    var door: Door { entrance.door }

    /// Gives the place back.
    func release(_ token: UInt64) { door.places.giveBack(token, of: holder) }
}
