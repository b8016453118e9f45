import Glibc
import TestSupport
import Testing

@testable import DOELinux

@Suite struct HeldDirectoryTests {
    @Test func `files are read and written in place, added to, or emptied first`() throws {
        let folder = TemporaryDirectory()
        try WholeFile.write(Array("first".utf8), to: "\(folder.path)/file", mode: 0o600)
        let held = try HeldDirectory(folder.path)
        try held.write(Array("FI".utf8), to: "file")
        try held.write(Array("+".utf8), to: "file", .append)
        #expect(try held.read("file") == Array("FIrst+".utf8))
        try held.write(Array("new".utf8), to: "file", .truncate)
        #expect(try held.read("file") == Array("new".utf8))
        #expect(throws: LinuxError.self) { try held.write([1], to: "none") }
        #expect(throws: LinuxError.self) { try held.read("none") }
        #expect(throws: LinuxError.self) { try held.read("file", limit: 2) }
    }

    @Test func `it stays the same directory when another one takes its path`() throws {
        let folder = TemporaryDirectory()
        let path = "\(folder.path)/held"
        unsafe mkdir(path, 0o700)
        let held = try HeldDirectory(path)
        try held.makeDirectory("inner")
        unsafe rename(path, "\(folder.path)/moved")
        unsafe mkdir(path, 0o700)
        #expect(try held.has("inner"))
        #expect(try held.names(in: ".") == ["inner"])
        try held.removeDirectory("inner")
        #expect(try held.has("inner") == false)
        #expect(throws: LinuxError.self) { try held.removeDirectory("inner") }
    }

    @Test func `only a tracefs is taken for one`() throws {
        #expect(try !HeldDirectory("/proc").isTracefs)
        #expect(try !HeldDirectory("/tmp").isTracefs)
        #expect(throws: LinuxError.self) { try HeldDirectory("/no/such/folder") }
    }
}
