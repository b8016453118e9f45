import DOELinux
import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import DOEAuditTrail

@Suite("The kernel log")
struct KernelLogTests {
    private let kernel = MadeUpKernelLog()

    @Test("a line cannot look like two")
    func oneLine() throws {
        let log = kernel.log
        #expect(log.write("sending 1e98:00\n<0>forged \u{1b}[31m"))
        #expect(log.trouble == nil)
        #expect(try kernel.lines == ["<4>doe-audit: sending 1e98:00?<0>forged ?[31m"])
    }

    @Test("of a text that is longer than a line the end is left out, with a mark, and no character is cut in two")
    func longText() throws {
        let log = kernel.log
        for text in [String(repeating: "x", count: 5_000), String(repeating: "東", count: 2_000)] {
            #expect(log.write(text))
            let line = try #require(try kernel.lines.last)
            #expect(line.hasSuffix("...") && line.unicodeScalars.allSatisfy { $0 != "\u{fffd}" })
            // The level, the name and the end are in what the kernel counts (LOG_LINE_MAX: 1024 less 48).
            #expect((930...976).contains(line.utf8.count + 1))
        }
        let longest = String(repeating: "x", count: KernelLog.textLimit)
        #expect(log.write(longest))
        #expect(try kernel.lines.last == "<4>doe-audit: \(longest)")
    }

    @Test("each line goes through an open file of its own: what the kernel allows one of them does not count")
    func files() throws {
        let log = kernel.log
        for number in 0..<300 { #expect(log.write("line \(number)")) }
        #expect(try kernel.files.allSatisfy { $0.count <= 1 })
        #expect(try kernel.lines.count == 300)
    }

    @Test("a kernel log that cannot be opened is a trouble and no failure; afterwards it is told how many were lost")
    func cannotBeOpened() throws {
        kernel.error.withLock { $0 = LinuxError("open", "/dev/kmsg", .permissionDenied, remedy: "do this") }
        let log = kernel.log
        #expect(log.trouble?.contains("cannot open /dev/kmsg: Permission denied; do this") == true)
        #expect(!log.write("anything") && !log.write("more"))
        #expect(log.trouble?.contains("lines lost so far: 2") == true)
        kernel.error.withLock { $0 = nil }
        #expect(log.trouble?.contains("since the start: 2, the last since cannot open /dev/kmsg") == true)
        #expect(log.write("again"))
        #expect(try kernel.lines == ["<4>doe-audit: again"])
    }

    @Test("one that takes no lines of programs is seen at the next line, and when somebody asks")
    func off() throws {
        let log = kernel.log
        #expect(log.write("before") && log.trouble == nil)
        kernel.isOff.store(true, ordering: .relaxed)
        #expect(log.trouble?.contains("kernel.printk_devkmsg is off; run: sysctl") == true)
        // The write itself works, and the kernel drops the line.
        #expect(!log.write("lost"))
        kernel.isOff.store(false, ordering: .relaxed)
        #expect(log.trouble?.contains("since the start: 1, the last since kernel.printk_devkmsg is off") == true)
    }

    @Test("with no descriptor left there is one file for ten lines more, and none of them is told as lost")
    func noDescriptor() throws {
        let log = kernel.log
        kernel.error.withLock { $0 = LinuxError("open", "/dev/kmsg", .tooManyOpenFiles) }
        for number in 0..<10 { #expect(log.write("line \(number)")) }
        #expect(try kernel.lines.count == 10 && log.trouble?.contains("LimitNOFILE=") == true)
        #expect(!log.write("one more"))
        #expect(log.trouble?.contains("lines lost so far: 1") == true)
        // Once there are some, there is a new one in reserve.
        kernel.error.withLock { $0 = nil }
        #expect(log.write("again"))
        kernel.error.withLock { $0 = LinuxError("open", "/dev/kmsg", .tooManyOpenFiles) }
        for number in 0..<9 { #expect(log.write("line \(number)")) }
        #expect(!log.write("one more"))
        #expect(try kernel.files.allSatisfy { $0.count <= 10 })
    }
}

/// A kernel log that keeps what each open file was written.
private final class MadeUpKernelLog: Sendable {
    private let directory = TemporaryDirectory()
    private let opened = Mutex(0)
    let error = Mutex<LinuxError?>(nil)
    let isOff = Atomic(false)

    var log: KernelLog {
        KernelLog(
            KernelLogFiles(
                open: { [self] () throws(LinuxError) in try open() },
                isOff: { [self] in isOff.load(ordering: .relaxed) }))
    }

    /// The lines of each open file.
    var files: [[String]] {
        get throws {
            try (0..<opened.withLock { $0 }).map { number in
                let bytes = try WholeFile.read("\(directory.path)/\(number)", limit: 1 << 20)
                return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }
    }

    var lines: [String] { get throws { try files.flatMap(\.self) } }

    private func open() throws(LinuxError) -> Descriptor {
        if let error = error.withLock({ $0 }) { throw error }
        let path = opened.withLock { number in
            defer { number += 1 }
            return "\(directory.path)/\(number)"
        }
        try AtomicFile.write([], to: path, mode: 0o600)
        return try Descriptor(openingForWriting: path)
    }
}
