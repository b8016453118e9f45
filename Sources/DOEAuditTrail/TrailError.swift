internal import DOELinux
public import DOEWords
internal import SystemPackage

/// A record could not be opened or closed. Where opening fails the exchange must be refused.
public struct TrailError: ExplainedError, Hashable {
    /// Why.
    public enum Reason: Hashable, Sendable {
        /// Every slot holds a record that the journal has not been seen to hold.
        case full
        /// Whose it would be has as many records in the ring as one may have: others are not refused.
        case share
        /// The ring's file could not be made, read, written or synced.
        case file
        /// Another daemon uses this ring.
        case inUse
        /// The ring was written by another version.
        case otherVersion
        /// The trail was stopped.
        case stopped
    }

    /// Why.
    public let reason: Reason
    /// What happened and where.
    public let problem: String
    /// What to do next.
    public let remedy: String?

    init(_ reason: Reason, problem: String, remedy: String?) {
        self.reason = reason
        self.problem = problem
        self.remedy = remedy
    }

    /// The ring could not be opened.
    init(opening error: LinuxError, path: String) {
        switch error.call {
        case "flock" where error.errno == .wouldBlock:
            self.init(
                .inUse, problem: "another daemon uses the ring \(path)",
                remedy: "stop it, or give this one a --state-directory of its own")
        case "use" where error.errno == .notSupported:
            self.init(.otherVersion, problem: error.problem, remedy: error.remedy)
        default: self.init(error)
        }
    }

    /// The ring could not be written.
    init(_ error: LinuxError) {
        self.init(
            .file, problem: "the ring cannot be used: \(error.problem)",
            remedy: error.remedy(forWritingIn: "the state directory"))
    }
}
