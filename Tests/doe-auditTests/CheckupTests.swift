import DOEControl
import DOELinux
import DOEWords
import Glibc
import Testing

@testable import doe_audit

@Suite("What doctor finds")
struct CheckupTests {
    private static let roads = [
        RoadEntry(way: "sysfs config", degree: "seen", reason: "probed", remedy: nil),
        RoadEntry(
            way: "/dev/mem", degree: "not visible", reason: "no probe can see it", remedy: "lock the kernel down"),
    ]

    private static func status(proxy: Bool = true) -> DaemonStatus {
        DaemonStatus(
            version: "1.0", pid: 7, started: 1, mode: "production", modeReason: "x", enforcement: "enforcing",
            enforcementReason: "x",
            policy: PolicySummary(generation: 1, sha256: "", kernel: "", rules: 0, files: [], problem: nil),
            trail: TrailSummary(
                instance: "", sequence: 0, capacity: 0, pending: 0, unconfirmed: 0, journalSocket: "", problem: nil),
            proxy: proxy, mailboxes: 0, exchanges: 0, refused: 0, unenforced: 0, taint: "", unacknowledged: "",
            sight: nil, attention: [])
    }

    private static func doors(_ lockdown: KernelLockdown) -> ComplianceDoorFacts {
        ComplianceDoorFacts(
            lockdown: lockdown, configuration: nil, functions: .init(hasCXL: true),
            debugFiles: .found(poison: ["cxl/mem0/inject_poison"], platform: []), memoryDevices: [],
            firmwareControls: [], firmwareInjects: false)
    }

    private static func checkup(
        _ sight: SightEntry?, lockdown: KernelLockdown = .off, taint: UInt64 = 0, proxy: Bool = true,
        kernelLog: KernelLogSwitch.Setting? = .ratelimit, logProblem: LinuxError? = nil,
        kernelLogTrouble: String? = nil
    ) -> Checkup {
        var status = status(proxy: proxy)
        status.kernelLog = kernelLogTrouble
        return Checkup(
            .init(
                release: "6.12.9", lockdown: lockdown, taint: .success(KernelTaintFlags(rawValue: taint)),
                kernelLog: .init(setting: kernelLog, problem: logProblem), doors: doors(lockdown),
                daemon: .success(
                    (status, SightEntry.Answer(sight: sight, roads: sight == nil ? [] : roads)))))
    }

    @Test("a witness that sees is not wrong, and each way is shown with what can be done")
    func sees() {
        let checkup = Self.checkup(SightEntry(since: 0, blind: nil, remedy: nil, missed: 0))
        #expect(checkup.wrong.isEmpty && checkup.witness == .sees && checkup.notLearned.isEmpty)
        let text = CheckupText(checkup: checkup).text
        #expect(text.hasPrefix("nothing is wrong\n"))
        #expect(text.contains("SEEN         WAY TO A MAILBOX\nseen         sysfs config\n               probed\n"))
        #expect(text.contains("not visible  /dev/mem\n               no probe can see it\n"))
        #expect(text.contains("\n               -> lock the kernel down\n"))
        #expect(text.contains("sees since 1970-01-01 00:00:00 UTC"))
    }

    @Test("a blind one, and one that has lost events, are")
    func wrong() {
        let blind = Self.checkup(
            SightEntry(since: 0, blind: "no tracefs", remedy: "mount it", missed: 0), lockdown: .on("confidentiality"))
        #expect(blind.wrong == ["witness: BLIND since 1970-01-01 00:00:00 UTC: no tracefs; mount it"])
        #expect(blind.lockdownWords.contains("no probe may be set"))
        #expect(CheckupText(checkup: blind).text.hasPrefix("! witness: BLIND"))
        let lossy = Self.checkup(SightEntry(since: 0, blind: nil, remedy: nil, missed: 9))
        #expect(lossy.wrong.count == 1 && lossy.witness == .sees)
    }

    @Test("one that is switched off is told and not wrong; so is a daemon that serves nothing")
    func off() {
        let checkup = Self.checkup(nil, proxy: false)
        #expect(checkup.wrong.isEmpty && checkup.witness == .off)
        let text = CheckupText(checkup: checkup).text
        #expect(text.contains("off: what goes past the proxy is not seen") && text.contains("off: witness only"))
        #expect(!text.contains("WAY"))
    }

    @Test("each door is there without a witness and without a daemon, the open ones first, on 80 columns")
    func doors() throws {
        let error = try #require(throws: LinuxError.self) { try Self.unreadable() }
        let without = Checkup(
            .init(
                release: "6.1.0", lockdown: .off, taint: .failure(error),
                kernelLog: .init(setting: nil, problem: nil), doors: Self.doors(.off),
                daemon: .failure(ControlError(problem: "nobody is there"))))
        for checkup in [Self.checkup(nil), without] {
            #expect(checkup.doors.count == 7)
            let lines = CheckupText(checkup: checkup).text.split(separator: "\n", omittingEmptySubsequences: false)
            let start = try #require(lines.firstIndex { $0.hasPrefix("STATE   DOOR TO WHAT COMPLIANCE MODE DOES") })
            #expect(lines[start + 1] == "open    debugfs cxl/*/inject_poison")
            #expect(
                lines[start + 2]
                    == "          root writes an address to cxl/mem0/inject_poison, and the memory there")
            #expect(lines[start + 3] == "          is poisoned")
            #expect(lines[start + 4] == "          -> boot with lockdown=integrity, or with debugfs=off")
            #expect(lines[start...].allSatisfy { $0.count <= 80 }, "\(lines[start...])")
        }
        // An open door is no fault of the daemon's.
        #expect(Self.checkup(nil).wrong.isEmpty)
        #expect(Self.checkup(nil, lockdown: .on("integrity")).doors.allSatisfy { $0.state != .open })
    }

    @Test("a text is folded at blanks, and a longer word stands alone")
    func folded() {
        #expect(FoldedList.folded("", to: 10) == [""])
        #expect(FoldedList.folded("one two three", to: 7) == ["one two", "three"])
        #expect(FoldedList.folded("a 0123456789 b", to: 5) == ["a", "0123456789", "b"])
        for width in 1...30 {
            let words = "each word of a text is there once and in its order".split(separator: " ").map(String.init)
            let lines = FoldedList.folded(words.joined(separator: " "), to: width)
            #expect(lines.flatMap { $0.split(separator: " ").map(String.init) } == words)
            #expect(lines.allSatisfy { $0.count <= width || !$0.contains(" ") })
        }
    }

    @Test("a kernel log that takes no line is wrong, said once, with or without the daemon's word")
    func kernelLog() {
        let off = Self.checkup(nil, kernelLog: .off)
        #expect(off.wrong.count == 1 && off.wrong.first?.contains("kernel.printk_devkmsg is off; run: sysctl") == true)
        #expect(CheckupText(checkup: off).text.contains("takes no line of a program"))
        let both = Self.checkup(
            nil, kernelLog: .off, kernelLogTrouble: "the kernel log takes no line of ours: kernel.printk_devkmsg is off"
        )
        #expect(both.wrong == ["the kernel log takes no line of ours: kernel.printk_devkmsg is off"])
        #expect(Self.checkup(nil, kernelLogTrouble: "lines were lost").wrong == ["lines were lost"])
        #expect(Self.checkup(nil, kernelLog: .on).wrong.isEmpty)
    }

    @Test(
        "of the kernel log one thing is said and not its opposite, whoever knows it: the daemon, or who looks from here"
    )
    func kernelLogFinding() {
        let elsewhere = Self.error(ENXIO, "something else stands there, another device")
        let refused = Self.error(EACCES, "give it access")
        let trouble = "the kernel log takes no line of ours: something else stands there"
        for setting: KernelLogSwitch.Setting? in [.on, .ratelimit, .off, nil] {
            for problem in [nil, elsewhere, refused] {
                for daemon: String?? in [nil, .some(nil), .some(trouble)] {
                    for isRoot in [true, false] {
                        let found = KernelLogFinding(
                            .init(setting: setting, problem: problem), daemon: daemon, isRoot: isRoot)
                        let isWell =
                            found.words.hasPrefix("takes the daemon's lines") || found.words.hasPrefix("takes lines")
                        #expect(isWell == (found.wrong == nil && found.notLearned == nil), "\(found)")
                        #expect(found.wrong == nil || found.notLearned == nil)
                        // What the daemon says of its own lines is said as it says it, and once.
                        if case .some(.some(let said)) = daemon { #expect(found.wrong == said) }
                        if case .some(nil) = daemon { #expect((found.wrong == nil) == (setting != .off)) }
                        if daemon == nil { #expect(isWell == (setting != nil && setting != .off && problem == nil)) }
                        if setting == .off { #expect(found.wrong != nil && !isWell) }
                    }
                }
            }
        }
        let seenFromHere = KernelLogFinding(.init(setting: .ratelimit, problem: elsewhere), daemon: nil, isRoot: true)
        #expect(seenFromHere.wrong?.contains("something else stands there, another device") == true)
        // Who may not write to it cannot know.
        let unknown = KernelLogFinding(.init(setting: .ratelimit, problem: refused), daemon: nil, isRoot: false)
        #expect(
            unknown.notLearned?.contains("Permission denied") == true && unknown.words.hasPrefix("could not be learned")
        )
        let text = CheckupText(checkup: Self.checkup(nil, kernelLogTrouble: trouble)).text
        #expect(
            text.hasPrefix("! \(trouble)\n")
                && text.contains("kernel log    see above (kernel.printk_devkmsg is ratelimit)"))
    }

    @Test("the kernel's taint is in words, and U is explained")
    func kernelTaint() {
        let checkup = Self.checkup(nil, taint: 64 | 4096)
        #expect(checkup.taintWords.hasPrefix("4160: U (") && checkup.taintWords.contains("O ("))
        #expect(CheckupText(checkup: checkup).text.contains("kernel-exclusive"))
        #expect(Self.checkup(nil, taint: 4096).userspaceHint == nil)
        #expect(Self.checkup(nil).taintWords == "0: none")
    }

    private static func error(_ number: Int32, _ remedy: String) -> LinuxError {
        errno = number
        return .last("open", "/dev/kmsg", remedy: remedy)
    }

    /// Any error will do.
    private static func unreadable() throws(LinuxError) { _ = try KernelTaintFlags.current(directory: "/tmp") }

    @Test("without the daemon the host's own facts are there, and what could not be asked is said")
    func withoutDaemon() throws {
        let error = try #require(throws: LinuxError.self) { try Self.unreadable() }
        let checkup = Checkup(
            .init(
                release: "6.1.0", lockdown: .unknown("no securityfs"),
                taint: .failure(error), kernelLog: .init(setting: nil, problem: nil),
                doors: Self.doors(.unknown("no securityfs")),
                daemon: .failure(ControlError(problem: "nobody is there"))))
        #expect(checkup.witness == .unknown && checkup.wrong.isEmpty && checkup.notLearned.count == 4)
        let text = CheckupText(checkup: checkup).text
        #expect(text.hasPrefix("? ") && text.contains("6.1.0") && !text.contains("nothing is wrong"))
    }
}
