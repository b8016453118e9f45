/// What came of reading one page.
public struct PageReading: Hashable, Sendable {
    /// Events that were lost before the page's first, because the reader came too late.
    enum Missed: Hashable, Sendable {
        /// None.
        case none
        /// So many.
        case counted(UInt64)
        /// Some: there was no room left in the page for how many.
        case uncounted
    }

    /// How many events were read, whatever they are.
    public internal(set) var events = 0
    /// What was lost before.
    var missed = Missed.none
    /// Where the page stopped making sense, if it did. What was read before it is good.
    package internal(set) var damage: PageDamage?
}
