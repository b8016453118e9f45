import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import DOELinux

@Suite("What stands at a path, as far as a program can be called so")
struct ProgramPathTests {
    private let directory = TemporaryDirectory()
    private var root: String { directory.path }

    private func file(_ name: String, _ content: String = "\u{7f}ELF") throws -> String {
        try content.write(toFile: "\(root)/\(name)", atomically: false, encoding: .utf8)
        return "\(root)/\(name)"
    }

    private func link(_ name: String, to target: String) throws -> String {
        try #require(unsafe symlink(target, "\(root)/\(name)") == 0)
        return "\(root)/\(name)"
    }

    @Test("files, folders, scripts, what is no file, and nothing")
    func plain() throws {
        #expect(try ProgramPath(file("tool")) == .program)
        #expect(try ProgramPath(file("empty", "")) == .program)
        #expect(try ProgramPath(file("script", "#!/bin/sh\n")) == .script)
        #expect(try ProgramPath(root) == .folder)
        #expect(try ProgramPath("/dev/null") == .special)
        try #require(unsafe mkfifo("\(root)/pipe", 0o600) == 0)
        #expect(try ProgramPath("\(root)/pipe") == .special)
        #expect(try ProgramPath("\(root)/nothing") == .missing)
        #expect(try ProgramPath("\(root)/tool/below") == .missing)
    }

    @Test("a link is told wherever it is on the way, with the path that the kernel has for it")
    func links() throws {
        try FileManager.default.createDirectory(atPath: "\(root)/app-1.2/bin", withIntermediateDirectories: true)
        let real = try file("app-1.2/bin/tool")
        for path in [
            try link("alternative", to: real), try link("chain", to: "alternative"),
            try link("app", to: "app-1.2") + "/bin/tool", try link("app-1.2/b", to: "bin") + "/tool",
        ] {
            #expect(try ProgramPath(path) == .linked(real: real), "\(path)")
        }
        #expect(try ProgramPath("\(root)/app/bin/later") == .linked(real: "\(root)/app-1.2/bin/later"))
        #expect(try ProgramPath("\(root)/app/later/tool") == .linked(real: "\(root)/app-1.2/later/tool"))
        for path in [try link("nowhere", to: "none"), try link("loop", to: "loop")] {
            #expect(try ProgramPath(path) == .linked(real: nil))
        }
        #expect(try ProgramPath("\(root)/nowhere/tool") == .linked(real: nil))
    }

    @Test("what cannot be looked at is an error, and no answer")
    func failed() throws {
        let error = #expect(throws: LinuxError.self) { try ProgramPath("/" + String(repeating: "a", count: 5000)) }
        #expect(error?.errno == .fileNameTooLong)
    }
}
