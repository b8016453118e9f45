package import DOELinux
internal import DOEWords
internal import Synchronization
internal import SystemPackage

/// What the witness needs beside its arms.
extension BrokerClient {
    private static let limit: UInt64 = 2_000_000

    /// What procfs and the control groups say of the process that has this number now; `nil` where that could not be
    /// learned.
    @Sendable package func facts(of process: Int32) -> ProcessFacts? {
        guard let held = HeldProcess(of: process), let identity = identity(of: held), identity.number == process else {
            return nil
        }
        return identity.facts
    }

    /// A queue of notices of who opens files.
    @Sendable package func openNotices() throws(LinuxError) -> OpenNotices {
        let answer: BrokerAnswer
        do throws(BrokerSilence) {
            answer = try ask(.arms(.openings), withinMicroseconds: Self.limit)
        } catch {
            throw LinuxError("ask for", "a queue of notices (\(error.problem))", error.number, remedy: error.remedy)
        }
        guard case .file(let queue) = answer else {
            var (why, remedy) = (BrokerSilence.unreadable.problem, BrokerSilence.unreadable.remedy)
            if case .no(let error) = answer { (why, remedy) = (error.problem, error.remedy) }
            throw LinuxError("ask for", "a queue of notices (\(why))", .notPermitted, remedy: remedy)
        }
        return OpenNotices(owning: queue)
    }
}

/// Asks where writers stand whom programs in the kernel told of. Whoever waits for the trace waits for this: so a broker
/// that was late is not asked again for a second, and who is told of meanwhile stays unknown in part.
package final class WriterQuestions: Sendable {
    /// A tenth of a millisecond is usual.
    private static let limit: UInt64 = 200_000
    private static let rest: UInt64 = 1_000_000

    private let client: BrokerClient
    private let restsUntil = Atomic<UInt64>(0)

    package init(_ client: BrokerClient) { self.client = client }

    /// His control group, and the path of his program; `nil` where there is none, or it was not learned.
    package func place(
        of group: UInt64, _ program: HostFiles.File?
    ) -> (group: ControlGroup?, program: String?) {
        guard Clocks.monotonicMicroseconds >= restsUntil.load(ordering: .relaxed) else { return (nil, nil) }
        let whole = WriterPlace(group: group, program: program)
        let question = whole.fits ? whole : WriterPlace(group: group, program: nil)
        do throws(BrokerSilence) {
            guard
                case .place(let group, let program) = try client.ask(.writer(question), withinMicroseconds: Self.limit)
            else { return (nil, nil) }
            return (group.map { ControlGroup(path: $0) }, program)
        } catch {
            restsUntil.store(Clocks.monotonicMicroseconds + Self.rest, ordering: .relaxed)
            return (nil, nil)
        }
    }
}
