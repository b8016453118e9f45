internal import DOELinux
internal import DOEWords

/// The kernel's log did not take a line.
enum KernelLogError: ExplainedError {
    /// The kernel takes none of programs.
    case off
    /// It could not be opened or written.
    case failed(LinuxError)

    var problem: String {
        switch self {
        case .off: KernelLogSwitch.isOffWords
        case .failed(let error): error.problem
        }
    }

    var remedy: String? {
        switch self {
        case .off: KernelLogSwitch.remedy
        case .failed(let error): error.remedy
        }
    }
}
