internal import DOEWords

/// What somebody else has done to our probes.
enum ProbeDamage: Hashable, Sendable {
    /// Our instance stands still: `tracing_on` is 0.
    case tracingOff
    /// Our instance shows some threads only: `set_event_pid`.
    case threadsOnly(file: String)
    /// A definition is gone.
    case removed(event: String)
    /// An event is off.
    case disabled(event: String)
    /// An event lets other things through than it was told.
    case filterChanged(event: String, found: String)
    /// Somebody reads our buffer, and what he has read we never see.
    case readByOthers(processor: Int, events: UInt64)
    /// Somebody has emptied our buffer: how much was in it nobody knows.
    case emptied(processor: Int)
    /// Our instance is gone, or cannot be read.
    case unreadable(String)

    /// In words for a sentence.
    var problem: String {
        switch self {
        case .tracingOff: "somebody switched tracing off in the witness' instance"
        case .threadsOnly(let file): "somebody narrowed the witness' instance to some threads (\(file))"
        case .removed(let event): "somebody removed the witness' probe \(event)"
        case .disabled(let event): "somebody switched the witness' probe \(event) off"
        case .filterChanged(let event, let found):
            "somebody gave the witness' probe \(event) another filter: \(found.printable)"
        case .readByOthers(let processor, let events):
            "somebody else has read \(events) events out of the witness' buffer of processor \(processor)"
        case .emptied(let processor):
            "somebody emptied the witness' buffer of processor \(processor), and what was in it is lost"
        case .unreadable(let why): "the witness' instance cannot be read: \(why)"
        }
    }
}
