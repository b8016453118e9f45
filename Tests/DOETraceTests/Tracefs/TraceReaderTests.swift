import DOELinux
import Glibc
import TestSupport
import Testing

@testable import DOETrace

/// On pipes in place of the kernel's buffers: a read of one gives what is there, and never waits.
struct TraceReaderTests {
    private final class Buffers {
        let folder = TemporaryDirectory()
        private(set) var writers: [Descriptor] = []

        init(processors: [Int]) throws {
            unsafe mkdir("\(folder.path)/instance", 0o700)
            unsafe mkdir("\(folder.path)/instance/per_cpu", 0o700)
            for processor in processors {
                let directory = "\(folder.path)/instance/per_cpu/cpu\(processor)"
                unsafe mkdir(directory, 0o700)
                unsafe mkfifo("\(directory)/trace_pipe_raw", 0o600)
                try setStatistics(processor, "overrun: 0\n")
                writers.append(Descriptor(owning: unsafe open("\(directory)/trace_pipe_raw", O_RDWR | O_NONBLOCK)))
            }
            try setProfile("")
            try setDefinitions("")
        }

        func write(_ index: Int, _ bytes: [UInt8]) throws { try writers[index].write(bytes, subject: "pipe") }
        func setStatistics(_ processor: Int, _ text: String) throws {
            let path = "\(folder.path)/instance/per_cpu/cpu\(processor)/stats"
            try WholeFile.write(Array(text.utf8), to: path, mode: 0o600)
        }
        func setProfile(_ text: String) throws {
            try WholeFile.write(Array(text.utf8), to: "\(folder.path)/kprobe_profile", mode: 0o600)
        }
        func setDefinitions(_ text: String) throws {
            try WholeFile.write(Array(text.utf8), to: "\(folder.path)/kprobe_events", mode: 0o600)
        }
        func reader(pageSize: Int = 64) throws -> TraceReader {
            try TraceReader(of: HeldDirectory(folder.path), instance: "instance", pageSize: pageSize) { page in
                // A page's first byte says how many events are in it; 255 is damage.
                let count = unsafe Int(page.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
                return count == 255 ? nil : count
            }
        }
    }

    private static func pages(
        of reader: TraceReader, limit: Int = 100
    ) throws -> (pages: [(processor: Int, bytes: [UInt8])], isMore: Bool) {
        var pages: [(Int, [UInt8])] = []
        let isMore = try reader.pass(limit: limit) { page, processor in
            pages.append(
                (processor, (0..<page.byteCount).map { unsafe page.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }))
        }
        return (pages, isMore)
    }

    @Test("whole pages of each processor, in their order, and no waiting for more")
    func pages() throws {
        let buffers = try Buffers(processors: [10, 2])
        let reader = try buffers.reader()
        #expect(try Self.pages(of: reader).pages.isEmpty)
        try buffers.write(0, [UInt8](repeating: 1, count: 64) + [UInt8](repeating: 2, count: 64))
        try buffers.write(1, [UInt8](repeating: 3, count: 64))
        let seen = try Self.pages(of: reader)
        #expect(seen.pages.map(\.processor) == [2, 10, 10])
        #expect(seen.pages.map { $0.bytes[0] } == [3, 1, 2])
        #expect(seen.pages.allSatisfy { $0.bytes.count == 64 })
        #expect(!seen.isMore)
    }

    @Test("a pass ends at its limit, and says that there is more")
    func limit() throws {
        let buffers = try Buffers(processors: [0, 1])
        let reader = try buffers.reader()
        for _ in 0..<5 { try buffers.write(0, [UInt8](repeating: 7, count: 64)) }
        try buffers.write(1, [UInt8](repeating: 8, count: 64))
        let first = try Self.pages(of: reader, limit: 3)
        #expect(first.pages.map(\.processor) == [0, 0, 0, 1] && first.isMore)
        let second = try Self.pages(of: reader, limit: 3)
        #expect(second.pages.count == 2 && !second.isMore)
    }

    @Test("a poll wakes for any processor, with the one token, and no more after the end")
    func poll() throws {
        let buffers = try Buffers(processors: [0, 1])
        let reader = try buffers.reader()
        let poll = try EventPoll()
        try reader.wait(in: poll, token: 7)
        try reader.wait(in: poll, token: 7)
        #expect(try poll.wait(milliseconds: 0).isEmpty)
        try buffers.write(1, [1])
        #expect(try poll.wait(milliseconds: 1000).map(\.token) == [7])
        reader.stopWaiting(in: poll)
        #expect(try poll.wait(milliseconds: 0).isEmpty)
    }

    @Test("what is lost only grows, also when somebody empties a buffer")
    func missed() throws {
        let buffers = try Buffers(processors: [0, 1])
        let reader = try buffers.reader()
        try buffers.setDefinitions("p:doe_audit/write32 a\np:doe_audit/read32 b\n")
        try buffers.setStatistics(0, "entries: 5\noverrun: 3\ncommit overrun: 2\nbytes: 99\ndropped events: 1\n")
        try buffers.setProfile("  write32   10   4\n  read32  1  0\n")
        #expect(
            try reader.missed() == MissedCounts(inBuffers: [0: 6, 1: 0], byProbes: ["write32": 4, "read32": 0]))
        try buffers.setStatistics(0, "overrun: 1\ncommit overrun: 0\ndropped events: 0\n")
        try buffers.setProfile("  write32   10   5\n  read32  1  0\n")
        let counts = try reader.missed()
        #expect(counts == MissedCounts(inBuffers: [0: 7, 1: 0], byProbes: ["write32": 5, "read32": 0]))
        #expect(counts.total == 12)
    }

    @Test("an event of somebody else's with the name of ours answers for nothing, unless the two files do not fit")
    func namesakes() {
        let definitions =
            "p:others/write32 x\np:doe_audit/write32 y\nr128:doe_audit/read_ended z\np:others/write32b x\n"
        let profile = "  write32  1  900\n  write32  1  4\n  read_ended 1 2\n  write32b 1 7\n"
        #expect(ProbeProfile(profile, definitions: definitions).misses == ["write32": 4, "read_ended": 2])
        // A probe came between the two.
        let later = profile + "  new 1 1\n"
        #expect(ProbeProfile(later, definitions: definitions).misses == ["write32": 904, "read_ended": 2])
        #expect(ProbeProfile("", definitions: definitions).misses.isEmpty)
        #expect(ProbeProfile("  broken\n  write32 x y\n", definitions: "").misses.isEmpty)
    }

    @Test("what others read, or empty, is noticed by what the kernel counts")
    func others() throws {
        let buffers = try Buffers(processors: [4])
        let reader = try buffers.reader()
        func damage(_ read: Int) throws -> [ProbeDamage] {
            try buffers.setStatistics(4, "overrun: 0\nread events: \(read)\n")
            return try reader.damage()
        }
        #expect(try damage(0).isEmpty)
        try buffers.write(0, [UInt8](repeating: 3, count: 64) + [UInt8](repeating: 4, count: 64))
        #expect(try Self.pages(of: reader).pages.count == 2)
        #expect(try damage(7).isEmpty)
        #expect(try damage(9) == [.readByOthers(processor: 4, events: 2)])
        #expect(try damage(9).isEmpty)
        try buffers.write(0, [UInt8](repeating: 1, count: 64))
        #expect(try Self.pages(of: reader).pages.count == 1)
        #expect(try damage(1) == [.emptied(processor: 4)])
        #expect(try damage(1).isEmpty)
        // What could not be counted is not held against anybody.
        try buffers.write(0, [UInt8](repeating: 255, count: 64))
        #expect(try Self.pages(of: reader).pages.count == 1)
        #expect(try damage(40).isEmpty)
        #expect(try damage(41) == [.readByOthers(processor: 4, events: 1)])
    }

    @Test("a processor that was never there has nothing to read, and is no error")
    func neverThere() {
        #expect(TraceReader.meansNothingThere(ENODEV) && TraceReader.meansNothingThere(EAGAIN))
        #expect(!TraceReader.meansNothingThere(EIO) && !TraceReader.meansNothingThere(EPERM))
    }

    @Test("without any processor's buffer there is nothing to read, and that is an error")
    func none() throws {
        let buffers = try Buffers(processors: [])
        #expect(throws: LinuxError.self) { try buffers.reader() }
    }
}
