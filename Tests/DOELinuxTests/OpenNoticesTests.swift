import Glibc
import TestSupport
import Testing

@testable import DOELinux

/// With the kernel's own fanotify, where it and the rights of this process allow it.
@Suite("Notices of openings")
struct OpenNoticesTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/config" }

    /// `nil`, loudly, where the kernel refuses.
    private func notices() throws -> OpenNotices? {
        try WholeFile.write([1, 2, 3, 4], to: path, mode: 0o600)
        do {
            let notices = try OpenNotices()
            try notices.add(path)
            return notices
        } catch {
            print("NOT TESTED: \(error.problem)")
            return nil
        }
    }

    private func next(_ notices: OpenNotices) throws -> [OpenNotice] {
        var wait = pollfd(fd: notices.descriptor.number, events: Int16(POLLIN), revents: 0)
        try #require(unsafe poll(&wait, 1, 60_000) == 1)
        return try notices.read()
    }

    @Test("say who opened the file, and hold him while he lives")
    func opened() throws {
        guard let notices = try notices() else { return }
        #expect(try notices.read().isEmpty)
        let child = try SpawnedChild("/bin/sh", ["-c", "exec 3<\(path); read line"])
        let found = try next(notices)
        guard case .opened(let pid, let process)? = found.first, found.count == 1 else {
            Issue.record("\(found)")
            return
        }
        #expect(pid == child.pid)
        #expect(process?.isAlive == (notices.holdsProcesses == true ? true : nil))
        child.end()
        #expect(process?.isAlive == (notices.holdsProcesses == true ? false : nil))
    }

    @Test("come for a file of sysfs")
    func sysfs() throws {
        guard let notices = try notices() else { return }
        let attribute = "/sys/kernel/fscaps"
        guard unsafe access(attribute, R_OK) == 0 else {
            print("NOT TESTED: there is no \(attribute)")
            return
        }
        try notices.add(attribute)
        let child = try SpawnedChild("/bin/sh", ["-c", "exec 3<\(attribute)"])
        let found = try next(notices)
        child.end()
        #expect(
            found.contains {
                if case .opened(child.pid, _) = $0 { true } else { false }
            })
    }

    @Test("of one who has ended and was waited for hold nobody")
    func ended() throws {
        guard let notices = try notices() else { return }
        let child = try SpawnedChild("/bin/sh", ["-c", "exec 3<\(path)"])
        child.end()
        guard case .opened(let pid, let process)? = try next(notices).first else {
            Issue.record("no notice")
            return
        }
        #expect(pid == child.pid)
        #expect(process?.isAlive != true)
    }

    @Test("come for a file that is opened for writing too, and not for others beside it")
    func others() throws {
        guard let notices = try notices() else { return }
        try WholeFile.write([1], to: directory.path + "/other", mode: 0o600)
        #expect(try notices.read().isEmpty)
        try WholeFile.write([1], to: path, mode: 0o600)
        guard case .opened(let pid, _)? = try notices.read().first else {
            Issue.record("no notice")
            return
        }
        #expect(pid == getpid())
    }

    @Test("say that some were lost when the queue is full, and leave no descriptor open")
    func lost() throws {
        guard let notices = try notices() else { return }
        let room = try #require(Int(try SmallText.read("/proc/sys/fs/fanotify/max_queued_events")))
        // Those of one process to one file are told as one, so each is a file of its own.
        for number in 0..<room + 10 {
            let other = directory.path + "/\(number)"
            try WholeFile.write([1], to: other, mode: 0o600)
            try notices.add(other)
            _ = try WholeFile.read(other, limit: 10)
        }
        var (count, lost) = (0, 0)
        while case let found = try notices.read(), !found.isEmpty {
            for notice in found {
                if case .lost = notice { lost += 1 } else { count += 1 }
            }
        }
        #expect(count == room && lost == 1)
        // Of these files alone: other tests open others meanwhile.
        #expect(try Self.openDescriptors(below: directory.path) == 0)
    }

    @Test("a file that is not there cannot be watched")
    func absent() throws {
        guard let notices = try notices() else { return }
        #expect(throws: LinuxError.self) { try notices.add(directory.path + "/absent") }
    }

    private static func openDescriptors(below path: String) throws -> Int {
        try HeldDirectory("/proc/self/fd").names(in: ".").count {
            (try? SmallText.link("/proc/self/fd/\($0)"))?.hasPrefix(path + "/") == true
        }
    }
}
