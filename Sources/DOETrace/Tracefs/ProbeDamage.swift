internal import DOEWords

/// What somebody else has done to our probes.
enum ProbeDamage: Hashable, Sendable {
    /// A switch of our instance stands otherwise than we left it.
    case switched(TraceSwitches.Change)
    /// Events of others are traced into our buffers, and take the room of ours.
    case foreignEvents([String])
    /// A definition is gone.
    case removed(event: String)
    /// A definition is another one under the same name.
    case redefined(event: String)
    /// An event is off.
    case disabled(event: String)
    /// An event lets other things through than it was told.
    case filterChanged(event: String, found: String)
    /// Something is to happen whenever the event comes.
    case triggered(event: String, found: [String])
    /// Somebody reads our buffer, and what he has read we never see.
    case readByOthers(processor: Int, events: UInt64)
    /// Somebody has emptied our buffer: how much was in it nobody knows.
    case emptied(processor: Int)
    /// Our instance is gone, or cannot be read.
    case unreadable(String)

    /// In words for a sentence.
    var problem: String {
        switch self {
        case .switched(let change): "somebody set a switch of the witness' instance: \(change.words)"
        case .foreignEvents(let events):
            "somebody lets \(events.count) other events into the witness' buffers: \(events.prefix(3).joined(separator: ", "))"
        case .removed(let event): "somebody removed the witness' probe \(event)"
        case .redefined(let event): "somebody put another probe in the place of the witness' \(event)"
        case .disabled(let event): "somebody switched the witness' probe \(event) off"
        case .filterChanged(let event, let found):
            "somebody gave the witness' probe \(event) another filter: \(found.printable)"
        case .triggered(let event, let found):
            "somebody gave the witness' probe \(event) a trigger: \(found.joined(separator: "; ").printable)"
        case .readByOthers(let processor, let events):
            "somebody else has read \(events) events out of the witness' buffer of processor \(processor)"
        case .emptied(let processor):
            "somebody emptied the witness' buffer of processor \(processor), and what was in it is lost"
        case .unreadable(let why): "the witness' instance cannot be read: \(why)"
        }
    }

    /// Whether there is an instance in which it can be put right.
    var isOfInstance: Bool { if case .unreadable = self { false } else { true } }

    /// What to do.
    var remedy: String {
        isOfInstance
            ? "find out who did it: whoever traces this host may have cleaned up too much"
            : "restart doe-auditd, so that it makes its instance anew"
    }

    /// How much of the sight it took, where these are the events and what they tell.
    func extent(of events: [(event: String, role: ProbeRole)]) -> ProbeFinding.Extent {
        switch self {
        case .removed(let event), .redefined(let event), .disabled(let event), .filterChanged(let event, _),
            .triggered(let event, _):
            .partly(Set(events.filter { $0.event == event }.map(\.role)))
        case .switched(let change) where change.stopsAll: .blind
        case .switched, .foreignEvents, .readByOthers, .emptied: .partly(Set(events.map(\.role)))
        case .unreadable: .blind
        }
    }
}
