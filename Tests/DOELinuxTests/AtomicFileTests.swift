import DOELinux
import DOEWords
import FoundationEssentials
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/file" }

    @Test func contentIsReplacedWholeAndNothingIsLeftBeside() throws {
        try AtomicFile.write([1, 2, 3], to: path, mode: 0o600)
        try AtomicFile.write([4], to: path, mode: 0o644)
        #expect(try WholeFile.read(path, limit: 10) == [4])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["file"])
    }

    @Test func whatACrashLeftBesideIsNoObstacleAndNoLinkIsFollowed() throws {
        try AtomicFile.write([9], to: directory.path + "/victim", mode: 0o600)
        try FileManager.default.createSymbolicLink(
            atPath: path + ".new", withDestinationPath: directory.path + "/victim")
        try AtomicFile.write([1], to: path, mode: 0o600)
        #expect(try WholeFile.read(directory.path + "/victim", limit: 10) == [9])
        #expect(try WholeFile.read(path, limit: 10) == [1])
    }

    @Test func afterAnErrorTheOldContentStands() throws {
        try AtomicFile.write([1], to: path, mode: 0o600)
        try FileManager.default.createDirectory(atPath: path + ".new", withIntermediateDirectories: false)
        let error = #expect(throws: LinuxError.self) { try AtomicFile.write([2], to: path, mode: 0o600) }
        #expect(error?.problem.contains(path) == true)
        #expect(try WholeFile.read(path, limit: 10) == [1])
    }

    @Test func aFileThatIsTooLargeIsAnErrorAndNotItsStart() throws {
        try AtomicFile.write([UInt8](repeating: 1, count: 100), to: path, mode: 0o600)
        #expect(try WholeFile.read(path, limit: 100).count == 100)
        let error = #expect(throws: LinuxError.self) { try WholeFile.read(path, limit: 99) }
        #expect(error?.problem.contains("File too large") == true)
    }

    @Test func whatIsWrittenPlainlyGoesThroughLinksAndIntoDevicesAndTouchesNothingBeside() throws {
        try WholeFile.write([9], to: path + ".new", mode: 0o600)
        try WholeFile.write([1, 2, 3], to: path, mode: 0o600)
        try FileManager.default.createSymbolicLink(atPath: path + "-link", withDestinationPath: path)
        try WholeFile.write([4], to: path + "-link", mode: 0o600)
        #expect(try WholeFile.read(path, limit: 10) == [4])
        #expect(try WholeFile.read(path + ".new", limit: 10) == [9])
        try FileManager.default.createSymbolicLink(atPath: path + "-null", withDestinationPath: "/dev/null")
        try WholeFile.write([5], to: path + "-null", mode: 0o600)
        #expect(try WholeFile.read(path + "-null", limit: 10) == [])
    }
}
