internal import DOEAssembly
internal import DOEWords

/// Whose a write is that came through VFIO: a guest's, where the program is one that runs guests; a program's of the
/// host's own, where it is known and another one; else nobody can say.
struct PassedThrough {
    /// Processes that were told of, though nobody can say whose their writes are.
    private var told = RecentTable<Void>(capacity: 256)
    private let isGuestProgram: (String) -> Bool

    init(isGuestProgram: @escaping (String) -> Bool = { GuestProgram.isOne($0) }) {
        self.isGuestProgram = isGuestProgram
    }

    /// The road of what was seen, and what shows that a guest is behind it.
    mutating func road(of assembled: AssembledObservation, by client: Client) -> (Road, GuestEvidence) {
        guard assembled.road == .passthrough else { return (assembled.road, .program) }
        if case .known(let path) = client.exe { return (isGuestProgram(path) ? .passthrough : .bypass, .program) }
        let process = client.pid.value ?? assembled.threads.first ?? 0
        let isNews = told.value(of: process) == nil
        told.set((), of: process, at: assembled.ended)
        return (.passthrough, .missing(isNews: isNews))
    }
}
