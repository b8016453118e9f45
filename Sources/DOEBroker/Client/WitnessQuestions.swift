package import DOELinux
internal import DOEWords
internal import Synchronization
internal import SystemPackage

/// Asks who it was that the witness has seen. A broker that was late is not asked again for a second: whoever asks has
/// the trace to read.
package final class WitnessQuestions: Sendable {
    /// A tenth of a millisecond is usual.
    private static let limit: UInt64 = 200_000
    private static let rest: UInt64 = 1_000_000

    private let client: BrokerClient
    private let restsUntil = Atomic<UInt64>(0)

    package init(_ client: BrokerClient) { self.client = client }

    /// Where somebody stands whom a program in the kernel told of: his control group, and the path of his program, each
    /// `nil` where there is none. `nil` where nobody has answered.
    package func place(
        of group: UInt64, _ program: HostFiles.File?
    ) -> (group: ControlGroup?, program: String?)? {
        let whole = WriterPlace(group: group, program: program)
        let question = whole.fits ? whole : WriterPlace(group: group, program: nil)
        switch ask(.writer(question)) {
        case .place(let group, let program)?: return (group.map { ControlGroup(path: $0) }, program)
        case nil: return nil
        default:
            // It has too much to do, or is another version's.
            beginRest()
            return nil
        }
    }

    /// What procfs and the control groups say of the process that has this number now; `nil` where that could not be
    /// learned.
    @Sendable package func facts(of process: Int32) -> ProcessFacts? {
        guard let held = HeldProcess(of: process),
            case .identity(let identity)? = ask(.identity, with: [held.descriptor]), identity.number == process
        else { return nil }
        return identity.facts
    }

    private func ask(_ request: BrokerRequest, with descriptors: [Descriptor] = []) -> BrokerAnswer? {
        guard Clocks.monotonicMicroseconds >= restsUntil.load(ordering: .relaxed) else { return nil }
        do throws(BrokerSilence) {
            return try client.ask(request, with: descriptors, withinMicroseconds: Self.limit)
        } catch {
            beginRest()
            return nil
        }
    }

    private func beginRest() { restsUntil.store(Clocks.monotonicMicroseconds + Self.rest, ordering: .relaxed) }
}
