internal import DOELinux
internal import DOEWords

/// What becomes of the lines that go to the kernel log before risky exchanges: as the daemon has it, and where that
/// could not be asked, as it looks from here. Of one thing one of them speaks. Pure.
struct KernelLogFinding {
    /// What was asked.
    struct Facts {
        /// What kernel.printk_devkmsg stands at; `nil` where it could not be learned.
        let setting: KernelLogSwitch.Setting?
        /// Why a line could not be written from here; `nil` where it could.
        let problem: LinuxError?
    }

    /// In a few words.
    let words: String
    /// What is wrong, a sentence.
    private(set) var wrong: String?
    /// What could not be learned.
    private(set) var notLearned: String?

    /// `daemon` is what the daemon says is wrong, `.some(nil)` where it says that nothing is.
    init(_ facts: Facts, daemon: String??, isRoot: Bool) {
        let setting = facts.setting.map { " (kernel.printk_devkmsg is \($0.rawValue))" } ?? ""
        switch (daemon, facts.setting) {
        case (.some(.some(let trouble)), _):
            words = "see above\(setting)"
            wrong = trouble
        // A switch of the kernel, which has one of it for all.
        case (_, .off):
            words = "takes no line of a program (\(KernelLogSwitch.isOffWords))"
            wrong = "the kernel log takes no line: \(KernelLogSwitch.isOffWords); \(KernelLogSwitch.remedy)"
        case (.some(nil), _): words = "takes the daemon's lines\(setting)"
        case (nil, let known):
            guard let problem = facts.problem else {
                words = known == nil ? "could not be learned" : "takes lines of programs\(setting)"
                if known == nil { notLearned = "whether the kernel takes lines of programs into its log" }
                return
            }
            if problem.isForbidden, !isRoot {
                words = "could not be learned\(setting)"
                notLearned = "whether the kernel log takes the daemon's lines: \(problem.problem)"
            } else {
                words = "see above\(setting)"
                wrong = "the kernel log takes no line: \(problem.description)"
            }
        }
    }
}
