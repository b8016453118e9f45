package import DOELinux
package import DOEWords
internal import SystemPackage

/// What the broker answers. Descriptors that belong to it come beside the bytes, in the order that is told here.
package enum BrokerAnswer: Sendable {
    /// The open file, and why nothing can be written through it.
    case config(Descriptor, obstacle: Obstacle?)
    /// Who it is; the program's file and its memory, where they are there.
    case identity(PassedIdentity)
    /// The account's number; `nil` where there is no such name.
    case account(UInt32?)
    /// An open file.
    case file(Descriptor)
    /// Two open files.
    case pair(Descriptor, Descriptor)
    /// The path of a control group, and of a program; each `nil` where there is none.
    case place(group: String?, program: String?)
    /// The broker's version.
    case version(String)
    /// It was done.
    case done
    /// It was not.
    case no(BrokerError)

    var descriptors: [Descriptor] {
        switch self {
        case .config(let file, _), .file(let file): [file]
        case .identity(let identity): [identity.file, identity.memory?.descriptor].compactMap(\.self)
        case .pair(let one, let other): [one, other]
        case .account, .place, .version, .done, .no: []
        }
    }
}

/// Why the broker did not do what it was asked.
package struct BrokerError: ExplainedError, Hashable {
    /// The kind of reason.
    package enum Reason: UInt32, Hashable, Sendable, CaseIterable {
        /// It was no request.
        case malformed = 1
        /// The wrong number of descriptors came with it, or one that is no process's.
        case wrongDescriptor
        /// There were more of its kind than are answered in a time.
        case tooMany
        /// Too many of its kind are under way.
        case busy
        /// This broker was started without leave to do that.
        case notAllowed
        /// The function has no mailbox.
        case mailboxless
        /// The process has ended, or is not one of whom anybody can ask.
        case noProcess
        /// A call failed, with the error's number.
        case failed
        /// As ConfigSpaceError has it.
        case gone, refusedByKernel, unavailable, short, unreadable

        /// Whether an honest daemon can meet it: devices come and go, processes end. All else is told.
        var isOrdinary: Bool {
            switch self {
            case .malformed, .wrongDescriptor, .tooMany, .busy, .notAllowed: false
            case .mailboxless, .noProcess, .failed, .gone, .refusedByKernel, .unavailable, .short, .unreadable: true
            }
        }
    }

    /// Why.
    package let reason: Reason
    /// The error's number; 0 where it was none of a call.
    package let errno: Int32
    /// What happened and where.
    package let problem: String
    /// What to do next.
    package let remedy: String?

    /// An error with its explanation.
    package init(_ reason: Reason, errno: Int32 = 0, _ problem: String, remedy: String? = nil) {
        self.reason = reason
        self.errno = errno
        self.problem = problem
        self.remedy = remedy
    }

    init(_ error: LinuxError) {
        self.init(.failed, errno: error.errno.rawValue, error.problem, remedy: error.remedy)
    }
}
