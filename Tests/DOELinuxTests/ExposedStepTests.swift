import Foundation
import TestSupport
import Testing

@testable import DOELinux

@Suite("Who may put something else in the place of what a path leads to")
struct ExposedStepTests {
    private let directory = TemporaryDirectory()
    private var root: String { directory.path }
    private var owners: Set<UInt32> { [0, geteuid()] }

    private func folder(_ name: String, mode: mode_t = 0o755) throws {
        try #require(unsafe mkdir("\(root)/\(name)", 0o755) == 0 && chmod("\(root)/\(name)", mode) == 0)
    }

    private func file(_ name: String) throws {
        try Data().write(to: URL(fileURLWithPath: "\(root)/\(name)"))
    }

    private func link(_ name: String, to target: String) throws {
        try #require(unsafe symlink(target, "\(root)/\(name)") == 0)
    }

    private func found(_ name: String) -> [String]? {
        ExposedStep(on: "\(root)/\(name)", owners: owners).map {
            [String($0.directory.dropFirst(root.utf8.count)), $0.who]
        }
    }

    @Test("each folder on the way counts, and who may write to it")
    func folders() throws {
        try folder("open", mode: 0o777)
        try folder("open/own")
        try folder("group", mode: 0o775)
        try folder("shut")
        for name in ["open/own/a", "group/a", "shut/a"] { try file(name) }
        #expect(found("open/own/a") == ["/open", "everybody"])
        #expect(found("group/a") == ["/group", "its group"])
        #expect(found("shut/a") == nil)
        #expect(found("open") == nil)
        #expect(found("shut/nothing") == nil)
        #expect(ExposedStep(on: "\(root)/shut/a", owners: [4711])?.who == "uid 0")
    }

    @Test("where nobody may take away what is another's, only an entry that is another's is exposed")
    func sticky() throws {
        try folder("tmp", mode: 0o1777)
        try file("tmp/a")
        #expect(found("tmp/a") == nil)
        guard geteuid() == 0 else { return print("\nNOT TESTED: an entry of somebody else's: this user is not root") }
        try #require(unsafe chown("\(root)/tmp/a", 4711, 0) == 0)
        #expect(found("tmp/a") == ["/tmp", "everybody"])
        try folder("theirs")
        try #require(unsafe chown("\(root)/theirs", 4711, 0) == 0)
        try file("theirs/a")
        #expect(found("theirs/a") == ["/theirs", "uid 4711"])
    }

    @Test("what is not there is whoever's may make it, or a folder above it")
    func missing() throws {
        try folder("open", mode: 0o777)
        try folder("tmp", mode: 0o1777)
        try folder("shut")
        try link("shut/there", to: "../open")
        for name in ["open/a", "open/no/such/a", "shut/there/a", "shut/there/no/such/a"] {
            #expect(found(name) == ["/open", "everybody"], "\(name)")
        }
        // Nobody may take away what is another's there, but everybody may make what is not there.
        #expect(found("tmp/no/such/a") == ["/tmp", "everybody"])
        #expect(found("shut/no/such/a") == nil)
    }

    @Test("links are followed, and what they lead through counts as well")
    func links() throws {
        try folder("open", mode: 0o777)
        try folder("shut")
        for name in ["open/a", "shut/a"] { try file(name) }
        try link("shut/there", to: "../open/a")
        try link("shut/absolute", to: "\(root)/open/a")
        try link("shut/here", to: "./a")
        try link("open/back", to: "../shut")
        try link("loop", to: "loop")
        #expect(found("shut/there") == ["/open", "everybody"])
        #expect(found("shut/absolute") == ["/open", "everybody"])
        #expect(found("shut/here") == nil)
        #expect(found("open/back/a") == ["/open", "everybody"])
        #expect(found("shut/../shut/a") == nil)
        #expect(found("loop") == nil)
    }
}
