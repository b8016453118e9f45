@testable import DOELinux
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite("Words to a reader who does not read keep nobody waiting")
struct UnwaitingStreamTests {
    /// A pipe, or two sockets: where words are written, and where they are read.
    private func ends(isSocket: Bool) throws -> (writing: Descriptor, reading: Descriptor) {
        var numbers: [Int32] = [0, 0]
        let result =
            isSocket
            ? unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &numbers) : unsafe pipe(&numbers)
        try #require(result == 0)
        return (Descriptor(owning: numbers[1]), Descriptor(owning: numbers[0]))
    }

    /// What is there to read, without waiting.
    private func read(_ reading: Descriptor) throws -> String {
        _ = fcntl(reading.number, F_SETFL, O_NONBLOCK)
        var all: [UInt8] = []
        while let piece = try? reading.read(upTo: 65_536, subject: "pipe"), !piece.isEmpty { all += piece }
        return String(decoding: all, as: UTF8.self)
    }

    @Test("what finds no room is left out, and that is said when there is some", arguments: [false, true])
    func full(isSocket: Bool) throws {
        let (writing, reading) = try ends(isSocket: isSocket)
        let stream = UnwaitingStream(writing.number)
        let line = String(repeating: "x", count: 1000)
        // Nobody reads: that this comes to its end says that it waits for nobody.
        for number in 0..<1000 { stream.say("\(number) \(line)") }
        var said: [Substring] = try read(reading).split(separator: "\n")
        let lines: [String] = said.map(String.init).filter { $0.utf8.count > 900 }
        #expect(lines.count > 30 && lines.count < 1000)
        for (number, found) in lines.dropLast().enumerated() { #expect(found.hasPrefix("\(number) ")) }
        stream.say("later")
        said += try read(reading).split(separator: "\n")
        #expect(said.last == "later")
        // There may have been room for that much before there was room for a line.
        let missed = said.compactMap { line -> Int? in
            guard line.hasPrefix("(before this"), let number = line.dropLast().split(separator: " ").last else {
                return nil
            }
            return Int(number)
        }
        #expect(missed.reduce(0, +) + lines.count == 1000, "\(missed) and \(lines.count)")
        stream.say("and later\n")
        #expect(try read(reading) == "and later\n")
    }

    @Test("who has nothing else to do waits as long as it was told to, and no longer")
    func patience() throws {
        let (writing, reading) = try ends(isSocket: false)
        let stream = UnwaitingStream(writing.number)
        for _ in 0..<200 { stream.say(String(repeating: "x", count: 1000)) }
        let begin = Clocks.monotonicMicroseconds
        stream.say("last words", patience: 100_000)
        // That it comes back at all says that it waits no longer: nobody reads.
        #expect(Clocks.monotonicMicroseconds - begin >= 90_000)
        let heard = Mutex("")
        let reader = try WorkerThread(name: "reader") {
            usleep(50_000)
            let text = try? read(reading)
            heard.withLock { $0 += text ?? "" }
        }
        stream.say("last words", patience: 20_000_000)
        reader.join()
        // The reader may have taken them already.
        let all = try heard.withLock { $0 } + read(reading)
        #expect(all.contains("last words"))
    }

    @Test("a reader who has gone, and a file")
    func others() throws {
        signal(SIGPIPE, SIG_IGN)
        var (writing, reading): (Descriptor, Descriptor?) = try ends(isSocket: false)
        reading = nil
        UnwaitingStream(writing.number).say("nobody")
        let directory = TemporaryDirectory()
        writing = Descriptor(owning: unsafe open(directory.path + "/x", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        let stream = UnwaitingStream(writing.number)
        for word in ["one", "two"] { stream.say(word) }
        #expect(try WholeFile.read(directory.path + "/x", limit: 100) == Array("one\ntwo\n".utf8))
        #expect(reading == nil)
    }
}

@Suite("Many at a time, or one alone")
struct SharedLockTests {
    /// Written to by who is alone, and read by the others.
    private final class Pair: @unchecked Sendable {
        var (one, other) = (0, 0)
    }

    @Test func whoIsAloneIsAlone() throws {
        let lock = SharedLock()
        let pair = Pair()
        let threads = try (0..<4).map { number in
            try WorkerThread(name: "lock") {
                for _ in 0..<2000 {
                    if number == 0 {
                        lock.alone {
                            pair.one += 1
                            pair.other += 1
                        }
                    } else {
                        lock.withShared { #expect(pair.one == pair.other) }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(pair.one == 2000 && pair.other == 2000)
    }
}

@Suite("What to do about an error is told by its number")
struct RemedyTests {
    @Test("a shortage of the machine's is one whatever was called")
    func shortage() {
        for (errno, word) in [(EMFILE, "LimitNOFILE="), (ENFILE, "fs.file-max"), (ENOMEM, "memory")] {
            let error = LinuxError("open", "/x", .init(rawValue: errno), remedy: "find out who put it there")
            #expect(error.isShortage && error.remedy?.contains(word) == true)
            #expect(error.remedy(forWritingIn: "the state directory").contains(word))
            #expect(error.remedy(forReading: "/x", absent: "make it").contains(word))
        }
        #expect(!LinuxError("open", "/x", .noSuchFileOrDirectory).isShortage)
    }

    @Test("a place that cannot be written, and what cannot be read")
    func places() {
        let words = [
            ENOSPC: "make room", EDQUOT: "make room", EROFS: "for writing", EACCES: "write access", EIO: "kernel's log",
            EISDIR: "move away", EEXIST: "move away", ENOENT: "is there",
        ]
        for (errno, word) in words {
            #expect(
                LinuxError("open", "/x", .init(rawValue: errno)).remedy(forWritingIn: "/x").contains(word), "\(errno)")
        }
        let reading = [ENOENT: "make it", ENOTDIR: "make it", EIO: "kernel's log", ELOOP: "links"]
        for (errno, word) in reading {
            let error = LinuxError("open", "/x", .init(rawValue: errno))
            #expect(error.remedy(forReading: "/x", absent: "make it").contains(word), "\(errno)")
        }
    }

    @Test("root is not told to become root", .enabled(if: geteuid() == 0, "needs root"))
    func asRoot() {
        let error = LinuxError("open", "/x", .permissionDenied)
        #expect(error.remedy(forReading: "/x", absent: "").contains("root already"))
        #expect(error.remedy(forWritingIn: "/x").contains("root already"))
    }
}
