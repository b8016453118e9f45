public import DOEWords
internal import Glibc
public import SystemPackage

/// A system call that failed: which one, on what, and why.
public struct LinuxError: ExplainedError, Equatable {
    /// The call's name as in section 2 of the manual: `open`.
    public let call: String
    /// What it was called on, a path mostly.
    public let subject: String
    /// The error number.
    public let errno: Errno
    /// What to do next.
    public let remedy: String?

    /// An error whose number is given.
    public init(_ call: String, _ subject: String, _ errno: Errno, remedy: String? = nil) {
        self.call = call
        self.subject = subject
        self.errno = errno
        // Whatever was called, this is what is to be done.
        self.remedy =
            switch errno {
            case .tooManyOpenFiles: DescriptorLimit.remedy
            case .tooManyOpenFilesInSystem: "raise fs.file-max (sysctl), or end what holds so many files open"
            default: remedy
            }
    }

    /// An error whose number stands in `errno` now.
    public static func last(_ call: String, _ subject: String, remedy: String? = nil) -> Self {
        Self(call, subject, Errno(rawValue: Glibc.errno), remedy: remedy)
    }

    /// Whether somebody with more privileges could have done it.
    public var isForWantOfPrivilege: Bool { errno == .permissionDenied || errno == .notPermitted }

    /// Whether this process, or the host, has as many open files as it may have.
    public var isOutOfDescriptors: Bool { errno == .tooManyOpenFiles || errno == .tooManyOpenFilesInSystem }

    /// `cannot open /run/x: Permission denied`
    public var problem: String { "cannot \(call) \(subject): \(errno)" }
}
