internal import DOEConfiguration
internal import DOEControl
internal import DOEPolicy
internal import DOEWords

/// The exit status, thrown where a command ends early.
enum DoneAs: Int32, Error {
    /// Done.
    case done = 0
    /// The answer is no.
    case no = 1
    /// Wrong use, broken rules or a wrong configuration.
    case wrongUse = 2
    /// It could not be done.
    case impossible = 3
}

extension DoneAs {
    /// The status that an error stands for.
    init(_ error: any ExplainedError) {
        self =
            switch error {
            case let error as NoResponse where error.isRefused: .no
            case is TurnedAway, is UnlistedObject: .no
            case let error as ControlError
            where [
                ControlInterface.leaseRefused, ControlInterface.noSuchLease, ControlInterface.noSPDMOwner,
                ControlInterface.noSuchSubject,
            ].contains(error.name):
                .no
            case is WrongUse, is MisshapenRequest, is PolicyError, is ConfigurationError: .wrongUse
            default: .impossible
            }
    }
}
