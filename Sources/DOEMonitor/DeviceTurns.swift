/// Who has had how much of a device, and whose turn is next: his who has had least. Pure.
///
/// Time is counted as in start-time fair queueing (Goyal, Vin and Cheng, 1996). The clock stands where the turn under
/// way began. Who begins to wait begins there, or at what he has had where that is more: so a newcomer has neither
/// all of the past before him nor a debt, and who has just had much is behind the others for as long as they have had
/// less.
struct DeviceTurns<Key: Hashable> {
    private struct Place {
        var time: UInt64
        /// Of two who have had the same, the lower one comes first.
        var order: UInt64
    }

    /// So many who do not wait are remembered at most.
    static var memory: Int { 256 }

    private var waiting: [Key: Place] = [:]
    /// What those have had who do not wait now.
    private var absent: [Key: UInt64] = [:]
    private var clock: UInt64 = 0

    /// How many do not wait and are remembered.
    var rememberedCount: Int { absent.count }

    /// Begins to wait; nothing where he does already.
    mutating func add(_ key: Key, order: UInt64) {
        guard waiting[key] == nil else { return }
        waiting[key] = Place(time: max(absent.removeValue(forKey: key) ?? 0, clock), order: order)
    }

    /// Whose turn is next.
    var first: Key? {
        waiting.min { ($0.value.time, $0.value.order) < ($1.value.time, $1.value.order) }?.key
    }

    /// His turn begins. `order` is his place among equals where he waits for another one too.
    mutating func begin(_ key: Key, again order: UInt64?) {
        guard let place = waiting[key] else { return }
        clock = place.time
        if let order {
            waiting[key]?.order = order
        } else {
            waiting[key] = nil
            absent[key] = place.time
        }
    }

    /// The turn has taken him so much.
    mutating func charge(_ key: Key, _ time: UInt64) {
        if waiting[key] != nil {
            waiting[key]?.time += time
        } else {
            absent[key, default: clock] += time
            if absent.count > Self.memory { forget() }
        }
    }

    /// Nobody waits and nothing is under way: nobody has kept anybody waiting.
    mutating func rest() {
        absent.removeAll(keepingCapacity: true)
        clock = 0
    }

    /// Who has had no more than newcomers are taken to have had needs no place. Of all others those who have had
    /// least are taken for newcomers.
    private mutating func forget() {
        absent = absent.filter { $0.value > clock }
        guard absent.count > Self.memory / 2 else { return }
        let middle = absent.values.sorted()[absent.count - Self.memory / 2]
        absent = absent.filter { $0.value > middle }
    }
}
