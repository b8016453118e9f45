import DOEAuditTrail
import DOELinux
import Glibc
import Testing

/// What arrives in the log of the kernel that runs here is read back.
@Suite(
    "The running kernel's log",
    .enabled(
        if: RealKernelLog.canBeTried,
        "needs a kernel log that may be written and read, and kernel.printk_devkmsg on or ratelimit"))
struct RealKernelLogTests {
    @Test("of lines that come at once, while another program floods it, each is there, once, and in order")
    func all() throws {
        let name = "test \(getpid()) \(Clocks.monotonicMicroseconds)"
        let log = KernelLog()
        #expect(log.trouble == nil)
        // No task: where the pool is busy for minutes the kernel has overwritten the lines by then.
        let flood = try WorkerThread(name: "floods") {
            for number in 0..<200 {
                let line = "<7>another program, \(name): \(number)\n"
                try? KernelLogDevice.open().write(Array(line.utf8), subject: "kmsg")
            }
        }
        for number in 0..<50 { #expect(log.write("\(name) line \(number).")) }
        flood.join()
        let found = try RealKernelLog.lines(with: "doe-audit: \(name) line ")
        #expect(found.count == 50)
        for (number, line) in found.enumerated() { #expect(line.hasSuffix(" line \(number).")) }
        #expect(log.trouble == nil)
    }

    @Test("so many come through one open file and no more: the kernel says nothing of those that it drops")
    func limit() throws {
        try #require(KernelLogSwitch().setting == .ratelimit)
        let name = "one file \(getpid()) \(Clocks.monotonicMicroseconds)"
        let file = try KernelLogDevice.open()
        for number in 0..<30 { try file.write(Array("<7>doe-audit: \(name) \(number).\n".utf8), subject: "kmsg") }
        #expect(try RealKernelLog.lines(with: name).count == 10)
    }
}

private enum RealKernelLog {
    static var canBeTried: Bool {
        guard let setting = KernelLogSwitch().setting, setting != .off else { return false }
        return (try? KernelLogDevice.open()) != nil && (try? lines(with: "nothing")) != nil
    }

    /// The lines of the log that contain this text.
    static func lines(with text: String) throws -> [String] {
        let number = unsafe open(KernelLogDevice.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard number >= 0 else { throw LinuxError.last("open", KernelLogDevice.path) }
        let log = Descriptor(owning: number)
        var lines: [String] = []
        var record = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = unsafe record.withUnsafeMutableBytes { unsafe read(log.number, $0.baseAddress, $0.count) }
            // EPIPE: what was to be read next has been overwritten meanwhile.
            if count < 0, errno == EPIPE { continue }
            guard count > 0 else { return lines }
            let line = String(decoding: record[..<count].prefix { $0 != 0x0a }, as: UTF8.self)
            if line.contains(text) { lines.append(line) }
        }
    }
}
