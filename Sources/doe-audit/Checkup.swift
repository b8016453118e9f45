internal import DOEControl
internal import DOELinux
internal import DOEWords

/// What `doctor` finds: what is seen of each way to a mailbox, and what of this host bears on that. Pure: whoever
/// makes it has asked.
struct Checkup: Encodable {
    /// Whether anybody looks.
    enum Witness: String, Encodable {
        case sees, blind, off
        /// The daemon could not be asked.
        case unknown
    }

    /// A bit of the kernel's own taint.
    struct TaintWord: Encodable {
        let letter: String
        let meaning: String
    }

    /// What of this host was asked for, and what came of it.
    struct Facts {
        let release: String
        let lockdown: KernelLockdown
        let taint: Result<KernelTaintFlags, LinuxError>
        let kernelLog: KernelLogFinding.Facts
        /// What of this host decides which doors are open.
        let doors: ComplianceDoorFacts
        /// Who asks.
        var isRoot = true
        /// The daemon's status and sight.
        let daemon: Result<(status: DaemonStatus, sight: SightEntry.Answer), ControlError>
    }

    let daemon: String?
    let proxy: Bool?
    let witness: Witness
    let sight: SightEntry?
    let roads: [RoadEntry]
    /// The ways to what compliance mode does that are not a mailbox.
    let doors: [ComplianceDoor]
    let kernel: String
    let lockdown: String?
    let kernelTaint: UInt64?
    let kernelTaintWords: [TaintWord]
    /// What kernel.printk_devkmsg stands at.
    let kernelLog: String?
    /// What becomes of lines that go to the kernel log.
    let kernelLogWords: String
    /// What is wrong, sentences.
    let wrong: [String]
    /// What could not be learned, and why.
    let notLearned: [String]

    init(_ facts: Facts) {
        var wrong: [String] = []
        var notLearned: [String] = []
        kernel = facts.release
        doors = facts.doors.doors
        switch facts.lockdown {
        case .off: lockdown = "none"
        case .on(let word): lockdown = word
        case .unknown(let why):
            lockdown = nil
            notLearned.append("the kernel's lockdown: \(why)")
        }
        switch facts.taint {
        case .success(let flags):
            kernelTaint = flags.rawValue
            kernelTaintWords = flags.words.map { TaintWord(letter: $0.letter, meaning: $0.meaning) }
        case .failure(let error):
            (kernelTaint, kernelTaintWords) = (nil, [])
            notLearned.append("the kernel's own taint: \(error.description)")
        }
        kernelLog = facts.kernelLog.setting?.rawValue
        var daemonsLog: String??
        switch facts.daemon {
        case .success(let answer):
            daemon = "doe-auditd \(answer.status.version), pid \(answer.status.pid)"
            proxy = answer.status.proxy
            sight = answer.sight.sight
            roads = answer.sight.roads
            witness = sight.map { $0.blind == nil ? .sees : .blind } ?? .off
            wrong += [sight?.blindSentence].compactMap(\.self)
            if let file = answer.status.trail.volatileFile {
                wrong.append(
                    "the journal lies in memory (\(file)), so that records are lost with the machine; set"
                        + " Storage=persistent in journald.conf")
            }
            wrong += answer.status.ledger
            if let missed = sight?.missed, missed > 0 {
                wrong.append("the witness has lost events since the start: \(missed)")
            }
            daemonsLog = .some(answer.status.kernelLog)
        case .failure(let error):
            (daemon, proxy, sight, roads, witness) = (nil, nil, nil, [], .unknown)
            notLearned.append("what the witness sees: \(error.problem)")
        }
        let log = KernelLogFinding(facts.kernelLog, daemon: daemonsLog, isRoot: facts.isRoot)
        kernelLogWords = log.words
        self.wrong = wrong + [log.wrong].compactMap(\.self)
        self.notLearned = notLearned + [log.notLearned].compactMap(\.self)
    }

    /// What lockdown means for both sides.
    var lockdownWords: String {
        switch lockdown {
        case nil: "could not be learned"
        case "none": "none: a program of root's may write to config space"
        case "confidentiality":
            "confidentiality: no program may write to config space, the daemon neither, and no probe may be set"
        case let word?: "\(word): no program may write to config space, the daemon neither"
        }
    }

    /// The kernel's taint for a person.
    var taintWords: String {
        guard let kernelTaint else { return "could not be learned" }
        if kernelTaintWords.isEmpty { return "0: none" }
        return "\(kernelTaint): " + kernelTaintWords.map { "\($0.letter) (\($0.meaning))" }.joined(separator: ", ")
    }

    /// Of the letter U; `nil` where it is not set.
    var userspaceHint: String? {
        guard let kernelTaint, KernelTaintFlags(rawValue: kernelTaint).contains(.userspace) else { return nil }
        return
            "U is set by doe-auditd with kernel-taint, and by a kernel that has claimed the registers a program writes "
            + "to: Linux 6.2 and 6.3 had claimed CXL mailboxes; see: dmesg | grep -e doe-audit -e kernel-exclusive"
    }
}
