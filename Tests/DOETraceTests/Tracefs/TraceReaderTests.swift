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
        private let processors: [Int]

        init(processors: [Int]) throws {
            self.processors = processors
            unsafe mkdir("\(folder.path)/instance", 0o700)
            unsafe mkdir("\(folder.path)/instance/per_cpu", 0o700)
            for processor in processors {
                let directory = "\(folder.path)/instance/per_cpu/cpu\(processor)"
                unsafe mkdir(directory, 0o700)
                unsafe mkfifo("\(directory)/trace_pipe_raw", 0o600)
                try setStatistics(processor, "overrun: 0\n")
                writers.append(Descriptor(owning: unsafe open("\(directory)/trace_pipe_raw", O_RDWR | O_NONBLOCK)))
            }
        }

        func write(_ index: Int, _ bytes: [UInt8]) throws { try writers[index].write(bytes, subject: "pipe") }
        func setStatistics(_ processor: Int, _ text: String) throws {
            let path = "\(folder.path)/instance/per_cpu/cpu\(processor)/stats"
            // In its place: the reader holds it open.
            let file = Descriptor(owning: unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600))
            try file.write(Array(text.utf8), subject: path)
        }
        func reader(pageSize: Int = 64, readBefore: [UInt64] = []) throws -> TraceReader {
            let buffers = processors.sorted().map { processor in
                let place = "\(folder.path)/instance/per_cpu/cpu\(processor)"
                return (
                    processor: processor,
                    pages: Descriptor(owning: unsafe open("\(place)/trace_pipe_raw", O_RDONLY | O_NONBLOCK)),
                    statistics: Descriptor(owning: unsafe open("\(place)/stats", O_RDONLY))
                )
            }
            return TraceReader(of: buffers, readBefore: readBefore, pageSize: pageSize) { page in
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
        try buffers.setStatistics(0, "entries: 5\noverrun: 3\ncommit overrun: 2\nbytes: 99\ndropped events: 1\n")
        #expect(try reader.lost() == [0: 6, 1: 0])
        try buffers.setStatistics(0, "overrun: 1\ncommit overrun: 0\ndropped events: 0\n")
        #expect(try reader.lost() == [0: 7, 1: 0])
    }

    @Test("what the reader before has read is nobody else's reading; what was read between the two is")
    func readBefore() throws {
        let buffers = try Buffers(processors: [0, 1])
        try buffers.setStatistics(0, "read events: 40\n")
        try buffers.setStatistics(1, "read events: 7\n")
        #expect(try buffers.reader(readBefore: [40, 7]).damage().isEmpty)
        let reader = try buffers.reader(readBefore: [38, 7])
        guard case .readByOthers(processor: 0, events: 2)? = try reader.damage().first else {
            Issue.record("two events were read by somebody else")
            return
        }
        #expect(try reader.damage().isEmpty)
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
}
