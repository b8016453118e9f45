/// What the witness has to say about its own sight. Each is recorded, and taints the host with N; but a first sight
/// that began with the boot, within two minutes, does not taint, nor does one after an orderly restart of seconds, or one
/// during which the kernel kept what happened.
public enum SightNews: Hashable, Sendable {
    /// It sees from now on. `unseenSince` is where the time begins in which nobody looked: the host's boot, or the
    /// end of the sight that was before; wall clock, microseconds.
    case sees(unseenSince: UInt64, UnseenCause)
    /// It does not see any more, or not at all.
    case blind(Obstacle)
    /// It sees, and has missed so many events: where they were lost.
    case missed(count: UInt64, place: String)
}

/// Why nobody looked for a time.
public enum UnseenCause: Hashable, Sendable {
    /// The host had just booted: nobody has looked since.
    case boot
    /// The daemon before ended in order, so long ago by the clock that nobody can set.
    case restart(microseconds: UInt64)
    /// The same, and the kernel kept what happened meanwhile: it was read afterwards.
    case handover(microseconds: UInt64)
    /// Anything else: it was killed, or it was blind.
    case gap
}
