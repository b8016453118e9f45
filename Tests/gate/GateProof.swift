import DOEWords
import Glibc
import TestSupport

/// A million attempts to get a denied object to a device, a compliance object above all, against the real road with both
/// of its doors and a real journald. The devices are simulated, in two campaigns somebody empties their mailboxes while a
/// request is written, and a sentinel counts what reaches them: zero.
///
/// `gate-proof [ATTEMPTS [SEED]]`
@main struct GateProof {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) }
        let attempts = arguments.first.flatMap(\.self) ?? 1_100_000
        let seed = arguments.dropFirst().first.flatMap(\.self) ?? 1
        let directory = TemporaryDirectory(below: "/dev/shm")
        let journal: PrivateJournal
        do {
            journal = try PrivateJournal(in: directory.path, settings: "SystemMaxUse=256M")
        } catch {
            print("NOT TESTED: the gate: \(error)")
            exit(77)
        }
        let tally = Tally()
        var failed = 0
        let share = Int(attempts) / Campaign.allCases.count
        for (index, campaign) in Campaign.allCases.enumerated() {
            do {
                let outcome = try campaign.run(share, seed: seed &+ UInt64(index) << 32, journal, into: tally)
                failed += outcome.failure == nil ? 0 : 1
                print(line(campaign, outcome))
                fflush(nil)
            } catch {
                failed += 1
                print("FAILED  \(campaign.rawValue): \(error)")
            }
        }
        print("\n\("attempts".padded(to: 9)) \("refused".padded(to: 9))  the compliance object is")
        for shape in Shape.allCases {
            print("\(tally.made(shape).padded) \(tally.refused(shape).padded)  \(shape.rawValue)")
        }
        print("\n\(tally.attempts) attempts where the gate is shut, or opens and shuts in the middle (seed \(seed)).")
        print("\(Campaign.allCases.count - failed) passed, \(failed) failed")
        exit(failed == 0 ? 0 : 1)
    }

    private static func line(_ campaign: Campaign, _ outcome: Campaign.Outcome) -> String {
        let open = outcome.whileOpen > 0 ? ", and \(outcome.whileOpen) under a lease" : ""
        let interrupted = outcome.interruptions > 0 ? "; \(outcome.interruptions) times somebody came between" : ""
        let end = outcome.failure.map { ": \($0)" } ?? ""
        return "\(outcome.failure == nil ? "ok    " : "FAILED")  \(campaign.rawValue)\(end)\n"
            + "        \(outcome.attempts) attempts, \(outcome.dwords) dwords of all traffic at the device, "
            + "denied objects among them: \(outcome.whileShut + outcome.denied)\(open)\(interrupted)"
    }
}

extension Int {
    fileprivate var padded: String { String(self).padded(to: 9) }
}

extension String {
    /// With blanks before it.
    fileprivate func padded(to width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - count)) + self
    }
}
