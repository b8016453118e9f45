internal import DOELinux
internal import DOERecord
internal import DOEWords
internal import Synchronization

/// Lines in the kernel's own log, which a panic leaves in pstore, in a crash dump or on a console when nothing else
/// is left.
///
/// Best effort: a line that the kernel does not take holds nothing up, and `trouble` tells of it.
public final class KernelLog: Sendable {
    private struct Losses {
        var count: UInt64 = 0
        var last = ""
    }

    /// How much of a text one line takes, bytes. The kernel refuses more than 976 with level, name and end (printk's
    /// LOG_LINE_MAX where it also notes who printed).
    package static let textLimit = 950

    private let files: KernelLogFiles
    private let losses = Mutex(Losses())

    /// The kernel log behind these files.
    package init(_ files: KernelLogFiles) { self.files = files }

    /// The running kernel's.
    public convenience init() { self.init(KernelLogFiles()) }

    /// Writes one line at the level warning; `false` where the kernel did not take it. Control characters become `?`:
    /// a line must not look like two. Of a longer text than a line takes the end is left out, with a mark; who makes
    /// one keeps its names short.
    @discardableResult
    public func write(_ text: String) -> Bool {
        let line = Array("<4>doe-audit: \(Self.lineText(of: text))\n".utf8)
        do throws(KernelLogError) {
            try files.write(line)
            return true
        } catch {
            losses.withLock {
                $0.count += 1
                $0.last = error.problem
            }
            return false
        }
    }

    private static func lineText(of text: String) -> String {
        let mark = "..."
        let line = String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7f ? 0x3f : $0 }, as: UTF8.self)
        return line.utf8.count > textLimit ? line.start(ofBytes: textLimit - mark.utf8.count) + mark : line
    }

    /// Why lines do not arrive there, or how many did not since the start; `nil` while all do. Asks the kernel anew.
    public var trouble: String? {
        let (lost, last) = losses.withLock { ($0.count, $0.last) }
        do throws(KernelLogError) {
            try files.check()
        } catch {
            let soFar = lost == 0 ? "" : " (lines lost so far: \(lost))"
            return "the kernel log takes no line of ours\(soFar): \(error.description)"
        }
        guard lost > 0 else { return nil }
        return
            "lines that the kernel log did not take since the start: \(lost), the last since \(last); it takes them now"
    }
}
