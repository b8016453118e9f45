package import DOELinux
internal import Synchronization
internal import SystemPackage

/// The open files through which lines go to the kernel's log: a new one for each line, since the kernel's limit is
/// one of an open file (ten lines in five seconds), and nobody is told what it drops.
package final class KernelLogFiles: Sendable {
    /// A file for the time when none can be opened, and how many lines it takes for certain.
    private struct Spare {
        let file: Descriptor
        var left: Int
    }

    /// So many lines of one open file are never dropped, however fast they come (the kernel's
    /// DEFAULT_RATELIMIT_BURST).
    static let linesOfAFile = 10

    private let openFile: @Sendable () throws(LinuxError) -> Descriptor
    private let isOff: @Sendable () -> Bool
    private let spare = Mutex<Spare?>(nil)

    /// `open` opens the log, `isOff` says whether the kernel takes no lines.
    package init(
        open: @escaping @Sendable () throws(LinuxError) -> Descriptor, isOff: @escaping @Sendable () -> Bool
    ) {
        openFile = open
        self.isOff = isOff
        if let file = try? open() { keep(file, left: Self.linesOfAFile) }
    }

    /// The running kernel's, opened by whoever may.
    package convenience init(open: @escaping @Sendable () throws(LinuxError) -> Descriptor = KernelLogDevice.open) {
        let setting = KernelLogSwitch()
        self.init(open: open) { setting.setting == .off }
    }

    /// Writes a whole line. Returns when the log has it.
    func write(_ line: [UInt8]) throws(KernelLogError) {
        do throws(LinuxError) {
            let file = try openFile()
            try file.write(line, subject: KernelLogDevice.path)
            keep(file, left: Self.linesOfAFile - 1)
        } catch {
            guard error.isOutOfDescriptors, try writeToSpare(line) else { throw explained(error) }
        }
        // A file that was open when the switch was turned takes a line, and drops it.
        if isOff() { throw .off }
    }

    /// Whether a line would be taken now; nothing is written.
    func check() throws(KernelLogError) {
        if isOff() { throw .off }
        do throws(LinuxError) {
            keep(try openFile(), left: Self.linesOfAFile)
        } catch {
            let hasSpare = spare.withLock { $0.map { $0.left > 0 } ?? false }
            guard error.isOutOfDescriptors, hasSpare else { throw explained(error) }
        }
    }

    /// `false` where there is none, or where nobody would know whether the line was dropped.
    private func writeToSpare(_ line: [UInt8]) throws(KernelLogError) -> Bool {
        try spare.withLock { spare throws(KernelLogError) in
            guard let file = spare?.file, let left = spare?.left, left > 0 else { return false }
            spare?.left = left - 1
            do throws(LinuxError) {
                try file.write(line, subject: KernelLogDevice.path)
            } catch {
                throw .failed(error)
            }
            return true
        }
    }

    /// Keeps a file in place of one that takes fewer lines.
    private func keep(_ file: Descriptor, left: Int) {
        spare.withLock {
            if left > $0?.left ?? 0 { $0 = Spare(file: file, left: left) }
        }
    }

    private func explained(_ error: LinuxError) -> KernelLogError { isOff() ? .off : .failed(error) }
}
