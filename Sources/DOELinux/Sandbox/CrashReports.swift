internal import Glibc

/// Swift's own reports of crashes.
public enum CrashReports {
    /// Switches them off: a process that crashes ends, as one of C does, and whoever started it learns the signal.
    ///
    /// The report is written by another program, which the process would start from the signal's handler
    /// (SWIFT_BACKTRACE). Under a filter that refuses programs the process would stay there, neither crashed nor
    /// running.
    public static func switchOff() {
        for signal in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] {
            _ = Glibc.signal(signal, SIG_DFL)
        }
    }
}
