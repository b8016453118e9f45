internal import DOEAuditTrail
internal import DOETaint
internal import DOEWords
internal import Synchronization

/// Tells of new taint wherever somebody may look: the mask file, the kernel log, and where the administrator wants
/// it, the kernel's own taint.
final class TaintHerald: Sendable {
    private let mask: TaintMask
    private let kernelLog: KernelLog
    private let kernelTaint: KernelTaint?
    private let failure = Mutex<String?>(nil)

    /// `kernelTaint` is `nil` where the kernel's own taint is to stay as it is.
    init(mask: TaintMask, kernelLog: KernelLog, kernelTaint: KernelTaint?) {
        self.mask = mask
        self.kernelLog = kernelLog
        self.kernelTaint = kernelTaint
    }

    /// What could not be told, each a sentence with its remedy.
    var troubles: [String] { [mask.trouble, failure.withLock { $0 }].compactMap(\.self) }

    /// What is wrong with the kernel log.
    var kernelLogTrouble: String? { kernelLog.trouble }

    /// At the start: the letters of this boot that were raised before, perhaps without `kernel-taint`.
    func begin(with snapshot: TaintSnapshot) {
        mask.write()
        let places = snapshot.sinceBoot.pairs.filter { !$0.value.letters.isEmpty }.map(\.key)
        guard let reason = places.compactMap(\.concernedMailbox).min() else { return }
        taintKernel(because: "\(reason) was tainted before")
    }

    @Sendable func tell(_ news: TaintNews) {
        mask.write()
        guard news.concernsKernel else { return }
        kernelLog.write(news.kernelLogLine)
        taintKernel(because: news.kernelLogLine)
    }

    private func taintKernel(because reason: String) {
        guard let kernelTaint else { return }
        do throws(TaintError) {
            if try kernelTaint.bits() & KernelTaint.userspace == 0 {
                kernelLog.write("taints the kernel (U), since kernel-taint is set: \(reason)")
                try kernelTaint.set()
            }
            failure.withLock { $0 = nil }
        } catch {
            failure.withLock { $0 = error.description }
        }
    }
}

extension TaintPlace {
    /// The mailbox, as a word, where a device of this host can have been touched.
    fileprivate var concernedMailbox: String? {
        if case .mailbox(let name) = self, name.kind == .real { name.description } else { nil }
    }
}
