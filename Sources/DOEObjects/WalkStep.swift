/// What a walk over several exchanges wants next.
public enum WalkStep<Outcome: Hashable & Sendable>: Hashable, Sendable {
    /// Send this request, then hand its response over.
    case ask(DataObject)
    /// Everything has been read.
    case done(Outcome)
}
