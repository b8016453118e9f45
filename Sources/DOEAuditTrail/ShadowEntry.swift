/// What the ring's shadow says of one slot.
struct ShadowEntry: Hashable, Sendable {
    /// How far the slot's record has come. The words are readable in a dump; zeros are none of them.
    enum State: UInt32 {
        /// "FREE": the journal was seen to hold the slot's record, or there was none.
        case free = 0x4545_5246
        /// "OPEN"
        case open = 0x4e45_504f
        /// "SHUT"
        case closed = 0x5455_4853
    }

    var state = State.free
    /// Of the record that is in the slot, or was there last; 0 before the first.
    var ticket: UInt64 = 0
    /// The last number given to a record in this slot, kept when the slot is used again: the largest of all entries is
    /// the last number given. 0 before the first.
    var sequence: UInt64 = 0

    /// A power of two, so that no entry lies on two pages: a kill between two pages would leave half of it.
    static let size = 32

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        bytes.append(number: UInt64(state.rawValue))
        bytes.append(number: ticket)
        bytes.append(number: sequence)
        bytes.append(number: UInt64(0))
        return bytes
    }
}

extension ShadowEntry {
    /// Reads an entry; `nil` where these bytes are none.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.size, let state = State(rawValue: bytes.number(at: 0, as: UInt32.self)) else {
            return nil
        }
        self.init(
            state: state, ticket: bytes.number(at: 8, as: UInt64.self), sequence: bytes.number(at: 16, as: UInt64.self))
    }
}
