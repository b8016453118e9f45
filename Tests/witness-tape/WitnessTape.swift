import DOELinux
import DOEWitness
import DOEWords
import Glibc

/// Starts the witness' probes on a host and prints what they tell, until SIGTERM or SIGINT: which definitions the kernel
/// took, each event, each finding of a check, and what was missed. Needs root.
///
/// `witness-tape [SECONDS] MAILBOX…`, such as `0000:0d:00.0@190`; with seconds it checks as often, and not as the witness
/// would.
@main struct WitnessTape {
    static func main() {
        do {
            let signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP])
            let seconds = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) }
            let names = CommandLine.arguments.dropFirst(seconds == nil ? 1 : 2)
            var tape = try Tape(watching: functions(names), checkSeconds: seconds, signals)
            try tape.run()
        } catch {
            say("BLIND \(error)")
            exit(1)
        }
    }

    /// The mailboxes that were named, function by function.
    static func functions(_ names: some Sequence<String>) -> [WatchedFunction] {
        var mailboxes: [FunctionAddress: [UInt16]] = [:]
        for name in names {
            guard case .real(let address, let offset) = MailboxName(name) else {
                say("'\(name)' names no mailbox of this host: 0000:0d:00.0@190")
                exit(2)
            }
            mailboxes[address, default: []].append(offset)
        }
        return mailboxes.map { WatchedFunction(address: $0.key, mailboxes: $0.value) }
    }
}
