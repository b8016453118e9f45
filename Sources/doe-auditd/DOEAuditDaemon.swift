internal import ArgumentParser
internal import DOEConfiguration
internal import DOELinux
internal import DOEWords
internal import Glibc

/// The daemon: options and wiring, no logic.
@main
struct DOEAuditDaemon: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doe-auditd",
        abstract: "Judges and records every exchange with this host's DOE mailboxes.",
        discussion: "Runs in the foreground; systemd starts it, and SIGTERM ends it in order.",
        version: ProductVersion.current)

    @OptionGroup var options: DaemonOptions

    static func main() {
        StandardStream.keepClosed()
        // Whoever reads our words may have gone: that must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow (LimitFSIZE=) is an error of the write, as a full disk is.
        signal(SIGXFSZ, SIG_IGN)
        do {
            // No service manager passes any to this one (no socket activation).
            try StandardStream.closeOthers()
            var command = try parseAsRoot()
            try command.run()
        } catch let error as ConfigurationError {
            for mistake in error.mistakes { complain(mistake, patience: lastPatience) }
            Glibc.exit(2)
        } catch let error as any ExplainedError {
            tell(error)
            Glibc.exit(3)
        } catch {
            // ArgumentParser's own: help and version go to standard output, wrong use is 64 there and 2 here.
            let whole = fullMessage(for: error)
            guard exitCode(for: error) != .success else {
                StandardStream.output.say(whole)
                Glibc.exit(0)
            }
            tell(WrongArguments(message: message(for: error), whole: whole))
            Glibc.exit(2)
        }
    }

    func run() throws {
        let options = try options.load()
        try Daemon(options: options, switches: .running()).run()
    }

    /// From here on the kernel does for this process what the filter says. Where the kernel has no filters the audit goes on
    /// without: an answer of `status` says so then.
    static func apply(_ filter: SystemCallFilter) -> String? {
        CrashReports.switchOff()
        do throws(LinuxError) {
            try filter.apply()
            return nil
        } catch {
            let trouble = "system calls that the daemon never needs are not taken from it: \(error.description)"
            complain(trouble)
            return trouble
        }
    }

    /// Opens what the words to whoever started the daemon go to: later it may be somebody else's.
    static func beginToSpeak() { _ = words }

    /// Why there is no start, and line by line what to do.
    private static func tell(_ error: any ExplainedError) {
        complain(error.problem, patience: lastPatience)
        for line in (error.remedy ?? "").split(separator: "\n") { complain("  \(line)", patience: lastPatience) }
    }

    /// A line for whoever started the daemon; under systemd it lands in the journal. The daemon does not wait for its
    /// reader, unless it has nothing else to do for so many microseconds.
    static func complain(_ text: String, patience: UInt64 = 0) {
        words.say("doe-auditd: \(text)", patience: patience)
    }

    private static let words = UnwaitingStream(.error)

    /// How long the last words of a daemon that does not start wait for a reader, microseconds.
    private static let lastPatience: UInt64 = 1_000_000
}
