/// What shows that a guest is behind something that came through VFIO.
public enum GuestEvidence: Hashable, Sendable {
    /// The program is one that runs guests.
    case program
    /// Nothing: the program is not known. `isNews` where its process is met for the first time.
    case missing(isNews: Bool)
}
